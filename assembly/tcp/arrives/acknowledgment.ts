import { Connection, State } from '../../pool/connection';
import { Flag } from '../../pool/owned';
import { setDeadline } from '../../pool/lists/deadlines';
import { EventKind, tell } from '../../pool/lists/events';
import { makeReady } from '../../pool/lists/output';
import { TX_RING } from '../../profile';
import { Drop } from '../../statistics';
import { sendWindowOf } from '../handshake/allowed';
import { answerReset, challenge } from '../answer';
import { congestionEases, duplicateAckArrives } from '../data/congestion';
import { finish } from '../end';
import { establish } from '../handshake/establish';
import { isOutstanding } from '../data/outstanding';
import { wrapped } from '../data/rings';
import { measured } from '../data/rtt';
import { options, segment } from '../segment';
import { isInWindow, isSequenceBefore } from '../sequence';
import { enterTimeWait } from '../time-wait';
import { heardOf, ORPHAN_FIN_WAIT_2_MS, startTimer, stopTimer } from '../timeouts/connection';
import { takeWindow } from '../data/window';

/** RFC 9293 §3.10.7.4, fifth: the ACK of a segment that is acceptable. */
export function takeAck(connection: Connection, now: u32): Drop {
  const arrived = segment();
  const acknowledgment = arrived.acknowledgment;
  if (connection.state == State.SYN_RECEIVED) {
    if (acknowledgment != connection.sendNext) {
      answerReset();
      return Drop.ACK_UNACCEPTABLE;
    }
    establish(connection, now);
    return Drop.NONE;
  }
  // RFC 5961 §5.2: not older than a window, not newer than what we sent.
  const unacknowledged = connection.sendUnacknowledged;
  const sent = connection.sendMaximum;
  const oldest = unacknowledged - connection.largestSendWindow;
  if (!isInWindow(acknowledgment, oldest, sent - oldest + 1)) {
    return challenge(connection, now, Drop.ACK_UNACCEPTABLE);
  }
  if (isSequenceBefore(acknowledgment, unacknowledged)) return Drop.NONE;
  // RFC 5681 §2: nothing but the same ACK again, while something is under way. What says which data came out of order
  // may come with data and another window: RFC 6675 §2.
  // A probe beyond the window does not count as sent: its answer says nothing of a loss.
  const isUnderWay = connection.sendNext != unacknowledged;
  const isRepeated = acknowledgment == unacknowledged && isUnderWay;
  const isSacked = options().hasSack && isSequenceBefore(acknowledgment, options().sackedFrom);
  const isBare = arrived.length == 0 && sendWindowOf(connection, arrived.window) == connection.sendWindow;
  const isDuplicate = isRepeated && (isSacked || isBare);
  takeWindow(connection);
  heardOf(connection, now);
  if (connection.sendQueued != 0) makeReady(connection);
  if (isDuplicate) duplicateAckArrives(connection, isSacked);
  else if (acknowledgment != unacknowledged) acknowledged(connection, acknowledgment, now);
  return Drop.NONE;
}

/** All before `acknowledgment` has arrived: it is no longer ours to keep. */
function acknowledged(connection: Connection, acknowledgment: u32, now: u32): void {
  const queued = connection.sendQueued;
  const numbers = acknowledgment - connection.sendUnacknowledged;
  const isFin = numbers > queued;
  const bytes = min(numbers, queued);
  connection.sendUnacknowledged = acknowledgment;
  connection.sendQueued = queued - bytes;
  connection.sendOffset = wrapped(connection.sendOffset + bytes, TX_RING);
  if (isSequenceBefore(connection.sendNext, acknowledgment)) connection.sendNext = acknowledgment;
  if (connection.has(Flag.TIMED) && !isSequenceBefore(acknowledgment, connection.timedSequence)) {
    connection.clear(Flag.TIMED);
    measured(connection, (now - connection.timedAt) & 0xffff);
  }
  congestionEases(connection, bytes);
  // As soon as a whole segment more has room, so that what is under way never runs dry.
  if (connection.has(Flag.SPACE_WANTED) && TX_RING - connection.sendQueued >= connection.maximumSegmentSize) {
    connection.clear(Flag.SPACE_WANTED);
    tell(connection, EventKind.WRITABLE);
  }
  if (isFin) finAcknowledged(connection, now);
  else if (isOutstanding(connection)) startTimer(connection, now);
  else stopTimer(connection, now);
}

function finAcknowledged(connection: Connection, now: u32): void {
  const state = <i32>connection.state;
  stopTimer(connection, now);
  if (state == State.FIN_WAIT_1) {
    connection.state = <u8>State.FIN_WAIT_2;
    // Nobody is there to wait for the peer's FIN: not for ever.
    if (!connection.has(Flag.HELD)) setDeadline(connection, now + ORPHAN_FIN_WAIT_2_MS);
  } else if (state == State.CLOSING) {
    enterTimeWait(connection, now);
  } else {
    finish(connection);
  }
}
