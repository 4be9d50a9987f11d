import { Core, randomMac, type CorePort, type EventName, type Handle } from '../core/index.js';
import type { Watched } from '../lan/core-host.js';
import { TraceWatcher } from '../lan/watch.js';
import { Board, isolated, realTimer } from '../net/index.js';
import { Bridge, monotonic, toU32, type Direction, type Interface } from '../tap/index.js';
import { decode, type TraceRecorder } from '../trace/index.js';
import { CORE, LinkTrace, type LinkTraceOptions } from './link-trace.js';

/** What `firmshake lan` runs a core as. */
export interface HostOptions extends LinkTraceOptions {
  address: string;
  prefixLength: number;
  gateway?: string;
  /** Loses a frame on the way. */
  inject?: (direction: Direction, frame: Uint8Array) => 'pass' | 'drop';
}

/** A core on a real link, whose every frame, state and event goes into a trace. */
export class TapHost implements Watched {
  readonly name = CORE;
  readonly core: Core;
  readonly handles = new Set<Handle>();
  readonly bridge: Bridge;
  /** Called when the core has something to tell; it may make calls, and calls `pump` after them. */
  onEvent: ((handle: Handle, kinds: readonly string[]) => void) | undefined;
  private readonly trace: LinkTrace;
  private deadlineAt: number | undefined;
  private readonly watcher: TraceWatcher;
  private readonly options: HostOptions;

  constructor(module: WebAssembly.Module, link: Interface, kernelAddress: string | undefined, options: HostOptions) {
    this.options = options;
    const mac = randomMac();
    const { address, prefixLength, gateway } = options;
    this.trace = new LinkTrace({ address, mac }, kernelAddress, options);
    this.trace.onQuiet = () => this.settled();
    this.watcher = new TraceWatcher(this.trace, this.trace.recorder);
    this.core = new Core(module);
    const key = crypto.getRandomValues(new Uint8Array(16));
    this.core.boot({ mac, address, prefixLength, key, ...(gateway === undefined ? {} : { gateway }) }, this.now);
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

  get recorder(): TraceRecorder {
    return this.trace.recorder;
  }

  get now(): number {
    return toU32(monotonic());
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

  note(text: string): void {
    this.trace.note(text);
  }

  flush(): void {
    this.trace.flush();
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
        this.trace.draws(true);
        if (this.trace.isDrawing) this.watcher.timer(this, 'fired');
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
    if (at !== this.deadlineAt && this.trace.isDrawing) this.watcher.timer(this, action, inMs);
    this.deadlineAt = at;
    return inMs;
  }

  private seen(direction: Direction, frame: Uint8Array, timeMs: number, lost: boolean): void {
    const isRecorded = this.trace.frame(direction, frame, timeMs, lost);
    if (isRecorded && direction === 'out' && decode(frame).kind === 'tcp') this.watcher.sent(this, frame);
  }

  private collect(): void {
    for (const event of this.core.events()) {
      if (this.trace.isDrawing) this.watcher.event(this, event);
      this.onEvent?.(event.handle, event.kinds);
    }
  }

  private settled(): void {
    if (!this.trace.isDrawing) return;
    this.watcher.settled(this);
    this.options.changed();
  }
}
