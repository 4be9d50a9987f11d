import { swap16 } from './byte-order';

/**
 * The Internet checksum. RFC 1071.
 *
 * Words are summed as they lie, little-endian: the sum's bytes are then swapped as well (RFC 1071 §2 (B)), so that it
 * is stored and compared without a swap. A 64-bit accumulator takes 32-bit words without a carry to look after.
 */

/** Adds the bytes at `address` to a sum. `length` may be odd; only the last part summed may be. */
export function sum(address: usize, length: u32, initial: u64): u64 {
  let total = initial;
  let at = address;
  for (const unrolled = address + (length & ~31); at < unrolled; at += 32) {
    total +=
      <u64>load<u32>(at) +
      <u64>load<u32>(at, 4) +
      <u64>load<u32>(at, 8) +
      <u64>load<u32>(at, 12) +
      <u64>load<u32>(at, 16) +
      <u64>load<u32>(at, 20) +
      <u64>load<u32>(at, 24) +
      <u64>load<u32>(at, 28);
  }
  // Headers end here: where speed counts, in as many steps as the rest of their length has bits.
  if (ASC_SHRINK_LEVEL == 0) {
    if (length & 16) {
      total += <u64>load<u32>(at) + <u64>load<u32>(at, 4) + <u64>load<u32>(at, 8) + <u64>load<u32>(at, 12);
      at += 16;
    }
    if (length & 8) {
      total += <u64>load<u32>(at) + <u64>load<u32>(at, 4);
      at += 8;
    }
    if (length & 4) {
      total += <u64>load<u32>(at);
      at += 4;
    }
  } else {
    for (const words = address + (length & ~3); at < words; at += 4) total += <u64>load<u32>(at);
  }
  if (length & 2) {
    total += <u64>load<u16>(at);
    at += 2;
  }
  if (length & 1) total += <u64>load<u8>(at);
  return total;
}

/**
 * Folds a sum to its 16 bits of one's complement. A region that holds its own checksum folds to 0xffff. A word plus
 * itself with its halves exchanged has the sum of the halves in its upper half, with the carry of the lower one: that is
 * the end-around carry.
 */
export function fold(total: u64): u32 {
  const half = <u32>((total + rotl<u64>(total, 32)) >> 32);
  return (half + rotl<u32>(half, 16)) >> 16;
}

/** The checksum to store for a sum. */
export function checksum(total: u64): u16 {
  return <u16>~fold(total);
}

/** What TCP adds before its header: addresses in network byte order, protocol, length. RFC 9293 §3.1. */
export function pseudoHeader(source: u32, destination: u32, protocol: u32, length: u32): u64 {
  return <u64>source + <u64>destination + <u64>(protocol << 8) + <u64>swap16(length);
}
