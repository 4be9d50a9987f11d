import { identity } from '../../identity';
import { heads } from '../../pool/lists/heads';
import { count, Statistics } from '../../statistics';
import { peerMss } from './mss';
import { segment } from '../segment';
import { sipHash } from './siphash';

/**
 * SYN cookies. RFC 4987 §3.6: when no half-open entry is left, our initial sequence number itself remembers the
 * handshake, and a stranger's SYN costs nothing at all.
 *
 * From the low end: the index of the peer's MSS (2 bits), whether the bucket of time is odd (1 bit), and 29 bits of a
 * SipHash over the 4-tuple, the peer's initial sequence number, the bucket and the MSS index. A bucket is 65.536 s; a
 * cookie is good in its own and the next.
 */
const BUCKET_BITS: u32 = 16;
const MSS_MASK: u32 = 3;
const ODD_BUCKET: u32 = 4;
/** What is hashed has 15 bytes: that number is its last. See `sipHash`. */
const HASHED_LENGTH: u32 = 15 << 8;

/** The MSS values that a cookie can keep, 16 bits each: 88, 536, 1220 and 1460. */
const MSS_VALUES: u64 = ((<u64>1460) << 48) | ((<u64>1220) << 32) | ((<u64>536) << 16) | 88;

function mssAt(index: u32): u32 {
  return (<u32>(MSS_VALUES >> ((<u64>index) << 4))) & 0xffff;
}

/** The index of the largest that is not above `mss`. */
function mssIndex(mss: u32): u32 {
  let index: u32 = 3;
  while (index > 0 && mssAt(index) > mss) index -= 1;
  return index;
}

function cookie(initialReceiveSequence: u32, bucket: u32, index: u32): u32 {
  const self = identity();
  const above = (bucket & 0xffff) | ((index | HASHED_LENGTH) << 16);
  const rest = (<u64>initialReceiveSequence) | ((<u64>above) << 32);
  const hash = <u32>sipHash(self.key0, self.key1, segment().key, rest);
  return (hash & ~(MSS_MASK | ODD_BUCKET)) | ((bucket & 1) << 2) | index;
}

/** The initial sequence number that answers the SYN being processed. */
export function makeCookie(now: u32): u32 {
  const head = heads();
  head.cookieSent = true;
  head.cookieSentAt = now;
  count(offsetof<Statistics>('cookiesSent'));
  return cookie(segment().sequence, now >> BUCKET_BITS, mssIndex(peerMss()));
}

/** The MSS that the cookie remembers which the ACK being processed gives back; 0: it is no cookie of ours. */
export function checkCookie(now: u32): u32 {
  const head = heads();
  // While none is out there, there is nothing to guess.
  if (!head.cookieSent || now - head.cookieSentAt >= 2 << BUCKET_BITS) return 0;
  const arrived = segment();
  const given = arrived.acknowledgment - 1;
  let bucket = now >> BUCKET_BITS;
  if ((bucket & 1) << 2 != (given & ODD_BUCKET)) bucket -= 1;
  const index = given & MSS_MASK;
  return cookie(arrived.sequence - 1, bucket, index) == given ? mssAt(index) : 0;
}
