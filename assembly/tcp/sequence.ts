/** Sequence numbers: 32 bits that wrap, so that comparisons hold within half the space. RFC 9293 §3.4. */

/** a < b */
@inline
export function isSequenceBefore(a: u32, b: u32): bool {
  return <i32>(a - b) < 0;
}

/** start <= x < start + length */
@inline
export function isInWindow(x: u32, start: u32, length: u32): bool {
  return x - start < length;
}
