import { HEADS } from '../memory';
import { Connection } from './connection';
import { Flag } from './owned';
import { addressOf } from './entry';
import { Heads } from './heads';
import { append, List, remove } from './list';
import { Neighbour } from './neighbour';

/**
 * Who has something to send. A connection is on one list at most: that of the ready, or its neighbour's of those that
 * wait for a MAC. What it sends is derived from its state when its turn comes; nothing is queued here but names.
 */
@inline
function ready(): List {
  return changetype<List>(HEADS + offsetof<Heads>('ready'));
}

/** The connection whose turn it is, or null. */
@inline
export function firstReady(): Connection | null {
  return changetype<Connection | null>(ready().head);
}

/** A connection has something to send. If it waits for its neighbour, it goes on waiting. */
export function makeReady(connection: Connection): void {
  if (connection.flags & (<u16>(Flag.READY | Flag.WAITING))) return;
  connection.set(Flag.READY);
  append(ready(), offsetof<Connection>('outputNext'), connection.address);
}

/** Takes a connection off whichever list it is on. */
export function unlist(connection: Connection): void {
  const flags = <u32>connection.flags;
  if ((flags & (Flag.READY | Flag.WAITING)) == 0) return;
  const list = flags & Flag.READY ? ready() : Neighbour.at(addressOf(connection.neighbour)).waiting;
  remove(list, offsetof<Connection>('outputNext'), connection.address);
  connection.flags = <u16>(flags & ~(Flag.READY | Flag.WAITING));
}

/** Moves a connection from the ready to those that wait for its neighbour. */
export function waitForNeighbour(connection: Connection): void {
  unlist(connection);
  connection.set(Flag.WAITING);
  const list = Neighbour.at(addressOf(connection.neighbour)).waiting;
  append(list, offsetof<Connection>('outputNext'), connection.address);
}

/** The neighbour is known: all that waited are ready, in their order. */
export function wakeWaiting(neighbour: Neighbour): void {
  // Every round takes one off the list.
  while (neighbour.waitingFirst != 0) {
    const connection = Connection.at(addressOf(neighbour.waitingFirst));
    unlist(connection);
    makeReady(connection);
  }
}
