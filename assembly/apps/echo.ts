import { consume, received, receivedAt } from '../tcp/calls/receive';
import { send, sendAt, sendSpace } from '../tcp/calls/send';
import { closeWithPeer } from './peer';

/**
 * Sends back what it receives, until the peer closes. RFC 862. While the peer does not read, its own data stays in the
 * ring, so that its window closes: a WRITABLE tells when to go on.
 */
export function echo(handle: i32, now: u32): void {
  let length = received(handle);
  // Every round consumes something, and no more arrives meanwhile.
  while (length > 0) {
    length = min(length, sendSpace(handle));
    if (length <= 0) return;
    memory.copy(sendAt(handle), receivedAt(handle), length);
    send(handle, length);
    consume(handle, length);
    length = received(handle);
  }
  closeWithPeer(handle, now);
}
