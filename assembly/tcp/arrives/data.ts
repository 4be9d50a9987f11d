import { Connection, State } from '../../pool/connection';
import { Flag } from '../../pool/owned';
import { EventKind, tell } from '../../pool/lists/events';
import { delay, makeReady } from '../../pool/lists/output';
import { IS_SCALED } from '../../profile';
import { count, Statistics } from '../../statistics';
import { reset } from '../end';
import { keep } from '../data/reassembly';
import { copyIn } from '../data/rings';
import { segment } from '../segment';
import { enterTimeWait } from '../time-wait';

/** An acknowledgment is due at once: with data, if there is some to send. */
export function acknowledgeNow(connection: Connection): void {
  connection.set(Flag.ACK_DUE);
  makeReady(connection);
}

/** Is there an app for data, or will there be one? If not, the peer is told by a RST. RFC 9293 §3.6.1 (SHLD-3). */
export function isWanted(connection: Connection): bool {
  if (connection.flags & (Flag.HELD | Flag.QUEUED)) return true;
  reset(connection);
  return false;
}

/** RFC 9293 §3.10.7.4, seventh: data, of which some is in the window; in ESTABLISHED, FIN-WAIT-1 and FIN-WAIT-2. */
export function takeData(connection: Connection, now: u32): void {
  const arrived = segment();
  let from = arrived.dataAt;
  let length = <i32>arrived.dataLength;
  let offset = <i32>(arrived.sequence - connection.receiveNext);
  // What we have already is cut off, and what is beyond the window.
  if (offset < 0) {
    from -= offset;
    length += offset;
    offset = 0;
  }
  length = min<i32>(length, <i32>connection.receiveWindow - offset);
  // What lies far beyond a hole is not kept, since pieces are known by 16 bits.
  if (IS_SCALED && offset > 0) length = min<i32>(length, 65535 - offset);
  if (length <= 0) {
    count(offsetof<Statistics>('beyondWindow'));
    acknowledgeNow(connection);
    return;
  }
  const hadHoles = connection.piece0 != 0;
  let advance = <u32>length;
  if (hadHoles || offset != 0) advance = keep(connection, offset, from, length);
  else copyIn(connection, 0, from, length);
  if (advance == 0) {
    // At once, so that the peer learns what is missing. RFC 5681 §4.2.
    count(offsetof<Statistics>('outOfOrder'));
    acknowledgeNow(connection);
    return;
  }
  connection.receiveNext += advance;
  connection.receiveQueued += advance;
  tell(connection, EventKind.READABLE);
  // The second segment is acknowledged at once, and one that fills a hole. RFC 9293 §3.8.6.3; RFC 5681 §4.2.
  if (hadHoles || connection.flags & (Flag.READY | Flag.WAITING | Flag.DELAYED)) acknowledgeNow(connection);
  else delay(connection, now);
}

/** The peer has said all, in ESTABLISHED, FIN-WAIT-1 or FIN-WAIT-2. RFC 9293 §3.10.7.4, eighth. */
export function takeFin(connection: Connection, now: u32): void {
  const state = <i32>connection.state;
  // It needs no room, so it is taken at the edge of the window as well.
  if (connection.receiveWindow == 0) connection.receiveEdge += 1;
  connection.receiveNext += 1;
  acknowledgeNow(connection);
  tell(connection, EventKind.READABLE | EventKind.PEER_CLOSED);
  if (state == State.ESTABLISHED) connection.state = <u8>State.CLOSE_WAIT;
  else if (state == State.FIN_WAIT_1) connection.state = <u8>State.CLOSING;
  else enterTimeWait(connection, now);
}
