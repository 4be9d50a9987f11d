import { Core, randomMac, type CorePort, type EventName, type Handle } from '../core/index.js';
import type { Watched } from '../lan/core-host.js';
import { TraceWatcher } from '../lan/watch.js';
import { Board, isolated, realTimer } from '../net/index.js';
import { Bridge, monotonic, type Direction, type Interface } from '../tap/index.js';
import { decode, EVERYBODY, TraceRecorder } from '../trace/index.js';
import { Allowance } from './allowance.js';
import type { Capture } from './capture.js';
import { dataBytes, isTurn } from './glance.js';
import { amount } from './meter.js';

/** What `firmshake lan` runs a core as. */
export interface HostOptions {
  address: string;
  prefixLength: number;
  gateway?: string;
  /** Loses a frame on the way. */
  inject?: (direction: Direction, frame: Uint8Array) => 'pass' | 'drop';
  /** Something was recorded. */
  changed: () => void;
  /** What goes by is recorded, to be drawn: all of an exchange, of a bulk transfer a part. Default true. */
  isDrawn?: boolean;
  /** Gets every frame. */
  capture?: Capture;
  /** So many bytes of data went by, lost ones left out. */
  moved?: (bytes: number) => void;
}

/** What was not drawn is said when nothing more has come for so long. */
const QUIET_MS = 200;

/** The core's name in the trace, and that of whoever is at the other end of the link. */
export const CORE = 'core';
export const KERNEL = 'kernel';
/** Why a frame was lost: nothing else loses any. */
const LOST = 'as told';

/** A core on a real link, whose every frame, state and event goes into a trace. */
export class TapHost implements Watched {
  readonly name = CORE;
  readonly core: Core;
  readonly handles = new Set<Handle>();
  readonly recorder: TraceRecorder;
  readonly bridge: Bridge;
  /** Called when the core has something to tell; it may make calls, and calls `pump` after them. */
  onEvent: ((handle: Handle, kinds: readonly string[]) => void) | undefined;
  private readonly allowance = new Allowance();
  /** What is happening is drawn. */
  private isDrawing: boolean;
  /** So much goes by that data is not drawn, until it is quiet. */
  private isBulk = false;
  /** What went by since and was not drawn. */
  private skipped = { frames: 0, bytes: 0 };
  private quiet: NodeJS.Timeout | undefined;
  private deadlineAt: number | undefined;
  private readonly startedAt = monotonic();
  private readonly watcher: TraceWatcher;
  private readonly options: HostOptions;

  constructor(module: WebAssembly.Module, link: Interface, kernelAddress: string | undefined, options: HostOptions) {
    this.options = options;
    this.isDrawing = options.isDrawn ?? true;
    const mac = randomMac();
    const { address, prefixLength, gateway } = options;
    const kernel = kernelAddress === undefined ? {} : { address: kernelAddress };
    this.recorder = new TraceRecorder(
      [
        { id: KERNEL, ...kernel },
        { id: CORE, address, mac },
      ],
      Date.now(),
    );
    this.watcher = new TraceWatcher(this, this.recorder);
    this.core = new Core(module);
    const key = crypto.getRandomValues(new Uint8Array(16));
    const now = Math.trunc(monotonic()) >>> 0;
    this.core.boot({ mac, address, prefixLength, key, ...(gateway === undefined ? {} : { gateway }) }, now);
    this.bridge = new Bridge(link, this.portWithWatch(), {
      observe: (direction, frame, timeMs, lost) => this.seen(direction, frame, timeMs, lost),
      ...(options.inject === undefined ? {} : { inject: options.inject }),
      events: () => this.collect(),
    });
  }

  /** Sockets and servers over this core. From then on they are told of events, and nobody else. */
  board(): Board {
    return new Board({
      core: this.core,
      address: this.options.address,
      now: () => this.now,
      pump: () => this.pump(),
      handles: this.handles,
      listen: (listener) => {
        const told = isolated(listener);
        this.onEvent = (handle, kinds) => told({ handle, kinds: [...kinds] as EventName[] });
      },
      after: realTimer,
    });
  }

  /** Ms since the start. */
  get nowMs(): number {
    return monotonic() - this.startedAt;
  }

  get now(): number {
    return Math.trunc(monotonic()) >>> 0;
  }

  hold(handle: Handle): Handle {
    this.handles.add(handle);
    return handle;
  }

  close(handle: Handle): void {
    this.core.close(handle, this.now);
    this.handles.delete(handle);
  }

  /** After calls: what follows from them is done. */
  pump(): void {
    this.bridge.pump();
  }

  private portWithWatch(): CorePort {
    const { core } = this;
    return {
      receive: (frame, now) => core.receiveRaw(frame, now),
      transmit: (now) => core.transmit(now),
      nextDeadline: (now) => {
        // The last that the bridge does when something has happened: all frames and events of it are recorded.
        this.settled();
        return this.deadline(core.nextDeadline(now), now);
      },
      expire: (now) => {
        this.draws(true);
        if (this.isDrawing) this.watcher.timer(this, 'fired');
        this.deadlineAt = undefined;
        return core.expire(now);
      },
      pending: () => core.pending(),
    };
  }

  /** Notes when the timer is set, or stopped. */
  private deadline(inMs: number, now: number): number {
    const at = inMs < 0 ? undefined : (now + inMs) >>> 0;
    const action = at === undefined ? 'stopped' : 'armed';
    if (at !== this.deadlineAt && this.isDrawing) this.watcher.timer(this, action, inMs);
    this.deadlineAt = at;
    return inMs;
  }

  private seen(direction: Direction, frame: Uint8Array, timeMs: number, lost: boolean): void {
    const { capture, moved } = this.options;
    const at = timeMs - this.startedAt;
    const bytes = lost ? 0 : dataBytes(frame);
    capture?.frame((this.recorder.trace.epochMs ?? 0) + at, frame, lost ? LOST : undefined);
    if (bytes > 0) moved?.(bytes);
    if (!this.draws(!isTurn(frame))) {
      this.skipped.frames++;
      this.skipped.bytes += bytes;
      return;
    }
    this.tellSkipped(at);
    const [from, to] = direction === 'in' ? [KERNEL, CORE] : [CORE, KERNEL];
    const isBroadcast = (frame[0] ?? 0) & 1;
    this.recorder.frame(at, from, isBroadcast ? EVERYBODY : to, frame, lost ? { lost: LOST } : { arrivesAt: at });
    if (direction === 'out' && decode(frame).kind === 'tcp') this.watcher.sent(this, frame);
    this.options.changed();
  }

  /** Is what happens now to be drawn, and what follows from it? */
  private draws(isPlain: boolean): boolean {
    if (this.options.isDrawn === false) return false;
    this.isDrawing = !(this.isBulk && isPlain) && this.allowance.take(this.nowMs);
    if (!this.isDrawing) this.isBulk = true;
    if (this.isBulk) this.quiet = this.quiet?.refresh() ?? setTimeout(() => this.flush(), QUIET_MS);
    return this.isDrawing;
  }

  /** It is quiet: tells what was not drawn, and how things stand. */
  flush(): void {
    clearTimeout(this.quiet);
    this.quiet = undefined;
    this.isBulk = false;
    if (this.options.isDrawn === false) return;
    this.tellSkipped(this.nowMs);
    this.isDrawing = true;
    this.settled();
  }

  private tellSkipped(at: number): void {
    const { frames, bytes } = this.skipped;
    if (frames === 0) return;
    this.skipped = { frames: 0, bytes: 0 };
    const data = bytes === 0 ? '' : `, with ${amount(bytes)} of data`;
    this.note(`… frames not drawn: ${frames.toLocaleString('en-US')}${data}`, at);
  }

  /** Something to be said beside what goes by. */
  note(text: string, at = this.nowMs): void {
    this.recorder.note(at, text);
    this.options.changed();
  }

  private collect(): void {
    for (const event of this.core.events()) {
      if (this.isDrawing) this.watcher.event(this, event);
      this.onEvent?.(event.handle, event.kinds);
    }
  }

  private settled(): void {
    if (!this.isDrawing) return;
    this.watcher.settled(this);
    this.options.changed();
  }
}
