import { CONNECTION_POOL, HEADS } from '../memory';
import { PoolName, poolUse } from '../statistics';
import { RX_RING } from '../profile';
import { Heads } from './heads';
import { Flag, Owned } from './owned';
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

/** A connection. Its rings lie apart. */
@unmanaged
export class Connection extends Owned {
  outputNext: u16;
  outputPrevious: u16;
  due: u32;
  /** Its place in the heap of deadlines, from 1; 0: it has none. */
  heapPosition: u16;
  state: u8;
  /** How often the oldest unacknowledged segment was sent again. */
  retransmissions: u8;
  acceptNext: u16;
  acceptPrevious: u16;
  /** References to its neighbour, and to the listener that it waits at while QUEUED. */
  neighbour: u16;
  listener: u16;
  initialSendSequence: u32;
  sendUnacknowledged: u32;
  sendNext: u32;
  initialReceiveSequence: u32;
  receiveNext: u32;
  /** Most bytes of data in a segment that we send. */
  maximumSegmentSize: u16;
  /** Why it ended, a negative errno; 0: it did not, or in order. */
  failure: i16;
  /** SYN-SENT, SYN-RECEIVED: when the caller's patience ends. */
  connectDeadline: u32;
  challengedAt: u32;

  @inline static at(address: usize): Connection {
    return changetype<Connection>(address);
  }
}

/** Bytes that the peer may send beyond what it has: an empty ring. RCV.WND. */
export const RECEIVE_WINDOW: u32 = RX_RING < 65535 ? RX_RING : 65535;

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
  connection.eventKinds = 0;
  connection.flags &= <u16>Flag.EVENT_LISTED;
  give(free(), poolUse(PoolName.CONNECTIONS), connection.address);
}

/** Is one left? */
export function isConnectionLeft(): bool {
  const use = poolUse(PoolName.CONNECTIONS);
  return use.used < use.capacity;
}
