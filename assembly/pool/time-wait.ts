import { HEADS, TIME_WAIT_POOL } from '../memory';
import { PoolName, poolUse } from '../statistics';
import { Heads, heads } from './lists/heads';
import { append, List, remove } from './lists/list';
import { FreeList, give, take } from './pool';

/** Time in TIME-WAIT is kept in units of 64 ms, rounded up, to fit an entry into 24 bytes. */
export const TIME_UNIT_BITS: u32 = 6;

/** A finished connection: what is left of it guards its 4-tuple against old duplicates. RFC 9293 §3.6.1. */
@unmanaged
export class TimeWait {
  key: u64;
  chainNext: u16;
  next: u16;
  previous: u16;
  /** The low 16 bits of when it ends, in units of 64 ms. */
  due: u16;
  sendNext: u32;
  receiveNext: u32;

  @inline static at(address: usize): TimeWait {
    return changetype<TimeWait>(address);
  }

  @inline get address(): usize {
    return changetype<usize>(this);
  }
}

@inline
function free(): FreeList {
  return changetype<FreeList>(HEADS + offsetof<Heads>('freeTimeWait'));
}

@inline
function order(): List {
  return changetype<List>(HEADS + offsetof<Heads>('timeWait'));
}

/** The entry that ends first, or null. */
@inline
export function oldestTimeWait(): TimeWait | null {
  return changetype<TimeWait | null>(order().head);
}

/** Takes an entry, or null when none is left. It is to be put in order by `queueTimeWait`. */
export function takeTimeWait(): TimeWait | null {
  const address = take(free(), poolUse(PoolName.TIME_WAIT), TIME_WAIT_POOL, offsetof<TimeWait>());
  return address == 0 ? null : TimeWait.at(address);
}

/** Gives an entry back that is on no list. */
export function giveTimeWait(entry: TimeWait): void {
  give(free(), poolUse(PoolName.TIME_WAIT), entry.address);
}

/** Puts an entry at the end of the order; it ends `lastsMs` from now. All last equally long. */
export function queueTimeWait(entry: TimeWait, now: u32, lastsMs: u32): void {
  entry.due = <u16>((now + lastsMs + (1 << TIME_UNIT_BITS) - 1) >> TIME_UNIT_BITS);
  append(order(), offsetof<TimeWait>('next'), entry.address);
  heads().touched = true;
}

/** The reverse of `queueTimeWait`. */
export function unqueueTimeWait(entry: TimeWait): void {
  remove(order(), offsetof<TimeWait>('next'), entry.address);
  heads().touched = true;
}

/** Ms until the entry ends; 0 or less: it has ended. Right within 35 minutes of its end. */
export function timeWaitLeft(entry: TimeWait, now: u32): i32 {
  const units = <i32>(<i16>(entry.due - <u16>(now >> TIME_UNIT_BITS)));
  return (units << TIME_UNIT_BITS) - <i32>(now & ((1 << TIME_UNIT_BITS) - 1));
}
