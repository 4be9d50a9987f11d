import { Errno } from '../../errno';
import { Connection, State, USER_TIMEOUT_BITS } from '../../pool/connection';
import { Flag } from '../../pool/owned';
import { clearDeadline, earliestDeadline, isBefore, setDeadline } from '../../pool/lists/deadlines';
import { addressOf } from '../../pool/entry';
import { Neighbour } from '../../pool/neighbour';
import { makeReady } from '../../pool/lists/output';
import { timeoutSaysLost } from '../data/congestion';
import { fail, finish } from '../end';
import { refuse } from '../handshake/establish';
import { MAXIMUM_RTO_MS } from '../data/rtt';

/** How long a connection whose app is gone waits for the peer's FIN. */
export const ORPHAN_FIN_WAIT_2_MS: u32 = 60000;

/** RETRANSMISSION TIMEOUT and USER TIMEOUT of connections. RFC 9293 §3.10.8. */
export function connectionExpires(now: u32): void {
  let connection = earliestDeadline();
  // Every round ends a connection or moves its deadline beyond `now`.
  while (connection !== null && !isBefore(now, connection.due)) {
    const isOrphan = connection.state == State.FIN_WAIT_2 && !connection.has(Flag.HELD);
    if (<i32>connection.state < State.ESTABLISHED) synExpires(connection, now);
    else if (isOrphan) finish(connection);
    else dataExpires(connection, now);
    connection = earliestDeadline();
  }
}

/** Our SYN was not answered: again, until the caller's patience ends. */
function synExpires(connection: Connection, now: u32): void {
  if (!isBefore(now, connection.giveUpAt)) {
    refuse(connection, isReachable(connection) ? Errno.ETIMEDOUT : Errno.EHOSTUNREACH);
    return;
  }
  backOff(connection);
  sendAgain(connection);
  // What is sent again is due again when it has been sent; until then patience is all that can end.
  setDeadline(connection, connection.giveUpAt);
}

function isReachable(connection: Connection): bool {
  const neighbour = addressOf(connection.neighbour);
  return neighbour != 0 && Neighbour.at(neighbour).known && !connection.has(Flag.UNREACHABLE);
}

/** RFC 6298 §5.5. */
function backOff(connection: Connection): void {
  connection.retransmissionTimeout = <u16>min<u32>((<u32>connection.retransmissionTimeout) << 1, MAXIMUM_RTO_MS);
}

function sendAgain(connection: Connection): void {
  connection.retransmissions = <u8>min<u32>(<u32>connection.retransmissions + 1, 255);
  connection.set(Flag.FORCED);
  makeReady(connection);
}

@inline
export function userTimeoutMs(connection: Connection): u32 {
  return (<u32>connection.userTimeoutUnits) << USER_TIMEOUT_BITS;
}

/** How long something waits for its first acknowledgment. */
function firstWait(connection: Connection): u32 {
  return min<u32>(connection.retransmissionTimeout, userTimeoutMs(connection));
}

/** Something that is not acknowledged is sent, or cannot be: the timer starts anew. RFC 6298 §5.1, §5.3. */
export function startTimer(connection: Connection, now: u32): void {
  connection.set(Flag.OUTSTANDING);
  connection.retransmissions = 0;
  setDeadline(connection, now + firstWait(connection));
}

/**
 * All is acknowledged, so what was lost is not: the timer stops, or asks after the peer when it has been silent for long.
 * RFC 6298 §5.2.
 */
export function stopTimer(connection: Connection, now: u32): void {
  const silence = <u32>connection.keepAliveSeconds * 1000;
  connection.clear(Flag.OUTSTANDING | Flag.FORCED);
  connection.retransmissions = 0;
  if (silence != 0) setDeadline(connection, now + silence);
  else clearDeadline(connection);
}

/**
 * The user timeout begins, as long as an app has the connection. When it has closed it, it began for the last time: a window that stays
 * closed, or bytes that are acknowledged one by one, do not keep what nobody owns. RFC 6429 §3.
 */
function bePatientFrom(connection: Connection, since: u32): void {
  if (connection.has(Flag.HELD)) connection.giveUpAt = since + userTimeoutMs(connection);
}

/** The peer lives: it may be silent for long again, or keep its window closed. RFC 9293 §3.8.4, §3.8.6.1 (MUST-37). */
export function heardOf(connection: Connection, now: u32): void {
  if (!connection.has(Flag.OUTSTANDING)) {
    if (connection.keepAliveSeconds != 0) stopTimer(connection, now);
  } else if (connection.sendWindow == 0) {
    bePatientFrom(connection, now);
  }
}

/**
 * What is outstanding was not acknowledged in time, or the window is closed, or the peer has been silent for long:
 * once more, until the user timeout.
 */
function dataExpires(connection: Connection, now: u32): void {
  if (connection.retransmissions == 0) bePatientFrom(connection, connection.due - firstWait(connection));
  if (!isBefore(now, connection.giveUpAt)) {
    fail(connection, Errno.ETIMEDOUT);
    return;
  }
  const retransmissions = <u32>connection.retransmissions;
  let wait = MAXIMUM_RTO_MS;
  if (connection.sendWindow != 0 && connection.sendNext != connection.sendUnacknowledged) {
    timeoutSaysLost(connection, retransmissions == 0);
    backOff(connection);
    wait = connection.retransmissionTimeout;
  } else if (retransmissions < 8) {
    // A probe says nothing of the network, so what was measured stays.
    wait = min(wait, (<u32>connection.retransmissionTimeout) << (retransmissions + 1));
  }
  connection.sendNext = connection.sendUnacknowledged;
  sendAgain(connection);
  const again = now + wait;
  setDeadline(connection, isBefore(connection.giveUpAt, again) ? connection.giveUpAt : again);
}
