import { Errno } from '../../errno';
import { Connection, isStateWithin, State } from '../../pool/connection';
import { setDeadline } from '../../pool/lists/deadlines';
import { heldConnection, heldListener } from '../../pool/lists/handles';
import { letGo } from '../../pool/owned';
import { makeReady } from '../../pool/lists/output';
import { finish, free, reset } from '../end';
import { ORPHAN_FIN_WAIT_2_MS, userTimeoutMs } from '../timeouts/connection';
import { closeListener } from './listen';

/** Our FIN goes behind all that was sent, where the state has one to send; false where it has not. */
function sendFin(connection: Connection): bool {
  const state = <i32>connection.state;
  if (state != State.ESTABLISHED && state != State.CLOSE_WAIT) return false;
  connection.state = state == State.CLOSE_WAIT ? <u8>State.LAST_ACK : <u8>State.FIN_WAIT_1;
  makeReady(connection);
  return true;
}

/** We send no more: FIN. The handle stays, and what the peer sends can still be read. RFC 9293 §3.10.4. */
export function shutdown(handle: i32): i32 {
  const connection = heldConnection(handle);
  if (connection === null) return Errno.EBADF;
  return sendFin(connection) ? 0 : Errno.ENOTCONN;
}

/** FIN, and the handle is let go. The core sees to the rest of the connection's end. RFC 9293 §3.10.4. */
export function close(handle: i32, now: u32): i32 {
  const listener = heldListener(handle);
  if (listener !== null) {
    closeListener(listener);
    return 0;
  }
  const connection = heldConnection(handle);
  if (connection === null) return Errno.EBADF;
  letGo(connection);
  connection.giveUpAt = now + userTimeoutMs(connection);
  const state = <i32>connection.state;
  // Data that nobody will read: the peer is told that it is lost. RFC 9293 §3.6.1 (SHLD-3).
  const isLost = connection.receiveQueued != 0 && isStateWithin(state, State.ESTABLISHED, State.CLOSE_WAIT);
  if (!isLost && sendFin(connection)) return 0;
  // Nobody waits for the answer to a connection that nobody wants: the peer's half of it is cleared.
  if (isLost || state == State.SYN_RECEIVED) reset(connection);
  else if (state == State.FIN_WAIT_2) setDeadline(connection, now + ORPHAN_FIN_WAIT_2_MS);
  // What is over, or was never more than a SYN, ends here; what has sent its FIN goes on by itself.
  else if (state <= State.SYN_SENT || state == State.TIME_WAIT) free(connection);
  return 0;
}

/** RST, and the handle is let go. RFC 9293 §3.10.5. */
export function abort(handle: i32): i32 {
  const connection = heldConnection(handle);
  if (connection === null) return Errno.EBADF;
  letGo(connection);
  const state = <i32>connection.state;
  // No RST where the peer has no connection yet, or has closed its own.
  const hasPeer = isStateWithin(state, State.SYN_RECEIVED, State.CLOSE_WAIT);
  if (hasPeer) reset(connection);
  else finish(connection);
  return 0;
}
