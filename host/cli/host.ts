import { Core, formatMac, type CorePort, type EventName, type Handle } from '../core/index.js';
import type { Watched } from '../lan/core-host.js';
import { TraceWatcher } from '../lan/watch.js';
import { Board, realTimer } from '../net/index.js';
import { Bridge, monotonic, type Direction, type Interface } from '../tap/index.js';
import { decode, EVERYBODY, TraceRecorder } from '../trace/index.js';

/** What `firmshake lan` runs a core as. */
export interface HostOptions {
  address: string;
  prefixLength: number;
  gateway?: string;
  /** Loses a frame on the way. */
  inject?: (direction: Direction, frame: Uint8Array) => 'pass' | 'drop';
  /** Something was recorded. */
  changed: () => void;
  /** Records so many frames and what belongs to them, and then no more. Default: all. */
  recordLimit?: number;
  /** So many bytes of data went by. */
  moved?: (bytes: number) => void;
}

/** The core's name in the trace, and that of whoever is at the other end of the link. */
export const CORE = 'core';
export const KERNEL = 'kernel';

/** A core on a real link, whose every frame, state and event goes into a trace. */
export class TapHost implements Watched {
  readonly name = CORE;
  readonly core: Core;
  readonly handles = new Set<Handle>();
  readonly recorder: TraceRecorder;
  readonly bridge: Bridge;
  /** Called when the core has something to tell; it may make calls, and calls `pump` after them. */
  onEvent: ((handle: Handle, kinds: readonly string[]) => void) | undefined;
  private frames = 0;
  private deadlineAt: number | undefined;
  private readonly startedAt = monotonic();
  private readonly watcher: TraceWatcher;
  private readonly options: HostOptions;

  constructor(module: WebAssembly.Module, link: Interface, kernelAddress: string | undefined, options: HostOptions) {
    this.options = options;
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
      listen: (listener) => {
        this.onEvent = (handle, kinds) => listener({ handle, kinds: [...kinds] as EventName[] });
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
        if (!this.isFull()) this.watcher.timer(this, 'fired');
        this.deadlineAt = undefined;
        return core.expire(now);
      },
      pending: () => core.pending(),
    };
  }

  /** Notes when the timer is set, or stopped. */
  private deadline(inMs: number, now: number): number {
    const at = inMs < 0 ? undefined : (now + inMs) >>> 0;
    if (at !== this.deadlineAt && !this.isFull())
      this.watcher.timer(this, at === undefined ? 'stopped' : 'armed', inMs);
    this.deadlineAt = at;
    return inMs;
  }

  /** Is there so much recorded that no more is to be? */
  private isFull(): boolean {
    return this.frames >= (this.options.recordLimit ?? Infinity);
  }

  private seen(direction: Direction, frame: Uint8Array, timeMs: number, lost: boolean): void {
    const { moved } = this.options;
    if (moved !== undefined) {
      const decoded = decode(frame);
      if (decoded.kind === 'tcp' && decoded.payload.length > 0) moved(decoded.payload.length);
    }
    if (this.isFull()) return;
    this.frames++;
    const at = timeMs - this.startedAt;
    const [from, to] = direction === 'in' ? [KERNEL, CORE] : [CORE, KERNEL];
    const isBroadcast = (frame[0] ?? 0) & 1;
    this.recorder.frame(at, from, isBroadcast ? EVERYBODY : to, frame, lost ? { lost: 'as told' } : { arrivesAt: at });
    if (direction === 'out' && decode(frame).kind === 'tcp') this.watcher.sent(this, frame);
    if (this.isFull()) this.recorder.note(at, `${this.frames} frames: those that follow are not drawn`);
    this.options.changed();
  }

  private collect(): void {
    for (const event of this.core.events()) {
      if (!this.isFull()) this.watcher.event(this, event);
      this.onEvent?.(event.handle, event.kinds);
    }
  }

  private settled(): void {
    if (this.isFull()) return;
    this.watcher.settled(this);
    this.options.changed();
  }
}

/** Locally administered, and not a group. */
function randomMac(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(6));
  bytes[0] = 2;
  return formatMac(bytes);
}
