import { addressOf, referenceOf } from '../entry';

/** A doubly linked list of pool entries, through a `Link` that lies `offset` bytes into each. */
@unmanaged
export class List {
  first: u16;
  last: u16;

  /** The address of the first entry, or 0. */
  @inline get head(): usize {
    return addressOf(this.first);
  }
}

@unmanaged
class Link {
  next: u16;
  previous: u16;
}

@inline
function linkOf(entry: usize, offset: usize): Link {
  return changetype<Link>(entry + offset);
}

/** Puts an entry, which must not be on a list through this link, at the end. */
export function append(list: List, offset: usize, entry: usize): void {
  const link = linkOf(entry, offset);
  const last = list.last;
  const reference = referenceOf(entry);
  link.next = 0;
  link.previous = last;
  list.last = reference;
  if (last != 0) linkOf(addressOf(last), offset).next = reference;
  else list.first = reference;
}

/** Takes an entry out that is on this list. */
export function remove(list: List, offset: usize, entry: usize): void {
  const link = linkOf(entry, offset);
  const next = link.next;
  const previous = link.previous;
  if (previous != 0) linkOf(addressOf(previous), offset).next = next;
  else list.first = next;
  if (next != 0) linkOf(addressOf(next), offset).previous = previous;
  else list.last = previous;
}
