import { Errno } from '../../errno';
import { Connection, RECEIVE_WINDOW, State } from '../../pool/connection';
import { Flag } from '../../pool/owned';
import { clearDeadline, setDeadline } from '../../pool/deadlines';
import { EventKind, tell } from '../../pool/events';
import { makeReady } from '../../pool/output';
import { count, Drop, Statistics } from '../../statistics';
import { ACK, FIN, RST, SYN } from '../../wire/tcp';
import { answerReset, challenge } from '../answer';
import { fail, finish } from '../end';
import { establish, refuse } from '../establish';
import { segment } from '../segment';
import { isInWindow, isSequenceBefore } from '../sequence';
import { enterTimeWait } from '../time-wait';
import { ORPHAN_FIN_WAIT_2_MS } from '../timeouts/connection';

/** The largest window that a peer can have announced without window scaling. */
const LARGEST_WINDOW: u32 = 65535;

/**
 * A segment for a connection in SYN-RECEIVED (after an active open) or a synchronized state. RFC 9293 §3.10.7.4; its
 * steps in order, a function each where it is more than a check.
 */
export function arrivesSynchronized(connection: Connection, now: u32): Drop {
  const arrived = segment();
  if (connection.state == State.SYN_RECEIVED && isPeersSyn(connection)) return Drop.NONE;
  const flags = arrived.flags;

  // First: the sequence number.
  if (!isAcceptable(connection)) {
    if (flags & RST) return Drop.RESET_BLIND;
    return challenge(connection, now, Drop.OUT_OF_WINDOW);
  }
  const isNext = arrived.sequence == connection.receiveNext;
  // Second: RST, exact or challenged. RFC 5961 §3.2.
  if (flags & RST) return isNext ? arrivesReset(connection) : challenge(connection, now, Drop.RESET_BLIND);
  // Fourth: SYN. RFC 5961 §4.2: whatever its number.
  if (flags & SYN) return challenge(connection, now, Drop.SYN_IN_WINDOW);
  // Fifth: the ACK.
  if ((flags & ACK) == 0) return Drop.NO_ACK;
  // Only before the peer's FIN is one new; in none of these states does an ACK end the connection.
  const expectsFin = isNext && <i32>connection.state <= State.FIN_WAIT_2;
  const refused = takeAck(connection, now);
  if (refused != Drop.NONE) return refused;
  // Seventh: data. Not taken yet, so never acknowledged: the peer keeps it. What follows it waits as well.
  if (arrived.dataLength != 0) return Drop.DATA_NOT_TAKEN;
  // Eighth: FIN.
  if (flags & FIN && expectsFin) takeFin(connection, now);
  return Drop.NONE;
}

/** Table 6 of RFC 9293 §3.10.7.4, for a window that is never zero. */
function isAcceptable(connection: Connection): bool {
  const arrived = segment();
  const offset = arrived.sequence - connection.receiveNext;
  if (offset < RECEIVE_WINDOW) return true;
  return arrived.length != 0 && offset + arrived.length - 1 < RECEIVE_WINDOW;
}

/**
 * Simultaneous open: the peer's SYN once more. Alone, our SYN-ACK was lost: it is sent again, true. With an ACK, it is
 * the peer's SYN-ACK, whose SYN we have: it is taken for the ACK that it is, false. RFC 9293 §3.5, Figure 7.
 */
function isPeersSyn(connection: Connection): bool {
  const arrived = segment();
  const flags = arrived.flags;
  if ((flags & (SYN | RST)) != SYN || arrived.sequence != connection.initialReceiveSequence) return false;
  if (flags & ACK) {
    arrived.flags = flags & ~SYN;
    arrived.sequence += 1;
    arrived.length -= 1;
    return false;
  }
  connection.set(Flag.CONTROL_DUE);
  makeReady(connection);
  return true;
}

/** A RST with exactly the next sequence number. RFC 9293 §3.10.7.4, second. */
function arrivesReset(connection: Connection): Drop {
  const state = <i32>connection.state;
  if (state == State.SYN_RECEIVED) {
    refuse(connection, Errno.ECONNREFUSED);
  } else if (state == State.CLOSING || state == State.LAST_ACK) {
    // Both sides have said all they had to say.
    finish(connection);
  } else {
    count(offsetof<Statistics>('establishedResets'));
    fail(connection, Errno.ECONNRESET);
  }
  return Drop.NONE;
}

/** RFC 9293 §3.10.7.4, fifth. */
function takeAck(connection: Connection, now: u32): Drop {
  const arrived = segment();
  const acknowledgment = arrived.acknowledgment;
  if (connection.state == State.SYN_RECEIVED) {
    if (acknowledgment != connection.sendNext) {
      answerReset();
      return Drop.ACK_UNACCEPTABLE;
    }
    establish(connection);
    tell(connection, EventKind.CONNECTED | EventKind.WRITABLE);
  }
  // RFC 5961 §5.2: not older than a window, not newer than what we sent.
  const unacknowledged = connection.sendUnacknowledged;
  const oldest = unacknowledged - LARGEST_WINDOW;
  if (!isInWindow(acknowledgment, oldest, connection.sendNext - oldest + 1)) {
    return challenge(connection, now, Drop.ACK_UNACCEPTABLE);
  }
  // Without data, the only thing that can be acknowledged now is our FIN.
  if (isSequenceBefore(unacknowledged, acknowledgment)) finAcknowledged(connection, now);
  return Drop.NONE;
}

function finAcknowledged(connection: Connection, now: u32): void {
  const state = <i32>connection.state;
  connection.sendUnacknowledged = connection.sendNext;
  connection.clear(Flag.CONTROL_DUE);
  clearDeadline(connection);
  if (state == State.FIN_WAIT_1) {
    connection.state = <u8>State.FIN_WAIT_2;
    // Nobody is there to wait for the peer's FIN: not for ever.
    if (!connection.has(Flag.HELD)) setDeadline(connection, now + ORPHAN_FIN_WAIT_2_MS);
  } else if (state == State.CLOSING) {
    enterTimeWait(connection, now);
  } else if (state == State.LAST_ACK) {
    finish(connection);
  }
}

/** The peer has said all, in ESTABLISHED, FIN-WAIT-1 or FIN-WAIT-2. RFC 9293 §3.10.7.4, eighth. */
function takeFin(connection: Connection, now: u32): void {
  const state = <i32>connection.state;
  connection.receiveNext += 1;
  connection.set(Flag.ACK_DUE);
  makeReady(connection);
  tell(connection, EventKind.READABLE | EventKind.PEER_CLOSED);
  if (state == State.ESTABLISHED) connection.state = <u8>State.CLOSE_WAIT;
  else if (state == State.FIN_WAIT_1) connection.state = <u8>State.CLOSING;
  else enterTimeWait(connection, now);
}
