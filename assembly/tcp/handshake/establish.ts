import { Errno } from '../../errno';
import { Connection, RECEIVE_WINDOW, State, USER_TIMEOUT_BITS } from '../../pool/connection';
import { Flag } from '../../pool/owned';
import { EventKind, tell } from '../../pool/lists/events';
import { count, Statistics } from '../../statistics';
import { makeReady } from '../../pool/lists/output';
import { beginCongestion } from '../data/congestion';
import { fail } from '../end';
import { INITIAL_RTO_MS, measured } from '../data/rtt';
import { segment } from '../segment';
import { stopTimer } from '../timeouts/connection';
import { takeWindow } from '../data/window';

/** RFC 9293 §3.8.3: R2 of at least 100 s. */
const USER_TIMEOUT_UNITS: u32 = 120000 >> USER_TIMEOUT_BITS;

/** What a connection begins to send with. RFC 9293 §3.10.1; RFC 6298 §2.1. */
export function beginSending(connection: Connection, iss: u32): void {
  connection.sendUnacknowledged = iss;
  connection.sendNext = iss + 1;
  connection.sendMaximum = iss + 1;
  connection.recover = iss;
  connection.retransmissionTimeout = <u16>INITIAL_RTO_MS;
  connection.userTimeoutUnits = <u16>USER_TIMEOUT_UNITS;
}

/** What a connection begins to receive with, and the MSS that it sends with: the peer's SYN is known. */
export function beginReceiving(connection: Connection, irs: u32, mss: u32): void {
  connection.receiveNext = irs + 1;
  connection.receiveEdge = irs + 1 + RECEIVE_WINDOW;
  connection.windowUpdateSequence = irs;
  connection.maximumSegmentSize = <u16>mss;
}

/** The handshake is complete on our side: both ends know both initial sequence numbers. RFC 9293 §3.10.7. */
export function enterEstablished(connection: Connection, hasLostSyn: bool): void {
  connection.state = <u8>State.ESTABLISHED;
  connection.sendUnacknowledged = connection.sendNext;
  // Until the peer tells: what any host takes.
  connection.sendWindow = connection.maximumSegmentSize;
  beginCongestion(connection, hasLostSyn);
  count(offsetof<Statistics>('established'));
}

/** The handshake that we began is complete. */
export function establish(connection: Connection, now: u32): void {
  const hasLostSyn = connection.retransmissions != 0;
  if (!hasLostSyn) measured(connection, (now - connection.timedAt) & 0xffff);
  connection.clear(Flag.FORCED);
  stopTimer(connection, now);
  segment().proven = true;
  enterEstablished(connection, hasLostSyn);
  takeWindow(connection);
  tell(connection, EventKind.CONNECTED | EventKind.WRITABLE);
  makeReady(connection);
}

/** A connection that we began does not come about. */
export function refuse(connection: Connection, failure: Errno): void {
  count(offsetof<Statistics>('attemptsFailed'));
  fail(connection, failure);
}
