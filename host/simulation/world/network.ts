import { packetFrame, type End } from '../../lan/index.js';
import type { Cut, Narrow, Weather } from '../plan/acts.js';
import type { Fates, Sky } from './fate.js';
import type { SimulatedHost } from './host.js';
import { ETHERNET_BYTES, FIN, isIpv4, RST, segmentOf, SYN } from './segment.js';
import type { World } from './world.js';

/** A frame as it was once sent, to be sent again by nobody. */
interface Sent {
  to: number[];
  frame: Uint8Array;
  isControl: boolean;
}

interface Between {
  from: number;
  to: number;
}

/** Where the message of a router comes from that nobody knows. */
const ROUTER: End = { mac: '02:00:0a:49:00:fe', address: '10.73.0.254' };
const PROTOCOL_ICMP = 1;
/** Of the packet that does not get through, an ICMP error quotes so much. RFC 792. */
const QUOTED_BYTES = 28;

/** Everything between the hosts: what gets through, when, and how often. */
export class Network {
  readonly cuts: Cut[] = [];
  readonly weathers: Weather[] = [];
  readonly narrows: Narrow[] = [];
  private readonly log: Sent[] = [];
  frames = 0;

  constructor(
    private readonly world: World,
    private readonly fates: Fates,
    private readonly latencyMs: number,
  ) {}

  /** All is well from now on. */
  heal(): void {
    this.cuts.length = 0;
    this.weathers.length = 0;
    this.narrows.length = 0;
  }

  send(from: SimulatedHost, frame: Uint8Array): void {
    const nth = from.sentCount++;
    const to = this.receiversOf(from, frame);
    this.frames++;
    const flags = segmentOf(frame)?.flags ?? 0;
    this.log.push({ to: to.map(({ index }) => index), frame, isControl: (flags & (SYN | RST | FIN)) !== 0 });
    if (to.length === 0) this.world.draws(from.index, undefined, frame, { lost: 'nobody has this address' });
    for (const host of to) this.pass(from, host, frame, nth);
  }

  /** A frame of the past, chosen by a fraction of all, arrives once more. False: there is none. */
  replay(pick: number, behind: number, onlyControl: boolean): void {
    const log = onlyControl ? this.log.filter(({ isControl }) => isControl) : this.log;
    const old = log[Math.floor(pick * log.length) + behind];
    if (old === undefined) return;
    for (const index of old.to) {
      const host = this.world.hosts[index];
      if (host === undefined) continue;
      this.world.draws(undefined, index, old.frame, { arrivesAt: this.world.timeMs, duplicate: true });
      host.frameArrives(old.frame, false);
    }
  }

  /** A frame from somewhere else arrives at a host at once. */
  inject(host: SimulatedHost, frame: Uint8Array): void {
    this.world.draws(undefined, host.index, frame, { arrivesAt: this.world.timeMs });
    host.frameArrives(frame, false);
  }

  private pass(from: SimulatedHost, to: SimulatedHost, frame: Uint8Array, nth: number): void {
    const { world } = this;
    const lose = (lost: string): void => world.draws(from.index, to.index, frame, { lost });
    if (
      this.cuts.some((cut) => meets(cut, from.index, to.index) || (cut.bothWays && meets(cut, to.index, from.index)))
    ) {
      lose('cut');
      return;
    }
    const narrow = this.narrows.find((one) => meets(one, from.index, to.index));
    if (narrow !== undefined && isIpv4(frame) && frame.length - ETHERNET_BYTES > narrow.mtu) {
      if (narrow.isTold) this.tellTooLong(from, frame, narrow.mtu);
      lose('too long');
      return;
    }
    const first = isIpv4(frame) ? ETHERNET_BYTES : frame.length;
    const faults = this.fates.of(from.index, nth, to.index, this.skyOf(from.index, to.index), first, frame.length);
    let arrived = frame;
    let inMs = this.latencyMs;
    const copies: number[] = [];
    for (const fault of faults) {
      if (fault.kind === 'lose') {
        lose('by chance');
        return;
      }
      if (fault.kind === 'delay') inMs += fault.byMs;
      else if (fault.kind === 'duplicate') copies.push(this.latencyMs + fault.byMs);
      else arrived = altered(frame, fault.at, fault.mask);
    }
    for (const [copy, ms] of [inMs, ...copies].entries()) {
      world.draws(from.index, to.index, frame, {
        arrivesAt: world.timeMs + ms,
        ...(arrived === frame ? {} : { corrupted: arrived }),
        ...(copy > 0 ? { duplicate: true } : {}),
        ...(ms > this.latencyMs ? { delayed: true } : {}),
      });
      world.at(world.timeMs + ms, () => to.frameArrives(arrived, arrived !== frame));
    }
  }

  /** A router says that a packet is too long. RFC 1191 §4. */
  private tellTooLong(from: SimulatedHost, frame: Uint8Array, mtu: number): void {
    const message = new Uint8Array(8 + QUOTED_BYTES);
    message.set([3, 4, 0, 0, 0, 0, mtu >>> 8, mtu & 255]);
    message.set(frame.subarray(ETHERNET_BYTES, ETHERNET_BYTES + QUOTED_BYTES), 8);
    let sum = 0;
    message.forEach((byte, at) => (sum += at % 2 === 0 ? byte << 8 : byte));
    while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
    message.set([(~sum >>> 8) & 255, ~sum & 255], 2);
    const end: End = { mac: from.mac, address: from.station.address };
    const told = packetFrame(ROUTER, end, PROTOCOL_ICMP, message);
    this.world.at(this.world.timeMs + this.latencyMs, () => this.inject(from, told));
  }

  private skyOf(from: number, to: number): Sky {
    const sky = { loss: 0, duplication: 0, reordering: 0, delayMs: 1, corruption: 0 };
    for (const weather of this.weathers) {
      if (!meets(weather, from, to)) continue;
      sky.loss += weather.loss;
      sky.duplication += weather.duplication;
      sky.reordering += weather.reordering;
      sky.corruption += weather.corruption;
      sky.delayMs = Math.max(sky.delayMs, weather.delayMs);
    }
    return sky;
  }

  private receiversOf(from: SimulatedHost, frame: Uint8Array): SimulatedHost[] {
    const { hosts } = this.world;
    if (((frame[0] ?? 0) & 1) !== 0) return hosts.filter((host) => host !== from);
    // MACs are 02:00 and the address: the last byte tells them apart.
    const host = hosts[(frame[5] ?? 0) - 2];
    return host === undefined || host === from ? [] : [host];
  }
}

function meets(between: Between, from: number, to: number): boolean {
  return (between.from < 0 || between.from === from) && (between.to < 0 || between.to === to);
}

function altered(frame: Uint8Array, at: number, mask: number): Uint8Array {
  const copy = frame.slice();
  copy[at] = (copy[at] ?? 0) ^ mask;
  return copy;
}
