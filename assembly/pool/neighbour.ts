import { identity } from '../identity';
import { HEADS, NEIGHBOUR_BUCKET_BITS, NEIGHBOUR_INDEX, NEIGHBOUR_POOL } from '../memory';
import { PoolName, poolUse } from '../statistics';
import { chain, unchain } from './lists/chain';
import { addressOf } from './entry';
import { Heads, heads } from './lists/heads';
import { append, List, remove } from './lists/list';
import { FreeList, give, take } from './pool';

/** What a neighbour's entry is on. */
export const enum Asking {
  NO = 0,
  /** It is to be asked for. */
  DUE = 1,
  /** It was asked for; asked again a second later. */
  ASKED = 2,
}

/** A host on the link: its address and, once known, its MAC. */
@unmanaged
export class Neighbour {
  mac: u64;
  /** Where every pool's entries have it. */
  chainNext: u16;
  /** Connections that go through it: it stays while there are any. */
  users: u16;
  /** In network byte order. */
  address: u32;
  /** When the MAC was last confirmed. */
  confirmedAt: u32;
  /** When it was last asked for, if `requests` is not 0. */
  askedAt: u32;
  known: bool;
  asking: u8;
  /** Requests since the MAC was last confirmed. */
  requests: u16;
  askNext: u16;
  askPrevious: u16;
  unusedNext: u16;
  unusedPrevious: u16;
  /** Connections that wait for the MAC: a List of their output links. */
  waitingFirst: u16;
  waitingLast: u16;

  @inline static at(entry: usize): Neighbour {
    return changetype<Neighbour>(entry);
  }

  @inline get entry(): usize {
    return changetype<usize>(this);
  }

  @inline get waiting(): List {
    return changetype<List>(this.entry + offsetof<Neighbour>('waitingFirst'));
  }
}

@inline
function free(): FreeList {
  return changetype<FreeList>(HEADS + offsetof<Heads>('freeNeighbours'));
}

/** Neighbours that no connection uses, the longest unused first. */
@inline
function unused(): List {
  return changetype<List>(HEADS + offsetof<Heads>('unusedNeighbours'));
}

/** Keyed, so that nobody on the link can choose addresses that share a bucket. */
function bucketOf(address: u32): usize {
  const hash = <u64>address * identity().hash0;
  return NEIGHBOUR_INDEX + ((<usize>(hash >> (64 - NEIGHBOUR_BUCKET_BITS))) << 1);
}

/** The neighbour with this address (network byte order), or null. */
export function findNeighbour(address: u32): Neighbour | null {
  let entry = addressOf(load<u16>(bucketOf(address)));
  // A chain holds each entry once: it ends after as many steps as there are entries.
  while (entry != 0) {
    const neighbour = Neighbour.at(entry);
    if (neighbour.address == address) return neighbour;
    entry = addressOf(neighbour.chainNext);
  }
  return null;
}

/** The list of those to ask for, or of those that were asked. */
@inline
function askingList(asking: u32): List {
  return changetype<List>(HEADS + offsetof<Heads>('requests') + (asking - Asking.DUE) * 4);
}

/** Puts a neighbour on the list that is meant, and off the one that it was on. */
export function setAsking(neighbour: Neighbour, asking: u32): void {
  const before = neighbour.asking;
  if (before != Asking.NO) remove(askingList(before), offsetof<Neighbour>('askNext'), neighbour.entry);
  if (asking != Asking.NO) append(askingList(asking), offsetof<Neighbour>('askNext'), neighbour.entry);
  neighbour.asking = <u8>asking;
  heads().touched = true;
}

/** The first neighbour to ask for, or that was asked; null: none. */
@inline
export function firstAsking(asking: u32): Neighbour | null {
  return changetype<Neighbour | null>(askingList(asking).head);
}

/** Forgets a neighbour that nobody uses. */
export function forgetNeighbour(neighbour: Neighbour): void {
  assert(neighbour.users == 0, 'a neighbour that is used stays');
  setAsking(neighbour, Asking.NO);
  remove(unused(), offsetof<Neighbour>('unusedNext'), neighbour.entry);
  unchain(bucketOf(neighbour.address), neighbour.entry);
  give(free(), poolUse(PoolName.NEIGHBOURS), neighbour.entry);
}

/**
 * The neighbour with this address, made if it is new. When the pool is full the longest unused gives way; null: all
 * are used. There are at least as many neighbours as connections, so a connection always finds room.
 */
export function addNeighbour(address: u32): Neighbour | null {
  const found = findNeighbour(address);
  if (found !== null) return found;
  const use = poolUse(PoolName.NEIGHBOURS);
  const oldest = unused().head;
  if (use.used == use.capacity && oldest != 0) forgetNeighbour(Neighbour.at(oldest));
  const entry = take(free(), use, NEIGHBOUR_POOL, offsetof<Neighbour>());
  if (entry == 0) return null;
  memory.fill(entry, 0, offsetof<Neighbour>());
  Neighbour.at(entry).address = address;
  chain(bucketOf(address), entry);
  append(unused(), offsetof<Neighbour>('unusedNext'), entry);
  return Neighbour.at(entry);
}

/** It was of use without a connection: it is the last to give way. */
export function touchNeighbour(neighbour: Neighbour): void {
  if (neighbour.users != 0) return;
  remove(unused(), offsetof<Neighbour>('unusedNext'), neighbour.entry);
  append(unused(), offsetof<Neighbour>('unusedNext'), neighbour.entry);
}

/** A connection goes through this neighbour. */
export function useNeighbour(neighbour: Neighbour): void {
  if (neighbour.users == 0) remove(unused(), offsetof<Neighbour>('unusedNext'), neighbour.entry);
  neighbour.users += 1;
}

/** A connection no longer does. */
export function releaseNeighbour(neighbour: Neighbour): void {
  neighbour.users -= 1;
  if (neighbour.users == 0) append(unused(), offsetof<Neighbour>('unusedNext'), neighbour.entry);
}
