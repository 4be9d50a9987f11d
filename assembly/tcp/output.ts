import { Connection, State } from '../pool/connection';
import { Flag } from '../pool/owned';
import { isBefore, setDeadline } from '../pool/lists/deadlines';
import { HalfOpen } from '../pool/half-open';
import { makeReady } from '../pool/lists/output';
import { count, Statistics } from '../statistics';
import { ACK, FIN, PSH, RST, SYN, WINDOW_SHIFT } from '../wire/tcp';
import { ALLOWS_ALL } from './handshake/allowed';
import { writeSegment, writeSyn } from './answer';
import { sendable } from './data/congestion';
import { free } from './end';
import { isOutstanding, hasFin } from './data/outstanding';
import { copyOut } from './data/rings';
import { writeSack } from './data/sack';
import { isSequenceBefore } from './sequence';
import { startTimer } from './timeouts/connection';
import { synAckSentAgain } from './timeouts/half-open';
import { announcedWindow } from './data/window';

/** Writes what a connection, whose turn it is, has to send. False: nothing any more. */
export function sendFrom(connection: Connection, now: u32): bool {
  const flags = connection.flags;
  if (flags & Flag.RESET_DUE) {
    count(offsetof<Statistics>('resetsSent'));
    writeSegment(connection.key, connection.sendMaximum, 0, RST, 0, 0);
    free(connection);
    return true;
  }
  if (<i32>connection.state >= State.ESTABLISHED) return sendSegment(connection, now);
  if ((flags & Flag.FORCED) == 0) return false;
  sendSyn(connection, now);
  return true;
}

/** The SYN of an active open: alone, or with the ACK of the peer's SYN. */
function sendSyn(connection: Connection, now: u32): void {
  let again = now + connection.retransmissionTimeout;
  let flags = SYN | ACK;
  if (connection.state == State.SYN_SENT) flags = SYN;
  if (connection.retransmissions != 0) {
    count(offsetof<Statistics>('segmentsRetransmitted'));
  } else {
    connection.timedAt = <u16>now;
  }
  if (isBefore(connection.giveUpAt, again)) again = connection.giveUpAt;
  connection.clear(Flag.FORCED | Flag.ACK_DUE);
  // RCV.NXT is 0 before the peer's SYN has come, as the acknowledgment field then is.
  const allows = flags == SYN ? ALLOWS_ALL : connection.allows;
  writeSyn(connection.key, connection.sendUnacknowledged, connection.receiveNext, flags, allows);
  setDeadline(connection, again);
}

/** Data and FIN as far as they may go, or an ACK that is due. Made from the ring: a retransmission is made again. */
function sendSegment(connection: Connection, now: u32): bool {
  const flags = connection.flags;
  const isForced = (flags & (Flag.FORCED | Flag.RESEND)) != 0;
  const from = flags & Flag.RESEND ? connection.sendUnacknowledged : connection.sendNext;
  const offset = from - connection.sendUnacknowledged;
  // -1 where our FIN has been sent: it lies behind the last byte.
  const unsent = <i32>(connection.sendQueued - offset);
  const usable = max<i32>(<i32>(sendable(connection) - offset), 0);
  const options = writeSack(connection);
  const most = <i32>(connection.maximumSegmentSize - options);
  let length = max<i32>(min<i32>(unsent, most), 0);
  // Beyond the window one byte at most is sent, and only to probe: it does not count as sent. RFC 9293 §3.8.6.1.
  const isProbe = isForced && usable == 0 && length != 0;
  length = isProbe ? 1 : min(length, usable);
  const fin = length == unsent && hasFin(connection.state) ? FIN : 0;
  if (!isForced && fin == 0 && length != most && isHeldBack(connection, from, length, unsent)) length = 0;
  if (isOutstanding(connection) && (flags & Flag.OUTSTANDING) == 0) startTimer(connection, now);
  if (((<u32>length) | fin) == 0) return sendBare(connection, flags, options);

  // The timer ran for what had no room, or no way, until now. RFC 6298 §5.
  if (offset == 0 && !isForced) startTimer(connection, now);
  const next = from + length + fin;
  connection.clear(Flag.FORCED | Flag.RESEND | Flag.ACK_DUE);
  copyOut(connection, offset, length, options);
  if (from != connection.sendMaximum) {
    // What is sent again is not measured: Karn. RFC 6298 §3.
    connection.clear(Flag.TIMED);
    count(offsetof<Statistics>('segmentsRetransmitted'));
  } else if ((flags & Flag.TIMED) == 0) {
    connection.set(Flag.TIMED);
    connection.timedSequence = next;
    connection.timedAt = <u16>now;
  }
  if (isSequenceBefore(connection.sendMaximum, next)) connection.sendMaximum = next;
  // What was missing may take along what was never sent.
  if (!isProbe && isSequenceBefore(connection.sendNext, next)) connection.sendNext = next;
  // What is pushed is the end of all there is. RFC 9293 §3.9.1.2 (MUST-61).
  const push = length != 0 && length == unsent ? PSH : 0;
  if (length < unsent) makeReady(connection);
  writeFrom(connection, from, fin | push | ACK, options, length);
  return true;
}

/** Nagle's algorithm, and no silly windows: less than an MSS. RFC 9293 §3.7.4, §3.8.6.2.1. What is sent again is not held. */
function isHeldBack(connection: Connection, from: u32, length: i32, unsent: i32): bool {
  if (from != connection.sendMaximum) return false;
  const isIdle = from == connection.sendUnacknowledged || connection.has(Flag.NO_DELAY);
  return !isIdle || (length != unsent && length << 1 < <i32>connection.largestSendWindow);
}

/** An ACK by itself; or, when all is acknowledged and the timer fired, the question whether the peer lives. */
function sendBare(connection: Connection, flags: u32, options: u32): bool {
  const isQuestion = (flags & Flag.FORCED) != 0 && !isOutstanding(connection);
  if (!isQuestion && (flags & Flag.ACK_DUE) == 0) return false;
  connection.clear(Flag.FORCED | Flag.ACK_DUE);
  // A number that was acknowledged, so that the peer answers. RFC 9293 §3.8.4.
  writeFrom(connection, connection.sendMaximum - (isQuestion ? 1 : 0), ACK, options, 0);
  return true;
}

function writeFrom(connection: Connection, sequence: u32, flags: u32, options: u32, length: u32): void {
  const control = flags | (announcedWindow(connection) << WINDOW_SHIFT);
  writeSegment(connection.key, sequence, connection.receiveNext, control, options, length);
}

/** Writes the SYN-ACK of a half-open entry, or nothing when its neighbour is not known yet. Either way it waits on. */
export function resendSynAck(half: HalfOpen, isReachable: bool): void {
  if (isReachable) {
    count(offsetof<Statistics>('segmentsRetransmitted'));
    writeSyn(half.key, half.initialSendSequence, half.initialReceiveSequence + 1, SYN | ACK, half.allows);
  }
  synAckSentAgain(half, isReachable);
}
