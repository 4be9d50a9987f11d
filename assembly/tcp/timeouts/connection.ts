import { Errno } from '../../errno';
import { Connection, State } from '../../pool/connection';
import { Flag } from '../../pool/owned';
import { earliestDeadline, isBefore, setDeadline } from '../../pool/deadlines';
import { addressOf } from '../../pool/entry';
import { Neighbour } from '../../pool/neighbour';
import { makeReady } from '../../pool/output';
import { fail, finish } from '../end';
import { refuse } from '../establish';

/** The retransmission timeout before anything was measured, and the most that it is doubled to. RFC 6298 §2.1, §2.5. */
const INITIAL_RTO_MS: u32 = 1000;
const MAXIMUM_RTO_MS: u32 = 60000;

/** A FIN is given up after 1+2+4+8+16+32+60 s: R2 of at least 100 s. RFC 9293 §3.8.3. */
const FIN_RETRANSMISSIONS: u32 = 6;

/** How long a connection whose app is gone waits for the peer's FIN. */
export const ORPHAN_FIN_WAIT_2_MS: u32 = 60000;

/** How long a segment waits for its acknowledgment after so many retransmissions. */
export function retransmissionTimeoutMs(retransmissions: u32): u32 {
  return retransmissions > 5 ? MAXIMUM_RTO_MS : INITIAL_RTO_MS << retransmissions;
}

/** RETRANSMISSION TIMEOUT and USER TIMEOUT of connections. RFC 9293 §3.10.8. */
export function connectionExpires(now: u32): void {
  let connection = earliestDeadline();
  // Every round ends a connection or moves its deadline beyond `now`.
  while (connection !== null && !isBefore(now, connection.due)) {
    const state = <i32>connection.state;
    if (state == State.SYN_SENT || state == State.SYN_RECEIVED) synExpires(connection, now);
    else if (state == State.FIN_WAIT_2) finish(connection);
    else finExpires(connection, now);
    connection = earliestDeadline();
  }
}

/** Our SYN was not answered: again, until the caller's patience ends. */
function synExpires(connection: Connection, now: u32): void {
  if (!isBefore(now, connection.connectDeadline)) {
    const neighbour = addressOf(connection.neighbour);
    const isReachable = neighbour != 0 && Neighbour.at(neighbour).known && !connection.has(Flag.UNREACHABLE);
    refuse(connection, isReachable ? Errno.ETIMEDOUT : Errno.EHOSTUNREACH);
    return;
  }
  sendAgain(connection);
  // What is sent again is due again when it has been sent; until then patience is all that can end.
  setDeadline(connection, connection.connectDeadline);
}

/** Our FIN was not acknowledged. */
function finExpires(connection: Connection, now: u32): void {
  if (connection.retransmissions == FIN_RETRANSMISSIONS) {
    fail(connection, Errno.ETIMEDOUT);
    return;
  }
  sendAgain(connection);
  setDeadline(connection, now + retransmissionTimeoutMs(connection.retransmissions));
}

function sendAgain(connection: Connection): void {
  connection.retransmissions = <u8>min<u32>(<u32>connection.retransmissions + 1, 255);
  connection.set(Flag.CONTROL_DUE);
  makeReady(connection);
}
