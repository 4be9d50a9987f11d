import { CoreError, parseAddress, type CoreErrorCode, type CoreEvent, type Handle } from '../../core/index.js';
import { State } from '../../core/layout.js';
import { Violation } from '../errors.js';
import type { Manners } from '../plan/acts.js';
import type { SimulatedHost } from './host.js';
import { pattern } from './pattern.js';
import { Talk } from './talk.js';

interface Listening {
  port: number;
  acceptAfterMs: number;
  manners: readonly Manners[];
  accepted: number;
}

/** What a host's apps may be refused, for want of room or of a state that allows it: part of life. */
const REFUSALS: readonly CoreErrorCode[] = ['ENOBUFS', 'EADDRINUSE', 'EADDRNOTAVAIL', 'ENOTCONN', 'EPIPE'];

/** The apps of a host: they do what their manners say, until the storm is over; then they hurry, and let go. */
export class Apps {
  readonly talks = new Map<Handle, Talk>();
  readonly listeners = new Map<Handle, Listening>();

  constructor(private readonly host: SimulatedHost) {}

  /** A call that may be refused; undefined: it was. */
  private attempt<R>(call: () => R): R | undefined {
    try {
      return call();
    } catch (error) {
      if (!(error instanceof CoreError)) throw error;
      if (REFUSALS.includes(error.code)) return undefined;
      throw new Violation('calls', `a call was refused with ${error.code}: ${error.message}`, this.host.name);
    }
  }

  listen(port: number, backlog: number, acceptAfterMs: number, manners: readonly Manners[]): void {
    const { core, station } = this.host;
    // Not by the station: whoever looks when it has settled must find the listener.
    const handle = this.attempt(() => core.listen(port, backlog));
    if (handle === undefined) return;
    station.handles.add(handle);
    this.listeners.set(handle, { port, acceptAfterMs, manners, accepted: 0 });
    station.settle();
  }

  unlisten(handle: Handle): void {
    this.listeners.delete(handle);
    this.host.station.close(handle);
  }

  connect(address: string, port: number, timeoutMs: number, manners: Manners): Talk | undefined {
    const { core, station } = this.host;
    // As above, with the talk.
    const handle = this.attempt(() => core.connect(address, port, timeoutMs, this.host.clock.now));
    if (handle === undefined) return undefined;
    station.handles.add(handle);
    const talk = new Talk(this.host, handle, 'active', core.localPort(handle), parseAddress(address), port, manners);
    talk.iss = this.host.memory.connection(talk.slot)?.sendUnacknowledged ?? 0;
    this.take(talk);
    station.settle();
    return talk;
  }

  /** The local port that the next connect will have: so two hosts can connect to each other at once. */
  nextPort(address: string): number | undefined {
    const { core, clock } = this.host;
    const { observer } = core;
    const before = core.snapshot();
    core.observer = undefined;
    try {
      return this.attempt(() => core.localPort(core.connect(address, 1, 0, clock.now)));
    } finally {
      core.restore(before);
      core.observer = observer;
    }
  }

  told({ handle, kinds }: CoreEvent): void {
    if (this.listeners.has(handle)) {
      this.acceptable(handle);
      return;
    }
    const talk = this.talks.get(handle);
    if (talk === undefined || talk.isReleased) {
      if (handle !== 0)
        throw new Violation('told', `an event for a handle that nobody holds: ${kinds.join()}`, this.host.name);
      return;
    }
    if (kinds.includes('CONNECTED')) this.connected(talk);
    if (kinds.includes('PEER_CLOSED')) talk.isPeerDone = true;
    this.pump(talk);
    for (const kind of ['CLOSED', 'FAILED'] as const) if (kinds.includes(kind)) this.ended(talk, kind);
  }

  /** The host has lost its power. */
  lose(): void {
    for (const talk of this.talks.values()) talk.isLost = true;
    this.talks.clear();
    this.listeners.clear();
  }

  /** The app reads, writes and ends as its manners say now. */
  pump(talk: Talk): void {
    if (!talk.isHeld || !talk.isConnected) return;
    if (talk.ended === undefined) this.write(talk);
    this.read(talk, false);
    if (talk.ended === undefined) this.end(talk);
    // Not before: what it causes may have the app read and write again, and all that it has must be counted by then.
    this.host.station.settle();
  }

  /** The storm is over: what waits is accepted, what has ended is let go, and what there is is read. */
  hurry(): void {
    for (const talk of [...this.talks.values()]) if (talk.ended !== undefined) this.release(talk, 'close');
    for (const listener of [...this.listeners.keys()]) this.acceptAll(listener);
    for (const talk of [...this.talks.values()]) this.pump(talk);
  }

  /** Everybody lets go of everything. */
  releaseAll(): void {
    for (const handle of [...this.listeners.keys()]) this.unlisten(handle);
    for (const talk of [...this.talks.values()]) this.release(talk, 'close');
  }

  release(talk: Talk, how: 'close' | 'abort'): void {
    if (!talk.isHeld) return;
    talk.isReleased = true;
    if (talk.ended === undefined && (how === 'abort' || talk.farewell === undefined)) talk.farewell = how;
    this.talks.delete(talk.handle);
    if (how === 'close') this.host.station.close(talk.handle);
    else this.host.station.abort(talk.handle);
    this.host.world.watch.released(talk);
  }

  shutdown(talk: Talk): void {
    if (!talk.isHeld) return;
    const isDone = this.attempt(() => (this.host.core.shutdown(talk.handle), true));
    if (isDone === true) talk.farewell = 'shutdown';
    this.host.station.settle();
  }

  /** Reads what there is, whatever the manners say. */
  readNow(talk: Talk): void {
    this.read(talk, true);
    this.host.station.settle();
  }

  private read(talk: Talk, isForced: boolean): void {
    const { world, core } = this.host;
    const { readBytes, readPauseMs } = talk.manners;
    const isHurried = isForced || world.phase !== 'storm';
    if (!isHurried && (readPauseMs < 0 || talk.isAbandoned || talk.pauses.read)) return;
    const bytes = core.read(talk.handle, isHurried ? Infinity : readBytes);
    if (bytes.length > 0) world.watch.read(talk, bytes);
    talk.read += bytes.length;
    if (core.received(talk.handle) > 0 && !isHurried) {
      this.later(talk, 'read', readPauseMs);
    } else if (talk.isPeerDone && core.received(talk.handle) === 0) {
      world.watch.heardAll(talk);
    }
  }

  private take(talk: Talk): void {
    this.talks.set(talk.handle, talk);
    const { noDelay, keepAliveSeconds, userTimeoutMs } = talk.manners;
    const { core, clock } = this.host;
    const { now } = clock;
    if (noDelay) core.setNoDelay(talk.handle, true, now);
    if (keepAliveSeconds > 0) core.setKeepAlive(talk.handle, keepAliveSeconds, now);
    if (userTimeoutMs > 0) core.setUserTimeout(talk.handle, userTimeoutMs, now);
    this.host.world.register(talk);
  }

  private acceptable(listener: Handle): void {
    const listening = this.listeners.get(listener);
    const { world } = this.host;
    if (listening === undefined) return;
    if (world.phase !== 'storm' || listening.acceptAfterMs === 0) this.acceptAll(listener);
    else this.after(listening.acceptAfterMs, () => this.acceptAll(listener));
  }

  private acceptAll(listener: Handle): void {
    const listening = this.listeners.get(listener);
    if (listening === undefined) return;
    const { core, station, address } = this.host;
    for (let handle = core.accept(listener); handle !== undefined; handle = core.accept(listener)) {
      station.handles.add(handle);
      const manners = listening.manners[listening.accepted++ % listening.manners.length];
      if (manners === undefined) throw new RangeError(`no manners at ${address}`);
      const { localPort, remoteAddress, remotePort } = this.tupleOf(handle);
      const talk = new Talk(this.host, handle, 'passive', localPort, remoteAddress, remotePort, manners);
      this.knows(talk);
      talk.isConnected = true;
      this.take(talk);
      this.connected(talk);
      this.pump(talk);
    }
    station.settle();
  }

  private tupleOf(handle: Handle): { localPort: number; remoteAddress: number; remotePort: number } {
    const { core } = this.host;
    return {
      localPort: core.localPort(handle),
      remoteAddress: parseAddress(core.remoteAddress(handle)),
      remotePort: core.remotePort(handle),
    };
  }

  /** Both initial sequence numbers: nobody has read or written yet, so what has arrived lies behind the peer's SYN. */
  private knows(talk: Talk): void {
    const entry = this.host.memory.connection(talk.slot);
    if (entry === undefined) return;
    if (talk.role === 'passive') talk.iss = (entry.sendUnacknowledged - 1) >>> 0;
    const { state } = entry;
    // One that has ended meanwhile does not say whether the peer's FIN was among what came.
    if (state !== State.ESTABLISHED && state !== State.CLOSE_WAIT) return;
    const fin = state === State.CLOSE_WAIT ? 1 : 0;
    talk.irs = (entry.receiveNext - entry.receiveQueued - fin - 1) >>> 0;
  }

  private connected(talk: Talk): void {
    if (talk.role === 'active') this.knows(talk);
    talk.isConnected = true;
    talk.connectedAtMs = this.host.world.timeMs;
    this.host.world.meet(talk);
    const { farewellAfterMs } = talk.manners;
    if (farewellAfterMs > 0) this.after(farewellAfterMs, () => this.pump(talk));
  }

  private ended(talk: Talk, kind: 'CLOSED' | 'FAILED'): void {
    this.host.world.watch.ended(talk, kind);
    talk.ended = kind;
    if (!talk.isHeld) return;
    const { lingerMs } = talk.manners;
    if (lingerMs === 0 || this.host.world.phase !== 'storm') this.release(talk, 'close');
    else this.after(lingerMs, () => this.release(talk, 'close'));
  }

  private write(talk: Talk): void {
    const { world, core } = this.host;
    const { bytes, pieceBytes, pauseMs } = talk.manners;
    if (world.phase !== 'storm' || talk.isAbandoned || talk.farewell !== undefined || talk.pauses.write) return;
    while (talk.written < bytes) {
      const length = Math.min(pieceBytes, bytes - talk.written);
      const piece = pattern(talk.localPort, talk.iss, talk.written, length);
      const taken = this.attempt(() => core.send(talk.handle, piece)) ?? 0;
      talk.written += taken;
      if (taken < length) return;
      if (pauseMs > 0 && talk.written < bytes) {
        this.later(talk, 'write', pauseMs);
        return;
      }
    }
  }

  private end(talk: Talk): void {
    const { world } = this.host;
    const { bytes, farewell, farewellAfterMs, waitsForPeer } = talk.manners;
    if (talk.isAbandoned && world.phase === 'storm') return;
    const hasSaidAll = talk.written >= bytes || world.phase !== 'storm';
    if (talk.farewell === 'shutdown') {
      // All is said and heard.
      if (talk.isPeerDone && this.host.core.received(talk.handle) === 0) this.release(talk, 'close');
      return;
    }
    if (!hasSaidAll || world.timeMs < talk.connectedAtMs + farewellAfterMs) return;
    if (waitsForPeer && !talk.isPeerDone) return;
    if (farewell === 'shutdown') this.shutdown(talk);
    else if (farewell !== 'stay') this.release(talk, farewell);
  }

  private later(talk: Talk, what: 'read' | 'write', pauseMs: number): void {
    if (talk.pauses[what]) return;
    talk.pauses[what] = true;
    this.after(pauseMs, () => {
      talk.pauses[what] = false;
      this.pump(talk);
    });
  }

  /** Only if the host has its power still. */
  private after(ms: number, action: () => void): void {
    const { boots, world } = this.host;
    world.at(world.timeMs + Math.max(ms, 1), () => {
      if (this.host.isOn && this.host.boots === boots) action();
    });
  }
}
