import { swap16 } from '../../wire/byte-order';
import { Errno } from '../../errno';
import { identity } from '../../identity';
import { Connection, State } from '../../pool/connection';
import { Flag } from '../../pool/owned';
import { listenerKey } from '../../pool/entry';
import { EventKind, tell } from '../../pool/lists/events';
import { HalfOpen } from '../../pool/half-open';
import { handleOf, heldListener } from '../../pool/lists/handles';
import { dequeue, giveListener, Listener, takeListener } from '../../pool/listener';
import { find, insert, withdraw } from '../../pool/lists/tuple-index';
import { APPS, CONNECTIONS } from '../../profile';
import { admitWaiting, forget } from '../handshake/admit';
import { reset } from '../end';

/** Passive OPEN. RFC 9293 §3.10.1. */
export function listen(port: u32, backlog: i32): i32 {
  if (port - 1 > 65534 || backlog < 1) return Errno.EINVAL;
  if (!identity().booted) return Errno.ENETDOWN;
  const key = listenerKey(swap16(port));
  if (find(key) != 0) return Errno.EADDRINUSE;
  const listener = takeListener();
  if (listener === null) return Errno.ENOBUFS;
  listener.backlog = <u16>min<i32>(backlog, CONNECTIONS);
  insert(listener.address, key);
  return handleOf(listener);
}

/** As `listen`, for an app that is linked in: it is told of what happens, and not the host. All connections may wait. */
export function listenLinked(port: u32): void {
  const listener = heldListener(listen(port, CONNECTIONS));
  if (listener !== null) listener.set(Flag.LINKED);
}

/** The connection that has waited longest at a listener. */
export function accept(handle: i32): i32 {
  const listener = heldListener(handle);
  if (listener === null) return Errno.EBADF;
  const first = listener.queue.head;
  if (first == 0) return Errno.EAGAIN;
  const connection = Connection.at(first);
  dequeue(connection);
  connection.set(Flag.HELD);
  if (APPS != 0) connection.flags |= listener.flags & Flag.LINKED;
  // What happened while nobody held it.
  if (connection.receiveQueued != 0) tell(connection, EventKind.READABLE);
  if (connection.state == State.CLOSE_WAIT) tell(connection, EventKind.READABLE | EventKind.PEER_CLOSED);
  admitWaiting(listener);
  return handleOf(connection);
}

/** No longer listens: connections that nobody has accepted are reset, handshakes that wait for room forgotten. */
export function closeListener(listener: Listener): void {
  // Every round takes one off its list.
  while (listener.complete.first != 0) forget(HalfOpen.at(listener.complete.head));
  while (listener.queue.first != 0) reset(Connection.at(listener.queue.head));
  withdraw(listener.address);
  giveListener(listener);
}
