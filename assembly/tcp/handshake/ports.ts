import { swap16 } from '../../wire/byte-order';
import { tupleKey } from '../../pool/entry';
import { find } from '../../pool/lists/tuple-index';
import { random } from './random';

/** The dynamic ports. RFC 6335 §6. */
const FIRST_PORT: u32 = 49152;
const PORT_COUNT: u32 = 16384;

/** How many we try: with half of all ports taken, all tries fail once in 2^64. */
const TRIES: u32 = 64;

/**
 * The key of a new 4-tuple with the remote end, whose local port is random: RFC 6056 §3.3.2. 0: none was found.
 * Address and port are in network byte order.
 */
export function newTuple(remoteAddress: u32, remotePort: u32): u64 {
  for (let tries: u32 = 0; tries < TRIES; tries += 1) {
    const port = FIRST_PORT + ((<u32>random()) & (PORT_COUNT - 1));
    const key = tupleKey(remoteAddress, remotePort | (swap16(port) << 16));
    if (find(key) == 0) return key;
  }
  return 0;
}
