import { CONNECTION_POOL, HEADS, RINGS, RINGS_STEP } from '../memory';
import { PoolName, poolUse } from '../statistics';
import { RX_RING } from '../profile';
import { Heads } from './lists/heads';
import { ALLOWS_SHIFT, Flag, Owned } from './owned';
import { FreeList, give, take } from './pool';

/** Connection states, in the order of RFC 9293 §3.3.2, after the fictional CLOSED. */
export const enum State {
  CLOSED = 0,
  LISTEN = 1,
  SYN_SENT = 2,
  SYN_RECEIVED = 3,
  ESTABLISHED = 4,
  FIN_WAIT_1 = 5,
  FIN_WAIT_2 = 6,
  CLOSE_WAIT = 7,
  CLOSING = 8,
  LAST_ACK = 9,
  TIME_WAIT = 10,
}

/** Is a state one of those from `first` to `last`? */
@inline
export function isStateWithin(state: u32, first: State, last: State): bool {
  return state - <u32>first <= <u32>(last - first);
}

/** Is a state one of those in a mask of `1 << state`? */
@inline
export function isStateOf(state: u32, states: u32): bool {
  return ((states >> state) & 1) != 0;
}

/** User timeouts are kept in units of 64 ms: two bytes are enough for 70 minutes. */
export const USER_TIMEOUT_BITS: u32 = 6;

/** Out-of-order pieces of data that a connection keeps: a power of two. */
export const HOLES: u32 = 4;

const ALLOWS_MASK: u32 = 31;

/** A connection. Its rings lie apart. */
@unmanaged
export class Connection extends Owned {
  outputNext: u16;
  outputPrevious: u16;
  due: u32;
  /** Its place in the heap of deadlines, from 1; 0: it has none. */
  heapPosition: u16;
  state: u8;
  /** How often the timer has had something sent again since the peer was heard of. */
  retransmissions: u8;
  acceptNext: u16;
  acceptPrevious: u16;
  /** References to its neighbour, and to the listener that it waits at while QUEUED. */
  neighbour: u16;
  listener: u16;
  sendUnacknowledged: u32;
  /** SND.NXT: what is sent next. It goes back to SND.UNA when a timeout says that all is lost. */
  sendNext: u32;
  /** One more than the highest sequence number ever sent. */
  sendMaximum: u32;
  receiveNext: u32;
  /** The right edge of the window as last announced: RCV.NXT + RCV.WND. It never moves left. */
  receiveEdge: u32;
  /** Most bytes of data in a segment that we send. */
  maximumSegmentSize: u16;
  /** Why it ended, a negative errno; 0: it did not, or in order. */
  failure: i8;
  duplicateAcks: u8;
  /** SYN-SENT, SYN-RECEIVED: when the caller's patience ends. Then, while `retransmissions` is not 0: when R2 is over. */
  giveUpAt: u32;
  challengedAt: u32;
  /** DELAYED: since when an acknowledgment waits; the low 16 bits of the ms. With pieces: `lastPiece`. */
  delayedAt: u16;
  /** How long the oldest unacknowledged segment waits, in ms, backed off: RTO. RFC 6298. */
  retransmissionTimeout: u16;
  sendWindow: u32;
  /** SND.WL1: the sequence number of the segment that SND.WND is from. */
  windowUpdateSequence: u32;
  /** CWND, SSTHRESH: RFC 5681. */
  congestionWindow: u32;
  slowStartThreshold: u32;
  /** One more than the highest sequence number sent when the last loss was seen. RFC 6582. */
  recover: u32;
  /** SRTT in eighths of a ms, RTTVAR in quarters, as Jacobson (1988) has them; at most 65535. 0, 0: none measured. */
  smoothedRoundTrip: u16;
  roundTripVariation: u16;
  /** TIMED: the number whose acknowledgment ends the measurement, and when it began (low 16 bits of the ms). */
  timedSequence: u32;
  timedAt: u16;
  /** The largest window that the peer ever announced; 65535 for any above. */
  largestSendWindow: u16;
  /** Where in its ring the byte at SND.UNA lies, and how many bytes are in it: sent or not. */
  sendOffset: u32;
  sendQueued: u32;
  /** Where in its ring the first byte lies that the app has not consumed, and how many there are up to RCV.NXT. */
  receiveOffset: u32;
  receiveQueued: u32;
  /**
   * Pieces of data that have arrived beyond RCV.NXT, in order: HOLES times two u16, the low halves of the sequence
   * numbers of the first byte and of the one behind the last. Equal: none here, nor behind.
   */
  piece0: u32;
  piece1: u32;
  piece2: u32;
  piece3: u32;
  /** s without a segment before the peer is asked whether it lives; 0: it is not asked. */
  keepAliveSeconds: u16;
  /** For how long what was sent may remain unacknowledged, in units of 2^USER_TIMEOUT_BITS ms. RFC 5482 §3; R2. */
  userTimeoutUnits: u16;

  @inline static at(address: usize): Connection {
    return changetype<Connection>(address);
  }

  /** One more than the last byte that the app has given us: where our FIN is, once it has said that it was all. */
  @inline get sendEnd(): u32 {
    return this.sendUnacknowledged + this.sendQueued;
  }

  /** Which of the pieces the last data that came out of order is part of. While there are any, no ACK is delayed. */
  @inline get lastPiece(): u32 {
    return this.delayedAt;
  }
  @inline set lastPiece(piece: u32) {
    this.delayedAt = <u16>piece;
  }

  /** What both ends allow: see tcp/allowed. */
  @inline get allows(): u32 {
    return (this.flags >> ALLOWS_SHIFT) & ALLOWS_MASK;
  }
  /** To be set once. */
  @inline set allows(bits: u32) {
    this.flags |= bits << ALLOWS_SHIFT;
  }

  /** RCV.WND */
  @inline get receiveWindow(): u32 {
    return this.receiveEdge - this.receiveNext;
  }
}

/** Bytes that the peer may send beyond what it has: an empty ring. RCV.WND. */
export const RECEIVE_WINDOW: u32 = RX_RING < 65535 ? RX_RING : 65535;

/** The address of a connection's receive ring; its send ring lies TX_RING_OFFSET behind it. */
export function ringOf(connection: Connection): usize {
  return RINGS + ((connection.address - CONNECTION_POOL) / offsetof<Connection>()) * RINGS_STEP;
}

@inline
function free(): FreeList {
  return changetype<FreeList>(HEADS + offsetof<Heads>('freeConnections'));
}

/** Takes a connection, zeroed but for what `giveConnection` has left; null: none is left. */
export function takeConnection(): Connection | null {
  const address = take(free(), poolUse(PoolName.CONNECTIONS), CONNECTION_POOL, offsetof<Connection>());
  if (address == 0) return null;
  memory.fill(address + offsetof<Owned>(), 0, offsetof<Connection>() - offsetof<Owned>());
  return Connection.at(address);
}

/** Gives a connection back that is on no list but that of events, where it is then skipped. */
export function giveConnection(connection: Connection): void {
  connection.state = <u8>State.CLOSED;
  connection.flags &= Flag.EVENT_LISTED;
  give(free(), poolUse(PoolName.CONNECTIONS), connection.address);
}

/** Is one left? */
export function isConnectionLeft(): bool {
  const use = poolUse(PoolName.CONNECTIONS);
  return use.used < use.capacity;
}
