import { swap16 } from '../wire/byte-order';
import { tupleKey } from '../pool/entry';
import { find } from '../pool/tuple-index';
import { random } from './random';

/** The dynamic ports. RFC 6335 §6. */
const FIRST_PORT: u32 = 49152;
const PORT_COUNT: u32 = 16384;

/** How many we try: with half of all ports taken, all tries fail once in 2^64. */
const TRIES: u32 = 64;

/**
 * A random local port (host order) that makes a new 4-tuple with the remote end: RFC 6056 §3.3.2. 0: none was found.
 * Address and port are in network byte order.
 */
export function ephemeralPort(remoteAddress: u32, remotePort: u32): u32 {
  for (let tries: u32 = 0; tries < TRIES; tries += 1) {
    const port = FIRST_PORT + ((<u32>random()) & (PORT_COUNT - 1));
    const localPort = swap16(port);
    if (find(tupleKey(remoteAddress, remotePort | (localPort << 16))) == 0) return port;
  }
  return 0;
}
