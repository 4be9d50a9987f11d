import { Errno } from '../../errno';
import { Connection, isStateWithin, ringOf, State } from '../../pool/connection';
import { heldConnection } from '../../pool/lists/handles';
import { RX_RING } from '../../profile';
import { acknowledgeNow } from '../arrives/data';
import { wrapped } from '../data/rings';
import { isOpeningWorthTelling } from '../data/window';

/** RECEIVE: RFC 9293 §3.10.3. The app reads from the ring itself, and says then how much it is done with. */

/** Bytes that have arrived and lie together, from the first that was not consumed. */
function together(connection: Connection): u32 {
  return min(connection.receiveQueued, RX_RING - connection.receiveOffset);
}

/** How much may be read at `received_at`. 0: nothing yet, or nothing any more, as `state` tells. */
export function received(handle: i32): i32 {
  const connection = heldConnection(handle);
  return connection === null ? Errno.EBADF : <i32>together(connection);
}

/** Where the first byte lies that was not consumed; 0: nowhere. */
export function receivedAt(handle: i32): usize {
  const connection = heldConnection(handle);
  return connection === null ? 0 : ringOf(connection) + connection.receiveOffset;
}

/** The app is done with the first `length` bytes at `received_at`. */
export function consume(handle: i32, length: u32): i32 {
  const connection = heldConnection(handle);
  if (connection === null) return Errno.EBADF;
  if (length > together(connection)) return Errno.EINVAL;
  connection.receiveOffset = wrapped(connection.receiveOffset + length, RX_RING);
  connection.receiveQueued -= length;
  const isReceiving = isStateWithin(connection.state, State.ESTABLISHED, State.FIN_WAIT_2);
  if (isReceiving && isOpeningWorthTelling(connection)) acknowledgeNow(connection);
  return <i32>length;
}
