import { Errno } from '../errno';
import { Connection, giveConnection, State } from '../pool/connection';
import { Flag } from '../pool/owned';
import { clearDeadline } from '../pool/lists/deadlines';
import { addressOf } from '../pool/entry';
import { EventKind, tell } from '../pool/lists/events';
import { dequeue } from '../pool/listener';
import { Neighbour, releaseNeighbour } from '../pool/neighbour';
import { makeReady, unlist } from '../pool/lists/output';
import { withdraw } from '../pool/lists/tuple-index';
import { admitAll } from './handshake/admit';

/** No segment finds the connection any more, and no app accepts it. */
function hide(connection: Connection): void {
  clearDeadline(connection);
  if (connection.has(Flag.INDEXED)) withdraw(connection.address);
  if (connection.has(Flag.QUEUED)) dequeue(connection);
  connection.clear(Flag.INDEXED);
}

/** Takes a connection out of everything through which the network reaches it. */
export function detach(connection: Connection): void {
  hide(connection);
  unlist(connection);
  const neighbour = addressOf(connection.neighbour);
  if (neighbour != 0) releaseNeighbour(Neighbour.at(neighbour));
  connection.neighbour = 0;
}

/** Gives the entry of a connection back that nobody holds; whoever waited for room has it now. */
export function free(connection: Connection): void {
  detach(connection);
  giveConnection(connection);
  admitAll();
}

/**
 * A connection is over, and the network no longer reaches it. An app that holds its handle is told `kind` and can
 * still ask for its state and failure; otherwise the entry is free.
 */
export function retire(connection: Connection, state: State, kind: EventKind): void {
  connection.state = <u8>state;
  if (!connection.has(Flag.HELD)) {
    free(connection);
    return;
  }
  detach(connection);
  tell(connection, kind);
}

/** The connection has ended in order. */
export function finish(connection: Connection): void {
  retire(connection, State.CLOSED, EventKind.CLOSED);
}

/** The connection has failed. */
export function fail(connection: Connection, failure: Errno): void {
  connection.failure = <i8>failure;
  retire(connection, State.CLOSED, EventKind.FAILED);
}

/**
 * Ends a connection that nobody holds with a RST, which is sent when its turn comes, or not at all where the peer
 * cannot be reached. RFC 9293 §3.10.5.
 */
export function reset(connection: Connection): void {
  hide(connection);
  if (connection.has(Flag.WAITING)) {
    free(connection);
    return;
  }
  connection.set(Flag.RESET_DUE);
  makeReady(connection);
}
