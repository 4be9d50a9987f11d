import { Drop, DROP_COUNT, DROPS_AT, STATISTICS } from '../../core/layout.js';
import { dropOf } from '../../core/index.js';
import { Violation } from '../errors.js';
import type { CallName } from '../world/probe.js';
import type { SimulatedHost } from '../world/host.js';
import { isArp, RST, segmentOf } from '../world/segment.js';
import type { World } from '../world/world.js';
import type { Invariant } from './invariant.js';

/** The counters that are counted here once more, from the frames alone. */
const COUNTED = [
  'framesReceived',
  'framesSent',
  'answersLost',
  'segmentsSent',
  'resetsSent',
  'arpRequestsSent',
  'arpRepliesSent',
  'segmentsReceived',
  'activeOpens',
  // Nobody here asks for these, and no two hosts have one address.
  'echoReplies',
  'unreachablesSent',
  'addressConflicts',
  'restarts',
] as const;
type Counted = (typeof COUNTED)[number];

interface Count {
  boots: number;
  counters: Record<Counted, number>;
  drops: number[];
}

/** Why a frame is dropped that cannot be right. */
const MALFORMED: ReadonlySet<number> = new Set([
  Drop.FRAME_LENGTH,
  Drop.ARP_INVALID,
  Drop.IP_VERSION,
  Drop.IP_LENGTH,
  Drop.IP_CHECKSUM,
  Drop.IP_FRAGMENT,
  Drop.ICMP_LENGTH,
  Drop.ICMP_CHECKSUM,
  Drop.TCP_LENGTH,
  Drop.TCP_CHECKSUM,
  Drop.TCP_OPTION,
]);

/**
 * The statistics add up with the frames on the wire: a core has counted as many frames, segments, RSTs, ARP packets and
 * connects as were seen, and as many drops, each for the reason that it gave. No answer is lost, since hosts fetch them. And no frame is dropped as malformed but
 * one that the network has altered, while each of those is dropped.
 *
 * Sound, since exactly one byte is altered, which every checksum of RFC 1071 shows, and only behind the Ethernet header: what its own check
 * sequence would have caught is counted as lost (world/fate.ts).
 */
export class StatisticsAddUp implements Invariant {
  readonly name = 'statistics';
  private readonly hosts = new Map<SimulatedHost, Count>();

  arrived(host: SimulatedHost, frame: Uint8Array, result: number, isAltered: boolean): void {
    const count = this.of(host);
    count.counters.framesReceived++;
    const reason = dropOf(result);
    if (reason !== Drop.NONE) count.drops[reason] = (count.drops[reason] ?? 0) + 1;
    if (!isAltered && segmentOf(frame) !== undefined) count.counters.segmentsReceived++;
    if (isAltered && reason === Drop.NONE) throw this.violation(host, 'a frame that was altered on its way was taken');
    if (!isAltered && MALFORMED.has(reason)) throw this.violation(host, `a right frame was dropped: ${Drop[reason]}`);
  }

  sent(host: SimulatedHost, frame: Uint8Array): void {
    const { counters } = this.of(host);
    counters.framesSent++;
    const segment = segmentOf(frame);
    if (segment !== undefined) {
      counters.segmentsSent++;
      if ((segment.flags & RST) !== 0) counters.resetsSent++;
    } else if (isArp(frame)) {
      if (frame[21] === 2) counters.arpRepliesSent++;
      // An announcement asks for the sender's own address, and is no request. RFC 5227 §2.3.
      else if (frame[31] !== frame[41]) counters.arpRequestsSent++;
    }
  }

  called(host: SimulatedHost, name: CallName): void {
    if (name === 'connect') this.of(host).counters.activeOpens++;
  }

  settled(host: SimulatedHost): void {
    const { counters } = this.of(host);
    for (const name of COUNTED) {
      const told = host.memory.counter(STATISTICS.offsets[name]);
      if (told !== counters[name]) throw this.violation(host, `${name}: ${told} counted, ${counters[name]} seen`);
    }
  }

  poweredOff(host: SimulatedHost): void {
    this.checkDrops(host);
  }

  finished(world: World): void {
    for (const host of world.hosts) this.checkDrops(host);
  }

  private checkDrops(host: SimulatedHost): void {
    const { drops } = this.of(host);
    for (let reason = 1; reason < DROP_COUNT; reason++) {
      const told = host.memory.counter(DROPS_AT + 4 * reason);
      const seen = drops[reason] ?? 0;
      if (told !== seen)
        throw this.violation(host, `dropped for ${Drop[reason] ?? reason}: ${told} counted, ${seen} seen`);
    }
  }

  private violation(host: SimulatedHost, what: string): Violation {
    return new Violation(this.name, what, host.name);
  }

  private of(host: SimulatedHost): Count {
    let count = this.hosts.get(host);
    if (count?.boots !== host.boots) {
      const counters = Object.fromEntries(COUNTED.map((name) => [name, 0])) as Record<Counted, number>;
      count = { boots: host.boots, counters, drops: [] };
      this.hosts.set(host, count);
    }
    return count;
  }
}
