import { DEADLINE_HEAP } from '../../memory';
import { Connection } from '../connection';
import { addressOf, referenceOf } from '../entry';
import { heads } from './heads';

/**
 * The deadlines of connections, which differ in length: a binary heap, in two bytes an entry.
 *
 * A deadline that is set later than the others, as nearly all are, costs one comparison; the worst case is one path,
 * of 3 nodes in `lan` and 10 with 1,024 connections. All that lasts equally long (half-open, time-wait, neighbours) is
 * kept in lists in order of time instead and costs nothing to compare.
 */

/** Is time `a` before time `b`? Right while they are less than 24.8 days apart. */
@inline
export function isBefore(a: u32, b: u32): bool {
  return <i32>(a - b) < 0;
}

@inline
function at(place: u32): Connection {
  return Connection.at(addressOf(load<u16>(DEADLINE_HEAP + ((<usize>place) << 1))));
}

function put(place: u32, connection: Connection): void {
  store<u16>(DEADLINE_HEAP + ((<usize>place) << 1), referenceOf(connection.address));
  connection.heapPosition = <u16>(place + 1);
}

/** Of the place's two children the one that is due first; 0: it has none. */
function earliestChild(place: u32): u32 {
  const count = heads().deadlines;
  const first = (place << 1) + 1;
  const second = first + 1;
  if (first >= count) return 0;
  return second < count && isBefore(at(second).due, at(first).due) ? second : first;
}

/** Puts a connection that is to stand at `place` where it belongs: above it while it is due first, or below. */
function settle(place: u32, connection: Connection): void {
  const due = connection.due;
  while (place != 0) {
    const parent = (place - 1) >> 1;
    if (!isBefore(due, at(parent).due)) break;
    put(place, at(parent));
    place = parent;
  }
  let child = earliestChild(place);
  while (child != 0 && isBefore(at(child).due, due)) {
    put(place, at(child));
    place = child;
    child = earliestChild(place);
  }
  put(place, connection);
}

/** Sets or moves the deadline of a connection. */
export function setDeadline(connection: Connection, due: u32): void {
  const head = heads();
  head.touched = true;
  connection.due = due;
  let place = <u32>connection.heapPosition;
  if (place == 0) {
    place = head.deadlines + 1;
    head.deadlines = place;
  }
  settle(place - 1, connection);
}

/** Clears the deadline of a connection, if it has one. */
export function clearDeadline(connection: Connection): void {
  const place = <u32>connection.heapPosition;
  if (place == 0) return;
  const head = heads();
  const last = head.deadlines;
  head.touched = true;
  head.deadlines = last - 1;
  connection.heapPosition = 0;
  if (place != last) settle(place - 1, at(last - 1));
}

/** The connection that is due first, or null. */
@inline
export function earliestDeadline(): Connection | null {
  return heads().deadlines == 0 ? null : at(0);
}
