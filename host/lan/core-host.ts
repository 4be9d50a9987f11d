import {
  Core,
  isPending,
  Pending,
  type CoreEvent,
  type ErrnoName,
  type Handle,
  type Identity,
  type StateName,
} from '../core/index.js';
import { SimulationError } from './errors.js';
import type { Station, Wire } from './wire.js';

/** Something that happened to a host's connection, with its time. */
export interface HostEvent extends CoreEvent {
  atMs: number;
}

/** A host as its watcher sees it, on this LAN or on a real one. */
export interface Watched {
  readonly name: string;
  readonly core: Core;
  /** Handles that the host's apps hold. */
  readonly handles: ReadonlySet<Handle>;
}

/** What watches a host: the trace. */
export interface Watcher {
  timer(host: Watched, action: 'armed' | 'fired' | 'stopped', inMs?: number): void;
  event(host: Watched, event: CoreEvent): void;
  sent(host: Watched, frame: Uint8Array): void;
  /** The host is quiet again: its states and pools may be different. */
  settled(host: Watched): void;
}

/** So many frames or events without an end are a core that will never be quiet. */
const ENDLESS = 100_000;

/**
 * A host that is a core: after each frame, timer and call it does what a board does (boards/common), and checks that
 * the core keeps its promises: the `Pending` bits say all there is to do, and a deadline moves only when they say so.
 */
export class CoreHost implements Station {
  readonly promiscuous = false;
  /** What has happened, in order. A test may empty it. */
  readonly events: HostEvent[] = [];
  /** Called with each event, at its time; it may make calls. */
  onEvent: ((event: HostEvent) => void) | undefined;
  /** Handles that the host's apps hold. */
  readonly handles = new Set<Handle>();
  /** How often the timer had the core run: the wake-ups that a board would have had. */
  wakeUps = 0;
  private identity: Identity;
  private deadlineMs: number | undefined;
  private disarm: () => void = () => undefined;
  /** The timer is set and has not fired. */
  private isArmed = false;
  /** How often the timer has fired at one instant. */
  private fired = { atMs: -1, times: 0 };
  private isSettling = false;
  private isOff = false;

  constructor(
    private readonly wire: Wire,
    readonly name: string,
    readonly core: Core,
    identity: Identity,
    private readonly watcher: Watcher | undefined,
  ) {
    this.identity = identity;
    this.reboot(identity.key);
  }

  get mac(): string {
    return this.identity.mac;
  }

  get address(): string {
    return this.identity.address;
  }

  /** When the core is to run next, in ms since the simulation began; undefined: never. */
  get nextWakeUpMs(): number | undefined {
    return this.deadlineMs;
  }

  /** Starts anew with another key; everything is forgotten, and nobody is told. */
  reboot(key: Uint8Array): void {
    this.identity = { ...this.identity, key };
    this.powerOff();
    this.isOff = false;
    this.handles.clear();
    this.core.boot(this.identity, this.wire.now);
    this.rearm();
    this.settle();
  }

  /** No power: nothing arrives, nothing fires, until `reboot`. */
  powerOff(): void {
    this.isOff = true;
    this.disarm();
    this.isArmed = false;
    this.deadlineMs = undefined;
  }

  arrives(frame: Uint8Array): string | undefined {
    if (this.isOff) return 'powered off';
    const received = this.core.receive(frame, this.wire.now);
    this.settle();
    return 'dropped' in received ? received.dropped : undefined;
  }

  listen(port: number, backlog = 4): Handle {
    return this.call(() => this.hold(this.core.listen(port, backlog)));
  }

  accept(listener: Handle): Handle | undefined {
    return this.call(() => {
      const handle = this.core.accept(listener);
      return handle === undefined ? undefined : this.hold(handle);
    });
  }

  /** `timeoutMs` 0: three minutes. */
  connect(to: { address: string }, port: number, timeoutMs = 0): Handle {
    return this.call(() => this.hold(this.core.connect(to.address, port, timeoutMs, this.wire.now)));
  }

  state(handle: Handle): StateName {
    return this.core.state(handle);
  }

  failure(handle: Handle): ErrnoName | undefined {
    return this.core.failure(handle);
  }

  localPort(handle: Handle): number {
    return this.core.localPort(handle);
  }

  /** Gives the core as many of these bytes as it has room for, and says how many. */
  send(handle: Handle, bytes: Uint8Array): number {
    return this.call(() => this.core.send(handle, bytes));
  }

  /** Takes what has arrived, at most `limit` bytes. */
  read(handle: Handle, limit?: number): Uint8Array<ArrayBuffer> {
    return this.call(() => this.core.read(handle, limit));
  }

  setNoDelay(handle: Handle, noDelay: boolean): void {
    this.call(() => this.core.setNoDelay(handle, noDelay, this.wire.now));
  }

  setKeepAlive(handle: Handle, seconds: number): void {
    this.call(() => this.core.setKeepAlive(handle, seconds, this.wire.now));
  }

  setUserTimeout(handle: Handle, timeoutMs: number): void {
    this.call(() => this.core.setUserTimeout(handle, timeoutMs, this.wire.now));
  }

  shutdown(handle: Handle): void {
    this.call(() => this.core.shutdown(handle));
  }

  close(handle: Handle): void {
    this.call(() => {
      this.core.close(handle, this.wire.now);
      this.handles.delete(handle);
    });
  }

  abort(handle: Handle): void {
    this.call(() => {
      this.core.abort(handle);
      this.handles.delete(handle);
    });
  }

  /** Events of this connection or listener, as one list of kinds. */
  told(handle: Handle): string[] {
    return this.events.filter((event) => event.handle === handle).flatMap((event) => event.kinds);
  }

  /** To be called after the core was changed from outside: calls made on it directly, or a snapshot restored. */
  settle(): void {
    if (this.isSettling || this.isOff) return;
    this.isSettling = true;
    try {
      let bits = this.core.pending();
      for (let rounds = 0; isPending(bits, Pending.FRAME | Pending.EVENT); rounds++) {
        if (rounds === ENDLESS) this.fail('is never quiet');
        if (isPending(bits, Pending.FRAME)) this.sendAll();
        if (isPending(bits, Pending.EVENT)) this.collectEvents();
        bits = this.core.pending();
      }
      this.checkQuiet();
      if (isPending(bits, Pending.DEADLINE)) this.rearm();
      else this.checkDeadline();
    } finally {
      this.isSettling = false;
    }
    this.watcher?.settled(this);
  }

  private call<R>(make: () => R): R {
    const result = make();
    this.settle();
    return result;
  }

  private hold(handle: Handle): Handle {
    this.handles.add(handle);
    return handle;
  }

  private sendAll(): void {
    const frames = this.core.drain(this.wire.now);
    if (frames.length > ENDLESS) this.fail('sends without end');
    for (const frame of frames) {
      this.wire.send(this, frame);
      this.watcher?.sent(this, frame);
    }
  }

  private collectEvents(): void {
    for (const event of this.core.events()) {
      const timed = { ...event, atMs: this.wire.nowMs };
      this.events.push(timed);
      this.watcher?.event(this, timed);
      this.onEvent?.(timed);
    }
  }

  private checkQuiet(): void {
    if (this.core.transmit(this.wire.now) !== null) this.fail('had a frame to send and did not say so');
    if (!this.core.events().next().done) this.fail('had an event and did not say so');
  }

  private rearm(): void {
    const inMs = this.core.nextDeadline(this.wire.now);
    const deadlineMs = inMs < 0 ? undefined : Math.floor(this.wire.nowMs) + inMs;
    if (deadlineMs === this.deadlineMs && (this.isArmed || deadlineMs === undefined)) return;
    this.deadlineMs = deadlineMs;
    this.disarm();
    if (deadlineMs === undefined) {
      this.watcher?.timer(this, 'stopped');
      return;
    }
    this.watcher?.timer(this, 'armed', inMs);
    this.isArmed = true;
    this.disarm = this.wire.at(deadlineMs, () => this.fire());
  }

  private fire(): void {
    this.watcher?.timer(this, 'fired');
    this.wakeUps++;
    const { atMs, times } = this.fired;
    this.fired = { atMs: this.wire.nowMs, times: atMs === this.wire.nowMs ? times + 1 : 1 };
    if (this.fired.times > ENDLESS) this.fail('fires without end');
    this.isArmed = false;
    this.core.expire(this.wire.now);
    // Its frames first, as on a board: sending them sets the next deadline.
    this.settle();
    this.rearm();
  }

  /** The bits did not say that the deadline has moved: then it has not. */
  private checkDeadline(): void {
    const inMs = this.core.nextDeadline(this.wire.now);
    const deadlineMs = inMs < 0 ? undefined : Math.floor(this.wire.nowMs) + inMs;
    const isSame = deadlineMs === this.deadlineMs || (inMs === 0 && (this.deadlineMs ?? Infinity) <= this.wire.nowMs);
    if (!isSame) this.fail(`moved its deadline from ${this.deadlineMs} to ${deadlineMs} ms and did not say so`);
  }

  private fail(what: string): never {
    throw new SimulationError('SIM_CORE_INCONSISTENT', `${this.name} ${what}, at ${this.wire.nowMs} ms`);
  }
}
