import { Core, formatMac, type Identity } from '../core/index.js';
import { EVERYBODY, TraceRecorder, type FrameFate, type FrameRecord, type Trace } from '../trace/index.js';
import { CoreHost } from './core-host.js';
import { SimulationError } from './errors.js';
import { FaultPlan, type Fate, type Faults, type Fault, type Match, type Rule } from './faults.js';
import { EventQueue } from './queue.js';
import { Random } from './random.js';
import { RawHost, type RawHostOptions } from './raw-host.js';
import { TraceWatcher } from './watch.js';
import type { Station, Wire } from './wire.js';

export interface LanOptions {
  /** Everything random comes from it. Default 1. */
  seed?: number;
  /** The cores' clock when the simulation begins, a `u32` of ms. Default 0. */
  startTime?: number;
  /** How long a frame is under way. Default 1. */
  latencyMs?: number;
  faults?: Partial<Faults>;
  /** Record everything. Default false. */
  trace?: boolean;
}

export interface CoreHostOptions {
  address: string;
  /** Default: made of the address. */
  mac?: string;
  /** Default 24. */
  prefixLength?: number;
  gateway?: string;
  /** Default: from the seed. */
  key?: Uint8Array;
}

/** How long `until` and `idle` wait by themselves. */
const DEFAULT_WITHIN_MS = 600_000;

/**
 * A LAN in one process, in virtual time: nothing happens between `for`, `until` and `idle`, and the same seed gives
 * the same frames bit for bit. Time is in ms since the beginning.
 */
export class Lan implements Wire {
  readonly random: Random;
  latencyMs: number;
  private readonly startTime: number;
  private readonly queue = new EventQueue();
  private readonly plan: FaultPlan;
  private readonly stations: Station[] = [];
  private readonly byMac = new Map<string, Station>();
  private readonly cuts = new Set<string>();
  private readonly recorder: TraceRecorder | undefined;
  private readonly watcher: TraceWatcher | undefined;
  private time = 0;

  constructor(options: LanOptions = {}) {
    this.random = new Random(options.seed ?? 1);
    this.startTime = options.startTime ?? 0;
    this.latencyMs = options.latencyMs ?? 1;
    this.plan = new FaultPlan(this.random);
    this.plan.chance = { ...this.plan.chance, ...options.faults };
    if (options.trace === true) {
      this.recorder = new TraceRecorder();
      this.watcher = new TraceWatcher(this, this.recorder);
    }
  }

  get nowMs(): number {
    return this.time;
  }

  get now(): number {
    return (this.startTime + this.time) >>> 0;
  }

  /** What has happened; undefined: nobody asked for it. */
  get trace(): Trace | undefined {
    return this.recorder?.trace;
  }

  /** A line in the trace. */
  note(text: string, host?: Station): void {
    this.recorder?.note(this.time, text, host?.name);
  }

  /** What the network does by chance, from now on. */
  get faults(): Faults {
    return this.plan.chance;
  }

  set faults(faults: Partial<Faults>) {
    this.plan.chance = { ...this.plan.chance, ...faults };
  }

  /** A host with a core, which it boots. */
  host(name: string, module: WebAssembly.Module, options: CoreHostOptions): CoreHost {
    const { address, prefixLength = 24, gateway } = options;
    const mac = options.mac ?? macOf(address);
    const key = options.key ?? this.random.bytes(16);
    const identity: Identity = { mac, address, prefixLength, key, ...(gateway === undefined ? {} : { gateway }) };
    this.recorder?.host({ id: name, name, address, mac });
    this.checkNew(name, mac);
    return this.plug(new CoreHost(this, name, new Core(module), identity, this.watcher));
  }

  /** A host that is played by hand. */
  raw(name: string, options: Omit<RawHostOptions, 'mac'> & { mac?: string }): RawHost {
    const mac = options.mac ?? macOf(options.address);
    this.recorder?.host({ id: name, name, address: options.address, mac });
    this.checkNew(name, mac);
    return this.plug(new RawHost(this, name, { ...options, mac }));
  }

  /** Takes a host off the LAN. */
  unplug(host: Station): void {
    this.stations.splice(this.stations.indexOf(host), 1);
    this.byMac.delete(host.mac);
  }

  /** Frames that match are lost: `lose({ flags: 'SYN,ACK', nth: 1 })`. */
  lose(match: Match = {}): Rule {
    return this.plan.add(match, { fault: 'lose' });
  }

  duplicate(match: Match = {}): Rule {
    return this.plan.add(match, { fault: 'duplicate' });
  }

  delay(match: Match, byMs: number): Rule {
    return this.plan.add(match, { fault: 'delay', byMs });
  }

  /** A bit of the frames that match is turned, counted from the first of the frame. */
  corrupt(match: Match, bit: number): Rule {
    return this.plan.add(match, { fault: 'corrupt', bit });
  }

  /** What comes back from `rewrite` arrives instead of the frames that match. */
  forge(match: Match, rewrite: (frame: Uint8Array) => Uint8Array): Rule {
    return this.plan.add(match, { fault: 'forge', rewrite });
  }

  fault(match: Match, fault: Fault): Rule {
    return this.plan.add(match, fault);
  }

  /** Nothing passes between two hosts any more, until `heal`. */
  partition(a: Station, b: Station): void {
    this.cuts.add(cutOf(a, b));
  }

  /** Everything passes again between two hosts, or between all. */
  heal(a?: Station, b?: Station): void {
    if (a !== undefined && b !== undefined) this.cuts.delete(cutOf(a, b));
    else this.cuts.clear();
  }

  /** A host sends a frame; it arrives when its time has come, if nothing befalls it. */
  send(from: Station, frame: Uint8Array): void {
    const receivers = this.receiversOf(from, frame);
    const addressee = isGroup(frame) ? undefined : (receivers.find((station) => !station.promiscuous) ?? receivers[0]);
    const fate = this.plan.fateOf(frame, from.name, addressee?.name);
    const reached = receivers.filter((station) => !this.cuts.has(cutOf(from, station)));
    if (reached.length === 0) fate.lost ??= receivers.length === 0 ? 'nobody has this address' : 'partition';
    const arrived = arrivedOf(frame, fate);
    const to = isGroup(frame) ? EVERYBODY : (addressee?.name ?? EVERYBODY);
    const copies = fate.lost === undefined ? fate.extraMs : [0];
    copies.forEach((extraMs, copy) => {
      const record = this.record(from, to, frame, arrived, fate, extraMs, copy);
      if (fate.lost === undefined) this.deliver(reached, arrived, extraMs, record);
    });
  }

  at(ms: number, action: () => void): () => void {
    return this.queue.put(Math.max(ms, this.time), action);
  }

  /** Lets this much time pass. */
  for(ms: number): void {
    this.runTo(this.time + ms);
  }

  /**
   * Lets time pass until a condition holds.
   * @throws SimulationError SIM_NEVER: it does not within `withinMs` (default: ten minutes)
   */
  until(condition: () => boolean, withinMs = DEFAULT_WITHIN_MS): void {
    const end = this.time + withinMs;
    while (!condition()) {
      if (!this.step(end)) throw this.never('what was waited for did not happen', withinMs);
    }
  }

  /**
   * Lets time pass until nothing is to happen any more: no frame under way, no timer armed.
   * @throws SimulationError SIM_NEVER: there still is after `withinMs` (default: ten minutes)
   */
  idle(withinMs = DEFAULT_WITHIN_MS): void {
    const end = this.time + withinMs;
    while (this.queue.nextAt !== undefined) {
      if (!this.step(end)) throw this.never('there was always something to happen', withinMs);
    }
  }

  /** Lets the next thing happen, unless it is after `end` (ms since the beginning): false. */
  next(end = Infinity): boolean {
    return this.step(end);
  }

  /** When the next thing is to happen, in ms since the beginning; undefined: nothing is. */
  get nextMs(): number | undefined {
    return this.queue.nextAt;
  }

  private runTo(end: number): void {
    while (this.step(end));
    this.time = end;
  }

  /** Does what is to happen next, unless that is after `end`. */
  private step(end: number): boolean {
    const at = this.queue.nextAt;
    if (at === undefined || at > end) return false;
    this.time = at;
    this.queue.take()?.();
    return true;
  }

  private never(what: string, withinMs: number): SimulationError {
    return new SimulationError('SIM_NEVER', `${what} within ${withinMs} ms`);
  }

  private deliver(to: Station[], frame: Uint8Array, extraMs: number, record: FrameRecord | undefined): void {
    this.at(this.time + this.latencyMs + extraMs, () => {
      for (const station of to) {
        const dropped = station.arrives(frame);
        if (record !== undefined && dropped !== undefined && to.length === 1) record.dropped = dropped;
      }
    });
  }

  private record(
    from: Station,
    to: string,
    frame: Uint8Array,
    arrived: Uint8Array,
    fate: Fate,
    extraMs: number,
    copy: number,
  ): FrameRecord | undefined {
    if (this.recorder === undefined) return undefined;
    const told: FrameFate = {
      ...(fate.lost === undefined ? { arrivesAt: this.time + this.latencyMs + extraMs } : { lost: fate.lost }),
      ...(arrived === frame ? {} : { corrupted: arrived }),
      ...(copy > 0 ? { duplicate: true } : {}),
      ...(extraMs > 0 ? { delayed: true } : {}),
    };
    return this.recorder.frame(this.time, from.name, to, frame, told);
  }

  private receiversOf(from: Station, frame: Uint8Array): Station[] {
    if (isGroup(frame)) return this.stations.filter((station) => station !== from);
    const addressee = this.byMac.get(formatMac(frame.subarray(0, 6)));
    return this.stations.filter((station) => station !== from && (station === addressee || station.promiscuous));
  }

  private checkNew(name: string, mac: string): void {
    if (this.byMac.has(mac) || this.stations.some((station) => station.name === name)) {
      throw new SimulationError('SIM_DUPLICATE_HOST', `there is a host ${name}, or one with the MAC ${mac}`);
    }
  }

  private plug<S extends Station>(station: S): S {
    this.stations.push(station);
    this.byMac.set(station.mac, station);
    return station;
  }
}

/** A locally administered MAC that shows the address: 02:00 and its four bytes. */
function macOf(address: string): string {
  return formatMac(Uint8Array.from([2, 0, ...address.split('.').map(Number)]));
}

function isGroup(frame: Uint8Array): boolean {
  return ((frame[0] ?? 0) & 1) !== 0;
}

function arrivedOf(frame: Uint8Array, { forged = frame, corruptBit }: Fate): Uint8Array {
  return corruptBit === undefined ? forged : turned(forged, corruptBit);
}

function turned(frame: Uint8Array, bit: number): Uint8Array {
  const copy = frame.slice();
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (0x80 >> (bit & 7));
  return copy;
}

function cutOf(a: Station, b: Station): string {
  return [a.name, b.name].sort().join(' | ');
}
