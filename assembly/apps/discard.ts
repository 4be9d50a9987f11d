import { consume, received } from '../tcp/calls/receive';
import { closeWithPeer } from './peer';

/** Reads and forgets, until the peer closes. RFC 863. */
export function discard(handle: i32, now: u32): void {
  let length = received(handle);
  // Every round consumes something, and no more arrives meanwhile.
  while (length > 0) {
    consume(handle, length);
    length = received(handle);
  }
  closeWithPeer(handle, now);
}
