import { HEADS } from '../../memory';
import { Connection } from '../connection';
import { Flag } from '../owned';
import { addressOf } from '../entry';
import { Heads, heads } from './heads';
import { append, List, remove } from './list';
import { Neighbour } from '../neighbour';

/**
 * Who has something to send. A connection is on one list at most: that of the ready, its neighbour's of those that
 * wait for a MAC, or that of those whose acknowledgment can wait. What it sends is derived from its state when its turn
 * comes; nothing is queued here but names.
 */
@inline
function ready(): List {
  return changetype<List>(HEADS + offsetof<Heads>('ready'));
}

/** In order of time, since all wait equally long. */
@inline
function delayed(): List {
  return changetype<List>(HEADS + offsetof<Heads>('delayed'));
}

/** The connection whose turn it is, or null. */
@inline
export function firstReady(): Connection | null {
  return changetype<Connection | null>(ready().head);
}

/** The connection whose acknowledgment waits longest, or null. */
@inline
export function firstDelayed(): Connection | null {
  return changetype<Connection | null>(delayed().head);
}

/** Takes a connection off whichever list it is on. */
export function unlist(connection: Connection): void {
  const flags = connection.flags;
  if ((flags & (Flag.READY | Flag.WAITING | Flag.DELAYED)) == 0) return;
  let list = ready();
  if (flags & Flag.WAITING) list = Neighbour.at(addressOf(connection.neighbour)).waiting;
  if (flags & Flag.DELAYED) {
    list = delayed();
    heads().touched = true;
  }
  remove(list, offsetof<Connection>('outputNext'), connection.address);
  connection.flags = flags & ~(Flag.READY | Flag.WAITING | Flag.DELAYED);
}

/** Puts a connection on a list, off the one that it was on. */
function move(connection: Connection, list: List, flag: Flag): void {
  unlist(connection);
  connection.set(flag);
  append(list, offsetof<Connection>('outputNext'), connection.address);
}

/**
 * A connection has something to send. If it waits for its neighbour, it is seen anew whether it still has to, and whether a
 * timer stands behind that. An acknowledgment that could wait goes along, with whatever is sent, or alone.
 */
export function makeReady(connection: Connection): void {
  if (connection.flags & Flag.READY) return;
  if (connection.has(Flag.DELAYED)) connection.set(Flag.ACK_DUE);
  move(connection, ready(), Flag.READY);
}

/** A connection that is on no list owes an acknowledgment which can wait. */
export function delay(connection: Connection, now: u32): void {
  connection.delayedAt = <u16>now;
  heads().touched = true;
  move(connection, delayed(), Flag.DELAYED);
}

/** Moves a connection from the ready to those that wait for its neighbour. */
export function waitForNeighbour(connection: Connection): void {
  move(connection, Neighbour.at(addressOf(connection.neighbour)).waiting, Flag.WAITING);
}

/** The neighbour is known: all that waited are ready, in their order. */
export function wakeWaiting(neighbour: Neighbour): void {
  // Every round takes one off the list.
  while (neighbour.waitingFirst != 0) {
    move(Connection.at(addressOf(neighbour.waitingFirst)), ready(), Flag.READY);
  }
}
