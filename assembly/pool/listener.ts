import { HEADS, LISTENER_POOL } from '../memory';
import { PoolName, poolUse } from '../statistics';
import { Connection } from './connection';
import { addressOf, referenceOf } from './entry';
import { Heads } from './lists/heads';
import { append, List, remove } from './lists/list';
import { Flag, letGo, Owned } from './owned';
import { FreeList, give, take } from './pool';

/** A port that is listened on. */
@unmanaged
export class Listener extends Owned {
  /** Connections that wait for `accept`: how many may, how many do, and the list of them. */
  backlog: u16;
  queued: u16;
  private queueList: u32;
  /** Half-open entries that are complete and wait for room. */
  private completeList: u32;

  @inline static at(address: usize): Listener {
    return changetype<Listener>(address);
  }

  @inline get queue(): List {
    return changetype<List>(this.address + offsetof<Listener>('queueList'));
  }

  @inline get complete(): List {
    return changetype<List>(this.address + offsetof<Listener>('completeList'));
  }
}

@inline
function free(): FreeList {
  return changetype<FreeList>(HEADS + offsetof<Heads>('freeListeners'));
}

/** Takes a listener, or null when none is left. */
export function takeListener(): Listener | null {
  const address = take(free(), poolUse(PoolName.LISTENERS), LISTENER_POOL, offsetof<Listener>());
  if (address == 0) return null;
  const listener = Listener.at(address);
  listener.set(Flag.HELD);
  return listener;
}

/** Gives a listener back whose queues are empty. */
export function giveListener(listener: Listener): void {
  letGo(listener);
  give(free(), poolUse(PoolName.LISTENERS), listener.address);
}

/** Puts a connection at the end of those that wait for `accept`. */
export function enqueue(listener: Listener, connection: Connection): void {
  listener.queued += 1;
  connection.listener = referenceOf(listener.address);
  connection.set(Flag.QUEUED);
  append(listener.queue, offsetof<Connection>('acceptNext'), connection.address);
}

/** Takes a connection out of those that wait for `accept`. */
export function dequeue(connection: Connection): void {
  const listener = Listener.at(addressOf(connection.listener));
  listener.queued -= 1;
  connection.clear(Flag.QUEUED);
  remove(listener.queue, offsetof<Connection>('acceptNext'), connection.address);
}
