import { Errno } from '../../errno';
import { Connection, State } from '../../pool/connection';
import { Flag } from '../../pool/owned';
import { makeReady } from '../../pool/lists/output';
import { Drop } from '../../statistics';
import { ACK, RST, SYN } from '../../wire/tcp';
import { allowed } from '../handshake/allowed';
import { answerReset } from '../answer';
import { beginReceiving, establish, refuse } from '../handshake/establish';
import { peerMss } from '../handshake/mss';
import { segment } from '../segment';

/** A segment for a connection that we have begun. RFC 9293 §3.10.7.3. */
export function arrivesSynSent(connection: Connection, now: u32): Drop {
  const arrived = segment();
  const flags = arrived.flags;
  // First: the ACK. We have sent a SYN and nothing else, so exactly one number is right: ISS+1.
  if (flags & ACK && arrived.acknowledgment != connection.sendNext) {
    if (flags & RST) return Drop.RESET_BLIND;
    answerReset();
    return Drop.ACK_UNACCEPTABLE;
  }
  // Second: RST counts only with that ACK.
  if (flags & RST) {
    if ((flags & ACK) == 0) return Drop.RESET_BLIND;
    refuse(connection, Errno.ECONNREFUSED);
    return Drop.NONE;
  }
  // Fifth: neither SYN nor RST.
  if ((flags & SYN) == 0) return flags & ACK ? Drop.ACK_UNACCEPTABLE : Drop.NO_ACK;

  // Fourth: SYN. Control or data beyond it is not acknowledged, so the peer sends it again.
  beginReceiving(connection, arrived.sequence, peerMss());
  if (flags & ACK) {
    establish(connection, now);
    connection.set(Flag.ACK_DUE);
  } else {
    // Both have sent a SYN: simultaneous open. §3.5, Figure 7.
    connection.state = <u8>State.SYN_RECEIVED;
    connection.set(Flag.FORCED);
    makeReady(connection);
  }
  // From now on: the window of a SYN is never scaled. RFC 7323 §2.2.
  connection.allows = allowed();
  return Drop.NONE;
}
