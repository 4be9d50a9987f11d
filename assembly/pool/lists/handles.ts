import { identity } from '../../identity';
import { CONNECTION_POOL, LISTENER_POOL } from '../../memory';
import { CONNECTIONS, LISTENERS } from '../../profile';
import { Connection } from '../connection';
import { isConnection } from '../entry';
import { Listener } from '../listener';
import { Flag, Owned } from '../owned';

/**
 * Handles: what apps hold of connections and listeners. The low 11 bits say which, the 20 above count how often that
 * one was let go, so that a handle that was closed gives EBADF and never another's connection. The count begins at
 * random at boot: a handle from before is stale too.
 */
const SLOT_BITS: u32 = 11;
const SLOT_MASK: u32 = (1 << SLOT_BITS) - 1;
const GENERATION_MASK: u32 = 0xfffff;

/** Connections have the slots from 1 on, listeners those behind. Slot 0 is nobody's, so no handle is 0. */
const FIRST_LISTENER_SLOT: u32 = CONNECTIONS + 1;

/** The slot of a connection or listener. */
function slotOf(address: usize): u32 {
  if (isConnection(address)) return <u32>((address - CONNECTION_POOL) / offsetof<Connection>()) + 1;
  return <u32>((address - LISTENER_POOL) / offsetof<Listener>()) + FIRST_LISTENER_SLOT;
}

/** The connection or listener in a slot, or 0. */
function inSlot(slot: u32): usize {
  if (slot - 1 < CONNECTIONS) return CONNECTION_POOL + (slot - 1) * offsetof<Connection>();
  const index = slot - FIRST_LISTENER_SLOT;
  return index < LISTENERS ? LISTENER_POOL + index * offsetof<Listener>() : 0;
}

export function handleOf(owned: Owned): i32 {
  const generation = (identity().firstGeneration + owned.generation) & GENERATION_MASK;
  return <i32>((generation << SLOT_BITS) | slotOf(owned.address));
}

/** What an app means by a handle: the address of a connection or listener that it holds; 0: nothing. */
export function held(handle: i32): usize {
  const address = inSlot((<u32>handle) & SLOT_MASK);
  if (address == 0) return 0;
  const owned = Owned.at(address);
  const generation = (identity().firstGeneration + owned.generation) & GENERATION_MASK;
  return (<u32>handle) >> SLOT_BITS == generation && owned.has(Flag.HELD) ? address : 0;
}

/** The connection that an app means by a handle; null: none that it holds. */
export function heldConnection(handle: i32): Connection | null {
  const address = held(handle);
  return address != 0 && isConnection(address) ? Connection.at(address) : null;
}

/** The listener that an app means by a handle; null: none that it holds. */
export function heldListener(handle: i32): Listener | null {
  const address = held(handle);
  return address != 0 && !isConnection(address) ? Listener.at(address) : null;
}
