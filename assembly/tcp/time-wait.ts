import { Connection, State } from '../pool/connection';
import { Flag } from '../pool/owned';
import { EventKind } from '../pool/lists/events';
import {
  giveTimeWait,
  oldestTimeWait,
  queueTimeWait,
  takeTimeWait,
  TimeWait,
  unqueueTimeWait,
} from '../pool/time-wait';
import { insert, withdraw } from '../pool/lists/tuple-index';
import { TIME_WAIT_MS } from '../profile';
import { count, Statistics } from '../statistics';
import { ACK } from '../wire/tcp';
import { FIRST_WINDOW, writeSegment } from './answer';
import { retire } from './end';

/** Ends a TIME-WAIT entry, before its time or at it. */
export function endTimeWait(entry: TimeWait): void {
  unqueueTimeWait(entry);
  withdraw(entry.address);
  giveTimeWait(entry);
}

/** 2 MSL again from now. */
export function restartTimeWait(entry: TimeWait, now: u32): void {
  unqueueTimeWait(entry);
  queueTimeWait(entry, now, TIME_WAIT_MS);
}

/** An entry for one more; when none is left the oldest gives way. */
function makeRoom(): TimeWait | null {
  const entry = takeTimeWait();
  const oldest = oldestTimeWait();
  if (entry !== null || oldest === null) return entry;
  count(offsetof<Statistics>('timeWaitEvicted'));
  endTimeWait(oldest);
  return takeTimeWait();
}

/**
 * The connection is over in order, and its 4-tuple stays guarded: an entry of 24 bytes takes its place, and the
 * connection is free unless its app still looks at it. RFC 9293 §3.6.1.
 */
export function enterTimeWait(connection: Connection, now: u32): void {
  const key = connection.key;
  const sendNext = connection.sendNext;
  const receiveNext = connection.receiveNext;
  // The ACK of the peer's FIN is due, and from now on nobody else gives it.
  if (connection.has(Flag.ACK_DUE)) writeSegment(key, sendNext, receiveNext, ACK | FIRST_WINDOW, 0, 0);
  retire(connection, State.TIME_WAIT, EventKind.CLOSED);
  const entry = makeRoom();
  assert(entry !== null, 'whoever gives way makes room');
  if (entry === null) return;
  entry.sendNext = sendNext;
  entry.receiveNext = receiveNext;
  insert(entry.address, key);
  queueTimeWait(entry, now, TIME_WAIT_MS);
}
