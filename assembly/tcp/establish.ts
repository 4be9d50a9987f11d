import { Errno } from '../errno';
import { Connection, State } from '../pool/connection';
import { Flag } from '../pool/owned';
import { clearDeadline } from '../pool/deadlines';
import { count, Statistics } from '../statistics';
import { fail } from './end';
import { segment } from './segment';

/** The handshake is complete on our side: both ends know both initial sequence numbers. RFC 9293 §3.10.7. */
export function establish(connection: Connection): void {
  connection.state = <u8>State.ESTABLISHED;
  connection.sendUnacknowledged = connection.sendNext;
  connection.retransmissions = 0;
  connection.clear(Flag.CONTROL_DUE);
  clearDeadline(connection);
  segment().proven = true;
  count(offsetof<Statistics>('established'));
}

/** A connection that we began does not come about. */
export function refuse(connection: Connection, failure: Errno): void {
  count(offsetof<Statistics>('attemptsFailed'));
  fail(connection, failure);
}
