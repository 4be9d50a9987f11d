import { Connection, State } from '../pool/connection';
import { Flag } from '../pool/owned';
import { isBefore, setDeadline } from '../pool/deadlines';
import { HalfOpen } from '../pool/half-open';
import { count, Statistics } from '../statistics';
import { ACK, FIN, RST, SYN } from '../wire/tcp';
import { writeSegment } from './answer';
import { free } from './end';
import { ANNOUNCED_MSS } from './mss';
import { retransmissionTimeoutMs } from './timeouts/connection';
import { synAckSentAgain } from './timeouts/half-open';

/** Writes what a connection, whose turn it is, has to send. False: nothing any more. */
export function sendFrom(connection: Connection, now: u32): bool {
  const flags = <u32>connection.flags;
  const sendNext = connection.sendNext;
  if (flags & Flag.RESET_DUE) {
    count(offsetof<Statistics>('resetsSent'));
    writeSegment(connection.key, sendNext, 0, RST, 0);
    free(connection);
    return true;
  }
  if ((flags & (Flag.CONTROL_DUE | Flag.ACK_DUE)) == 0) return false;
  // Every segment but a first SYN acknowledges.
  connection.flags = <u16>(flags & ~(Flag.CONTROL_DUE | Flag.ACK_DUE));
  if (flags & Flag.CONTROL_DUE) sendControl(connection, now);
  else writeSegment(connection.key, sendNext, connection.receiveNext, ACK, 0);
  return true;
}

/** The SYN while it is not acknowledged, then the FIN: alone, or with the ACK of the peer's SYN. */
function sendControl(connection: Connection, now: u32): void {
  const retransmissions = connection.retransmissions;
  if (retransmissions != 0) count(offsetof<Statistics>('segmentsRetransmitted'));
  let again = now + retransmissionTimeoutMs(retransmissions);
  let flags = FIN | ACK;
  let mss: u32 = 0;
  if (connection.sendUnacknowledged == connection.initialSendSequence) {
    flags = connection.state == State.SYN_SENT ? SYN : SYN | ACK;
    mss = ANNOUNCED_MSS;
    if (isBefore(connection.connectDeadline, again)) again = connection.connectDeadline;
  }
  // RCV.NXT is 0 before the peer's SYN has come, as the acknowledgment field then is.
  writeSegment(connection.key, connection.sendNext - 1, connection.receiveNext, flags, mss);
  setDeadline(connection, again);
}

/** Writes the SYN-ACK of a half-open entry, or nothing when its neighbour is not known yet. Either way it waits on. */
export function resendSynAck(half: HalfOpen, isReachable: bool): void {
  if (isReachable) {
    count(offsetof<Statistics>('segmentsRetransmitted'));
    writeSegment(half.key, half.initialSendSequence, half.initialReceiveSequence + 1, SYN | ACK, ANNOUNCED_MSS);
  }
  synAckSentAgain(half, isReachable);
}
