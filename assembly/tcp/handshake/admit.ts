import { LISTENER_POOL } from '../../memory';
import { Connection, isConnectionLeft, takeConnection } from '../../pool/connection';
import { Flag } from '../../pool/owned';
import { addressOf } from '../../pool/entry';
import { EventKind, tell } from '../../pool/lists/events';
import { giveHalfOpen, HalfOpen, unwait } from '../../pool/half-open';
import { heads } from '../../pool/lists/heads';
import { enqueue, Listener } from '../../pool/listener';
import { insert, withdraw } from '../../pool/lists/tuple-index';
import { LISTENERS } from '../../profile';
import { beginReceiving, beginSending, enterEstablished } from './establish';

/** Is there room for one more connection at this listener? */
export function hasRoom(listener: Listener): bool {
  return listener.queued < listener.backlog && isConnectionLeft();
}

/**
 * Makes the connection of a handshake that is complete and puts it in the accept queue. There must be room, and the
 * key must not be in the index. Only here does a passive open cost a connection.
 */
export function admit(listener: Listener, key: u64, iss: u32, irs: u32, mss: u32, hasLostSyn: bool): Connection | null {
  const connection = takeConnection();
  assert(connection !== null, 'whoever admits has asked for room');
  if (connection === null) return null;
  insert(connection.address, key);
  connection.set(Flag.INDEXED);
  beginSending(connection, iss);
  beginReceiving(connection, irs, mss);
  enterEstablished(connection, hasLostSyn);
  enqueue(listener, connection);
  tell(listener, EventKind.ACCEPTABLE);
  return connection;
}

/** Makes the connection of a half-open entry that is complete. There must be room. */
export function admitHalfOpen(half: HalfOpen): Connection | null {
  const key = half.key;
  const listener = Listener.at(addressOf(half.listener));
  const iss = half.initialSendSequence;
  const irs = half.initialReceiveSequence;
  const mss = half.maximumSegmentSize;
  const hasLostSyn = half.retransmissions != 0;
  const allows = half.allows;
  forget(half);
  const connection = admit(listener, key, iss, irs, mss, hasLostSyn);
  if (connection !== null) connection.allows = allows;
  return connection;
}

/** Takes a half-open entry off its list and out of the index, and gives it back. */
export function forget(half: HalfOpen): void {
  unwait(half);
  withdraw(half.address);
  giveHalfOpen(half);
}

/** There is room: completes the handshakes that waited for it at this listener, the longest waiting first. */
export function admitWaiting(listener: Listener): void {
  // Every round takes one off the list.
  while (listener.complete.first != 0 && hasRoom(listener)) {
    admitHalfOpen(HalfOpen.at(listener.complete.head));
  }
}

/** A connection was given back: whoever waits for it, at whichever listener, is admitted. */
export function admitAll(): void {
  for (let index: usize = 0; index < LISTENERS; index += 1) {
    if (heads().complete == 0) return;
    const listener = Listener.at(LISTENER_POOL + index * offsetof<Listener>());
    if (listener.has(Flag.HELD)) admitWaiting(listener);
  }
}
