import { addressOf, Entry, referenceOf } from '../entry';

/**
 * The chains of a hash table: a bucket is a reference to its first entry, and entries are linked by `chainNext`.
 * There are at least as many buckets as entries, and who fills them cannot choose which: chains are short.
 */

/** Puts an entry at the front of its bucket's chain. */
export function chain(bucket: usize, entry: usize): void {
  changetype<Entry>(entry).chainNext = load<u16>(bucket);
  store<u16>(bucket, referenceOf(entry));
}

/** Takes an entry out of its bucket's chain, which it must be in. */
export function unchain(bucket: usize, entry: usize): void {
  let at = bucket;
  let other = addressOf(load<u16>(at));
  // A chain holds each entry once: it ends after as many steps as there are entries.
  while (other != entry) {
    assert(other != 0, 'an entry that is taken out is in');
    if (other == 0) return;
    at = other + offsetof<Entry>('chainNext');
    other = addressOf(load<u16>(at));
  }
  store<u16>(at, changetype<Entry>(entry).chainNext);
}
