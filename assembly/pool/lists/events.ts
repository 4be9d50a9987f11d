import { EVENT, HEADS } from '../../memory';
import { APPS } from '../../profile';
import { addressOf, referenceOf } from '../entry';
import { handleOf } from './handles';
import { heads, Heads } from './heads';
import { List } from './list';
import { Flag, FLAGS_MASK, KINDS_SHIFT, Owned } from '../owned';

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

/** Those with something to tell, first in, first out, linked by `eventNext`. */
@inline
function queue(): List {
  return changetype<List>(HEADS + offsetof<Heads>('events'));
}

/** The same for those that apps hold which are linked in. */
@inline
function linkedQueue(): List {
  return changetype<List>(HEADS + offsetof<Heads>('linkedEvents'));
}

/** Whom something is to be told. */
@inline
function queueOf(owned: Owned): List {
  return APPS != 0 && owned.has(Flag.LINKED) ? linkedQueue() : queue();
}

/** Something has happened: the app is told if it holds the handle. Nobody else needs to know. */
export function tell(owned: Owned, kind: EventKind): void {
  if (!owned.has(Flag.HELD)) return;
  owned.flags |= (<u32>kind) << KINDS_SHIFT;
  if (owned.has(Flag.EVENT_LISTED)) return;
  owned.set(Flag.EVENT_LISTED);
  owned.eventNext = 0;
  const list = queueOf(owned);
  const last = list.last;
  const reference = referenceOf(owned.address);
  if (last == 0) list.first = reference;
  else Owned.at(addressOf(last)).eventNext = reference;
  list.last = reference;
}

/** The next event, whose record stands until the next call; null: none. */
export function nextEvent(): EventRecord | null {
  const head = heads();
  if (head.conflictPending) {
    const record = changetype<EventRecord>(EVENT);
    head.conflictPending = false;
    record.handle = 0;
    record.kinds = EventKind.ADDRESS_CONFLICT;
    return record;
  }
  return nextOf(queue());
}

/** The next event of an app that is linked in. */
export function nextLinkedEvent(): EventRecord | null {
  return nextOf(linkedQueue());
}

function nextOf(list: List): EventRecord | null {
  const record = changetype<EventRecord>(EVENT);
  // Every round shortens the queue, which holds each connection and listener once at most.
  while (list.first != 0) {
    const owned = Owned.at(list.head);
    list.first = owned.eventNext;
    if (owned.eventNext == 0) list.last = 0;
    const flags = owned.flags;
    owned.flags = flags & FLAGS_MASK & ~Flag.EVENT_LISTED;
    record.handle = handleOf(owned);
    record.kinds = flags >> KINDS_SHIFT;
    // Nothing left to tell: the handle was closed meanwhile. Or it is another's by now, on whose queue it belongs.
    if (flags <= FLAGS_MASK) continue;
    if (APPS == 0 || queueOf(owned) == list) return record;
    tell(owned, record.kinds);
  }
  return null;
}

/** Is there something to tell to an app that is linked in? It is, when a frame is asked for. */
@inline
export function isLinkedEventPending(): bool {
  return APPS != 0 && linkedQueue().first != 0;
}

/** Is there something to tell? A closed handle's place in the queue counts as well: the host then finds none. */
@inline
export function isEventPending(): bool {
  return ((<u32>queue().first) | (<u32>heads().conflictPending)) != 0;
}
