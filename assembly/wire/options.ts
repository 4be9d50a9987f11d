import { swap16, swap32 } from './byte-order';

/** The options of a TCP header, parsed where they lie. RFC 9293 §3.1; RFC 7323; RFC 2018. */

const END_OF_LIST: u32 = 0;
const NO_OPERATION: u32 = 1;
const MAXIMUM_SEGMENT_SIZE: u32 = 2;
const WINDOW_SCALE: u32 = 3;
const SACK_PERMITTED: u32 = 4;
const SACK: u32 = 5;
const TIMESTAMPS: u32 = 8;

/** What a segment's options said. Absent ones are zero, and `has…` tells zero from absent where both can be. */
@unmanaged
export class TcpOptions {
  /** 0: absent. */
  maximumSegmentSize: u16;
  hasWindowScale: bool;
  windowScale: u8;
  sackPermitted: bool;
  hasTimestamps: bool;
  /** Number of SACK blocks, 0 to 4, and the address of the first in the frame. */
  sackBlocks: u16;
  sackAt: usize;
  timestampValue: u32;
  timestampEcho: u32;
}

/**
 * Keeps what an option of a known kind says. False: its length cannot be. RFC 9293 §3.2, MUST-7. Each of the four
 * length checks is the kind's own RFC's.
 */
function keep(options: TcpOptions, kind: u32, length: u32, at: usize): bool {
  if (kind == MAXIMUM_SEGMENT_SIZE) {
    options.maximumSegmentSize = <u16>swap16(load<u16>(at, 2));
    return length == 4;
  }
  if (kind == WINDOW_SCALE) {
    options.hasWindowScale = true;
    options.windowScale = load<u8>(at, 2);
    return length == 3;
  }
  if (kind == SACK_PERMITTED) {
    options.sackPermitted = true;
    return length == 2;
  }
  if (kind == SACK) {
    options.sackBlocks = <u16>(length >> 3);
    options.sackAt = at + 2;
    return length > 9 && (length & 7) == 2;
  }
  if (kind == TIMESTAMPS) {
    options.hasTimestamps = true;
    options.timestampValue = swap32(load<u32>(at, 2));
    options.timestampEcho = swap32(load<u32>(at, 6));
    return length == 10;
  }
  return true;
}

/**
 * Parses the options in [at, at + length); `length` is at most 40. False: one of them has a length that cannot be.
 * Unknown kinds are skipped by their length (MUST-6).
 */
export function parseOptions(options: TcpOptions, at: usize, length: u32): bool {
  memory.fill(changetype<usize>(options), 0, offsetof<TcpOptions>());
  const end = at + length;
  // Every round moves on by at least one byte: at most 40.
  while (at < end) {
    const kind = <u32>load<u8>(at);
    if (kind == END_OF_LIST) return true;
    if (kind == NO_OPERATION) {
      at += 1;
      continue;
    }
    // A kind without a length reads as whatever follows the header, and is refused by the check of the end.
    const optionLength = <u32>load<u8>(at, 1);
    if (optionLength < 2 || optionLength > <u32>(end - at)) return false;
    if (!keep(options, kind, optionLength, at)) return false;
    at += optionLength;
  }
  return true;
}
