import { identity } from '../../identity';
import { TUPLE_BUCKET_BITS, TUPLE_INDEX } from '../../memory';
import { chain, unchain } from './chain';
import { addressOf, Entry } from '../entry';

/**
 * The 4-tuple index: one hash table for connections, half-open, time-wait and listeners alike.
 *
 * The hash is keyed with the boot key (multiply-shift over two words: Dietzfelbinger 1996), so a stranger cannot
 * choose tuples that share a bucket, and it costs the same in `gateway` as in `tiny`.
 */
function bucketOf(key: u64): usize {
  const self = identity();
  const hash = <u64>(<u32>key) * self.hash0 + (key >> 32) * self.hash1;
  return TUPLE_INDEX + ((<usize>(hash >> (64 - TUPLE_BUCKET_BITS))) << 1);
}

/** The address of the entry with this key; 0: there is none. */
export function find(key: u64): usize {
  let entry = addressOf(load<u16>(bucketOf(key)));
  // A chain holds each entry once: it ends after as many steps as there are entries.
  while (entry != 0) {
    if (changetype<Entry>(entry).key == key) break;
    entry = addressOf(changetype<Entry>(entry).chainNext);
  }
  return entry;
}

/** Enters an entry under its key, which no other entry may have. */
export function insert(entry: usize, key: u64): void {
  changetype<Entry>(entry).key = key;
  chain(bucketOf(key), entry);
}

/** Takes an entry out that is in. */
export function withdraw(entry: usize): void {
  unchain(bucketOf(changetype<Entry>(entry).key), entry);
}
