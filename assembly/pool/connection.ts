import { CONNECTION_POOL, HEADS } from '../memory';
import { PoolName, poolUse } from '../statistics';
import { RX_RING } from '../profile';
import { Heads } from './heads';
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

/** Bits of `Connection.flags`. */
export const enum Flag {
  /** The app holds the handle. */
  HELD = 1,
  /** On the list of events. */
  EVENT_LISTED = 2,
  /** On the list of those with something to send, or on its neighbour's list of those that wait for the MAC. */
  READY = 4,
  WAITING = 8,
  /** An acknowledgment is owed. */
  ACK_DUE = 16,
  /** Our SYN or FIN is to be sent, or sent again. */
  CONTROL_DUE = 32,
  /** The connection is over; a RST is still to be sent, then the entry is free. */
  RESET_DUE = 64,
  /** Waits for `accept`. */
  QUEUED = 128,
  /** In the 4-tuple index. */
  INDEXED = 256,
  /** An ICMP error came that may pass. RFC 9293 §3.9.2.2 */
  UNREACHABLE = 512,
  /** `challengedAt` is set. */
  CHALLENGED = 1024,
}

/** A connection. Its rings lie apart. */
@unmanaged
export class Connection {
  key: u64;
  chainNext: u16;
  outputNext: u16;
  outputPrevious: u16;
  /** Its place in the heap of deadlines, from 1; 0: it has none. */
  heapPosition: u16;
  due: u32;
  state: u8;
  /** How often the oldest unacknowledged segment was sent again. */
  retransmissions: u8;
  flags: u16;
  eventNext: u16;
  eventKinds: u16;
  acceptNext: u16;
  acceptPrevious: u16;
  neighbour: u16;
  /** The listener that it waits at, while QUEUED. */
  listener: u16;
  generation: u32;
  initialSendSequence: u32;
  sendUnacknowledged: u32;
  sendNext: u32;
  initialReceiveSequence: u32;
  receiveNext: u32;
  sendWindow: u32;
  /** SND.WL1 and SND.WL2: the segment that last updated the send window. */
  windowSequence: u32;
  windowAcknowledgment: u32;
  /** Most bytes of data in a segment that we send. */
  maximumSegmentSize: u16;
  /** Why it ended, as a positive errno; 0: it did not, or in order. */
  failure: u16;
  /** SYN-SENT, SYN-RECEIVED: when the caller's patience ends. */
  connectDeadline: u32;
  challengedAt: u32;
  reserved: u32;

  @inline static at(address: usize): Connection {
    return changetype<Connection>(address);
  }

  @inline get address(): usize {
    return changetype<usize>(this);
  }

  @inline has(flag: Flag): bool {
    return (this.flags & <u16>flag) != 0;
  }
  @inline set(flag: Flag): void {
    this.flags |= <u16>flag;
  }
  @inline clear(flag: Flag): void {
    this.flags &= ~(<u16>flag);
  }
}

/** Bytes that the peer may send beyond what it has: an empty ring. RCV.WND. */
export const RECEIVE_WINDOW: u32 = RX_RING < 65535 ? RX_RING : 65535;

@inline
function free(): FreeList {
  return changetype<FreeList>(HEADS + offsetof<Heads>('freeConnections'));
}

/** Takes a connection, zeroed but for its generation and its place on the list of events; null: none is left. */
export function takeConnection(): Connection | null {
  const address = take(free(), poolUse(PoolName.CONNECTIONS), CONNECTION_POOL, offsetof<Connection>());
  if (address == 0) return null;
  const connection = Connection.at(address);
  const generation = connection.generation;
  const eventNext = connection.eventNext;
  const listed = connection.flags & <u16>Flag.EVENT_LISTED;
  memory.fill(address, 0, offsetof<Connection>());
  connection.generation = generation;
  connection.eventNext = eventNext;
  connection.flags = listed;
  return connection;
}

/** Gives a connection back that is on no list but that of events, whose entry is then skipped. */
export function giveConnection(connection: Connection): void {
  connection.state = <u8>State.CLOSED;
  connection.eventKinds = 0;
  connection.flags &= <u16>Flag.EVENT_LISTED;
  give(free(), poolUse(PoolName.CONNECTIONS), connection.address);
}

/** Is one left? */
export function isConnectionLeft(): bool {
  const use = poolUse(PoolName.CONNECTIONS);
  return use.used < use.capacity;
}
