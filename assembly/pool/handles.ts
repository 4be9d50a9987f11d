import { CONNECTION_POOL, LISTENER_POOL } from '../memory';
import { CONNECTIONS, LISTENERS } from '../profile';
import { Connection, Flag } from './connection';
import { Listener } from './listener';

/**
 * Handles: what apps hold of connections and listeners. The low 11 bits say which, the 20 above count how often that
 * one was let go, so that a handle that was closed gives EBADF and never another's connection. The count begins at
 * random at boot: a handle from before is stale too.
 */
const SLOT_BITS: u32 = 11;
const SLOT_MASK: u32 = (1 << SLOT_BITS) - 1;
const GENERATION_MASK: u32 = 0xfffff;

/** Slot 0 is nobody's, so no handle is 0. */
const FIRST_LISTENER_SLOT: u32 = CONNECTIONS + 1;

function handle(slot: u32, generation: u32): i32 {
  return <i32>(((generation & GENERATION_MASK) << SLOT_BITS) | slot);
}

export function connectionHandle(connection: Connection): i32 {
  return handle(<u32>((connection.address - CONNECTION_POOL) / offsetof<Connection>()) + 1, connection.generation);
}

export function listenerHandle(listener: Listener): i32 {
  const index = <u32>((listener.address - LISTENER_POOL) / offsetof<Listener>());
  return handle(FIRST_LISTENER_SLOT + index, listener.generation);
}

/** The connection that an app means by a handle; null: none that it holds. */
export function heldConnection(handle: i32): Connection | null {
  const index = (<u32>handle & SLOT_MASK) - 1;
  if (index >= CONNECTIONS) return null;
  const connection = Connection.at(CONNECTION_POOL + index * offsetof<Connection>());
  return connection.has(Flag.HELD) && connectionHandle(connection) == handle ? connection : null;
}

/** The listener that an app means by a handle; null: none that is open. */
export function heldListener(handle: i32): Listener | null {
  const index = (<u32>handle & SLOT_MASK) - FIRST_LISTENER_SLOT;
  if (index >= LISTENERS) return null;
  const listener = Listener.at(LISTENER_POOL + index * offsetof<Listener>());
  return listener.open && listenerHandle(listener) == handle ? listener : null;
}
