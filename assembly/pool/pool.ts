import { PoolUse } from '../statistics';
import { addressOf, Entry, referenceOf } from './entry';

/** The unused entries of a pool: those given back, and behind them those that never were taken. */
@unmanaged
export class FreeList {
  first: u16;
  /** How many entries were ever taken: boot need not link a pool, only zero this record. */
  touched: u16;
}

/** Takes an entry of `size` bytes from the pool at `base` and gives its address, or 0 when none is left. */
export function take(free: FreeList, use: PoolUse, base: usize, size: usize): usize {
  let entry = addressOf(free.first);
  if (entry != 0) {
    free.first = changetype<Entry>(entry).chainNext;
  } else if (<u32>free.touched < use.capacity) {
    entry = base + <usize>free.touched * size;
    free.touched += 1;
  } else {
    use.exhausted += 1;
    return 0;
  }
  const used = use.used + 1;
  use.used = used;
  use.highWater = max(use.highWater, used);
  return entry;
}

/** Gives an entry back. */
export function give(free: FreeList, use: PoolUse, entry: usize): void {
  assert(use.used > 0, 'an entry is given back once');
  changetype<Entry>(entry).chainNext = free.first;
  free.first = referenceOf(entry);
  use.used -= 1;
}
