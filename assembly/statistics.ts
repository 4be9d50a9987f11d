import { STATISTICS } from './memory';

/** Why a frame was dropped. `receive` returns it negative; `Statistics.drops` counts it at this index. */
export const enum Drop {
  NONE = 0,
  NOT_BOOTED = 1,
  /** Longer than the frame buffer, or shorter than the header it claims to hold. */
  FRAME_LENGTH = 2,
  /** Source MAC is a group address, zero or our own. */
  SOURCE_MAC = 3,
  /** For another host, or for a group that we are not in. */
  NOT_FOR_US = 4,
  /** Neither ARP nor IPv4. */
  ETHERTYPE = 5,
  /** Not Ethernet/IPv4, an operation other than request and reply, or a sender that cannot be. RFC 826. */
  ARP_INVALID = 6,
  /** An ARP that asks for, or speaks of, others. */
  ARP_NOT_FOR_US = 7,
  IP_VERSION = 8,
  /** Header shorter than 20 bytes, or lengths that contradict each other. RFC 791 §3.1. */
  IP_LENGTH = 9,
  IP_CHECKSUM = 10,
  /** Reassembly is not offered. */
  IP_FRAGMENT = 11,
  /** Source address is our own, zero, a group, a broadcast or loopback. RFC 1122 §3.2.1.3. */
  IP_SOURCE = 12,
  /** Destination address is not ours; broadcasts and groups too: no answer is due. RFC 1122 §3.2.2. */
  IP_DESTINATION = 13,
  ICMP_LENGTH = 14,
  ICMP_CHECKSUM = 15,
  /** A kind that we have nothing to do with, or an error that quotes no segment in flight. RFC 5927 §4. */
  ICMP_IGNORED = 16,
  UDP_INVALID = 17,
  /** Header shorter than 20 bytes or longer than the segment. */
  TCP_LENGTH = 18,
  TCP_CHECKSUM = 19,
  /** An option with a length that cannot be. RFC 9293 §3.2, MUST-7. */
  TCP_OPTION = 20,
  /** RST for nothing that we know. RFC 9293 §3.10.7.1, §3.10.7.2. */
  RESET_UNKNOWN = 21,
  /** RST outside the window, or for an ACK that we never sent: blind. RFC 5961 §3.2, RFC 9293 §3.10.7.3. */
  RESET_BLIND = 22,
  /** ACK of something that we never sent. RFC 9293 §3.10.7.3, §3.10.7.4. */
  ACK_UNACCEPTABLE = 23,
  /** Neither SYN nor RST nor ACK, where one was due. */
  NO_ACK = 24,
  /** Sequence number outside the receive window. RFC 9293 §3.10.7.4, first. */
  OUT_OF_WINDOW = 25,
  /** SYN on a connection that lives. RFC 5961 §4. */
  SYN_IN_WINDOW = 26,
  /** SYN together with FIN: no host begins so. */
  SYN_FIN = 27,
  /** RST in TIME-WAIT: would end the guard early. RFC 1337. */
  RESET_TIME_WAIT = 28,
  /** Handshake completed while the backlog or the pool was full: left unanswered, completes when there is room. */
  NO_ROOM = 29,
  /** Data for an app that is gone: answered by RST. RFC 9293 §3.6.1. */
  DATA_UNWANTED = 30,
}

/** One more than the largest Drop. */
export const DROP_REASONS: u32 = 31;

/** How much of a pool is used. */
@unmanaged
export class PoolUse {
  capacity: u32;
  used: u32;
  /** The most that were ever used at once since boot. */
  highWater: u32;
  /** How often nothing was left. */
  exhausted: u32;
}

/** The pools, in the order in which their PoolUse records follow the Statistics. */
export const enum PoolName {
  CONNECTIONS = 0,
  HALF_OPEN = 1,
  TIME_WAIT = 2,
  LISTENERS = 3,
  NEIGHBOURS = 4,
}

/** One more than the largest PoolName. */
export const POOLS: u32 = 5;

/**
 * What has happened since boot. In memory a PoolUse for each pool follows, then a u32 for each Drop. All counters are u32 and wrap. The layout is generated into host/core/layout.ts and
 * boards/common/firmshake_layout.h by `npm run build`.
 */
@unmanaged
export class Statistics {
  /** Bytes of this record, so that a reader can tell an older one. */
  size: u32;
  framesReceived: u32;
  framesSent: u32;
  /** Answers that were made and overwritten because the host did not fetch them before the next frame. */
  answersLost: u32;
  segmentsReceived: u32;
  segmentsSent: u32;
  segmentsRetransmitted: u32;
  /** Times that nothing was acknowledged within the retransmission timeout. RFC 6298. */
  timeouts: u32;
  /** Losses that duplicate ACKs told of. RFC 5681 §3.2. */
  fastRetransmits: u32;
  /** Segments whose data came with a hole before it. */
  outOfOrder: u32;
  /** Segments with data that was not in the window, and not taken. */
  beyondWindow: u32;
  resetsSent: u32;
  /** ACKs that answered a segment which was not accepted. RFC 9293 §3.10.7.4; RFC 5961. */
  challengeAcks: u32;
  /** Challenge ACKs that the limit of one connection held back. RFC 5961 §7. */
  challengeAcksLimited: u32;
  arpRequestsSent: u32;
  arpRepliesSent: u32;
  addressConflicts: u32;
  echoReplies: u32;
  unreachablesSent: u32;
  activeOpens: u32;
  passiveOpens: u32;
  /** Connections that reached ESTABLISHED. */
  established: u32;
  /** Connects that ended before ESTABLISHED. */
  attemptsFailed: u32;
  /** Connections that were ended by a RST after ESTABLISHED. */
  establishedResets: u32;
  halfOpenTimeouts: u32;
  halfOpenResets: u32;
  cookiesSent: u32;
  cookiesAccepted: u32;
  timeWaitReused: u32;
  /** TIME-WAIT entries that gave way to newer ones before their time. */
  timeWaitEvicted: u32;
  /** How often the host has booted this anew after a trap. The host writes it: a core cannot know. */
  restarts: u32;
}

/** Bytes of everything that `statistics()` points to. */
export const STATISTICS_BYTES: usize = offsetof<Statistics>() + POOLS * offsetof<PoolUse>() + DROP_REASONS * 4;

@inline
export function statistics(): Statistics {
  return changetype<Statistics>(STATISTICS);
}

@inline
export function poolUse(pool: PoolName): PoolUse {
  return changetype<PoolUse>(STATISTICS + offsetof<Statistics>() + <usize>pool * offsetof<PoolUse>());
}

/** Counts one more of what the field at this offset of Statistics counts. Cheaper in bytes than in place. */
export function count(field: usize): void {
  store<u32>(STATISTICS + field, load<u32>(STATISTICS + field) + 1);
}

/** Counts a drop and gives its reason back, so that `return drop(reason)` reads as it should. */
export function drop(reason: Drop): Drop {
  const counter = STATISTICS + offsetof<Statistics>() + POOLS * offsetof<PoolUse>() + <usize>reason * 4;
  store<u32>(counter, load<u32>(counter) + 1);
  return reason;
}
