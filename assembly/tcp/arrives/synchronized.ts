import { Errno } from '../../errno';
import { Connection, State } from '../../pool/connection';
import { Flag } from '../../pool/owned';
import { makeReady } from '../../pool/lists/output';
import { count, Drop, Statistics } from '../../statistics';
import { ACK, FIN, RST, SYN } from '../../wire/tcp';
import { challenge } from '../answer';
import { fail, finish } from '../end';
import { refuse } from '../handshake/establish';
import { segment } from '../segment';
import { takeAck } from './acknowledgment';
import { acknowledgeNow, isWanted, takeData, takeFin } from './data';

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
  // Second: RST, exact or challenged. RFC 5961 §3.2.
  if (flags & RST) {
    const isExact = arrived.sequence == connection.receiveNext;
    return isExact ? arrivesReset(connection) : challenge(connection, now, Drop.RESET_BLIND);
  }
  // Fourth: SYN. RFC 5961 §4.2: whatever its number.
  if (flags & SYN) return challenge(connection, now, Drop.SYN_IN_WINDOW);
  // Fifth: the ACK. It can end the connection, but only after the peer's FIN.
  if ((flags & ACK) == 0) return Drop.NO_ACK;
  const isAfterFin = <i32>connection.state > State.FIN_WAIT_2;
  const refused = takeAck(connection, now);
  if (refused != Drop.NONE || isAfterFin) return refused;
  // Seventh: data. Eighth: FIN, when all before it is here.
  if (arrived.dataLength != 0) {
    if (!isWanted(connection)) return Drop.DATA_UNWANTED;
    takeData(connection, now);
  }
  if (flags & FIN) {
    if (arrived.sequence + arrived.dataLength == connection.receiveNext) takeFin(connection, now);
    else acknowledgeNow(connection);
  }
  return Drop.NONE;
}

/** Table 6 of RFC 9293 §3.10.7.4. What comes to a closed window is looked at, but for its data. */
function isAcceptable(connection: Connection): bool {
  const arrived = segment();
  const window = connection.receiveWindow;
  const offset = arrived.sequence - connection.receiveNext;
  if (offset < window || offset == 0) return true;
  if (arrived.length == 0 || arrived.has(RST)) return false;
  return offset + arrived.length - 1 < window;
}

/**
 * Simultaneous open: the peer's SYN once more. Alone, our SYN-ACK was lost: it is sent again, true. With an ACK, it is
 * the peer's SYN-ACK, whose SYN we have: it is taken for the ACK that it is, false. RFC 9293 §3.5, Figure 7.
 */
function isPeersSyn(connection: Connection): bool {
  const arrived = segment();
  const flags = arrived.flags;
  if ((flags & (SYN | RST)) != SYN || arrived.sequence + 1 != connection.receiveNext) return false;
  if (flags & ACK) {
    arrived.flags = flags & ~SYN;
    arrived.sequence += 1;
    arrived.length -= 1;
    return false;
  }
  connection.set(Flag.FORCED);
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
