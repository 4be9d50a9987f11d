import { EVENT, HEADS } from '../memory';
import { Connection, Flag } from './connection';
import { addressOf, isConnection, referenceOf } from './entry';
import { connectionHandle, listenerHandle } from './handles';
import { heads, Heads } from './heads';
import { List } from './list';
import { Listener } from './listener';

/** What can have happened; several can have at once. */
export const enum EventKind {
  /** A connect has succeeded. */
  CONNECTED = 1,
  /** A listener has a connection to accept. */
  ACCEPTABLE = 2,
  READABLE = 4,
  WRITABLE = 8,
  /** The peer has sent its FIN: it sends no more. */
  PEER_CLOSED = 16,
  /** The connection is over, in order: both FINs are acknowledged. */
  CLOSED = 32,
  /** The connection is over; `failure` says why. */
  FAILED = 64,
  /** Another host uses our address. The handle is 0. */
  ADDRESS_CONFLICT = 128,
}

/** What `next_event` points to. */
@unmanaged
export class EventRecord {
  handle: i32;
  kinds: u32;
}

/** Those with an event, first in, first out, linked by `eventNext`. */
@inline
function queue(): List {
  return changetype<List>(HEADS + offsetof<Heads>('events'));
}

function enlist(entry: usize): void {
  const list = queue();
  const last = addressOf(list.last);
  const reference = referenceOf(entry);
  if (last == 0) list.first = reference;
  else if (isConnection(last)) Connection.at(last).eventNext = reference;
  else Listener.at(last).eventNext = reference;
  list.last = reference;
}

/** Something has happened to a connection: its app is told if it holds the handle. Nobody else needs to know. */
export function tellConnection(connection: Connection, kind: EventKind): void {
  if (!connection.has(Flag.HELD)) return;
  connection.eventKinds |= <u16>kind;
  if (connection.has(Flag.EVENT_LISTED)) return;
  connection.set(Flag.EVENT_LISTED);
  connection.eventNext = 0;
  enlist(connection.address);
}

/** Something has happened at a listener. */
export function tellListener(listener: Listener, kind: EventKind): void {
  listener.eventKinds |= <u16>kind;
  if (listener.listed) return;
  listener.listed = true;
  listener.eventNext = 0;
  enlist(listener.address);
}

/** Takes the first of the queue, which is not empty, off it and into the record. */
function takeFirst(record: EventRecord): void {
  const list = queue();
  const entry = list.head;
  if (isConnection(entry)) {
    const connection = Connection.at(entry);
    list.first = connection.eventNext;
    connection.clear(Flag.EVENT_LISTED);
    record.handle = connectionHandle(connection);
    record.kinds = connection.eventKinds;
    connection.eventKinds = 0;
  } else {
    const listener = Listener.at(entry);
    list.first = listener.eventNext;
    listener.listed = false;
    record.handle = listenerHandle(listener);
    record.kinds = listener.eventKinds;
    listener.eventKinds = 0;
  }
  if (list.first == 0) list.last = 0;
}

/** The next event, whose record stands until the next call; null: none. */
export function nextEvent(): EventRecord | null {
  const head = heads();
  const record = changetype<EventRecord>(EVENT);
  if (head.conflictPending) {
    head.conflictPending = false;
    record.handle = 0;
    record.kinds = EventKind.ADDRESS_CONFLICT;
    return record;
  }
  // Every round shortens the queue, which holds each connection and listener once at most.
  while (queue().first != 0) {
    takeFirst(record);
    // Nothing left to tell: the handle was closed meanwhile.
    if (record.kinds != 0) return record;
  }
  return null;
}

/** Is there something to tell? A closed handle's place in the queue counts as well: the host then finds none. */
@inline
export function isEventPending(): bool {
  return queue().first != 0 || heads().conflictPending;
}
