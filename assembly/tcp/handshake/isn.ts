import { identity } from '../../identity';
import { sipHash } from './siphash';

/** Steps of the clock in a millisecond: it advances every 4 microseconds. RFC 9293 §3.4.1. */
const STEPS_PER_MS: u32 = 250;

/**
 * An initial sequence number for a connection: ISN = M + F(localip, localport, remoteip, remoteport, secretkey).
 * RFC 6528 §3; F is SipHash under the boot key. Grows with the clock for the same 4-tuple, and tells a stranger
 * nothing about any other.
 */
export function initialSequence(key: u64, now: u32): u32 {
  const self = identity();
  const hash = sipHash(self.key0, self.key1, key, (<u64>self.address) | ((<u64>12) << 56));
  return now * STEPS_PER_MS + <u32>hash;
}
