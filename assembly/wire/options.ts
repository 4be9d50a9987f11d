import { IS_SCALED } from '../profile';
import { swap16, swap32 } from './byte-order';

/** The options of a TCP header, where they lie. RFC 9293 §3.1; RFC 2018. */

const END_OF_LIST: u32 = 0;
const NO_OPERATION: u32 = 1;
const MAXIMUM_SEGMENT_SIZE: u32 = 2;
const WINDOW_SCALE: u32 = 3;
const SACK_PERMITTED: u32 = 4;
const SACK: u32 = 5;

/** As they lie, little-endian: kind 2, length 4, and the MSS behind; kinds 1, 1, 4, length 2; kinds 1, 1, 5. */
const MSS_OPTION: u32 = 0x0402;
const SACK_PERMITTED_OPTION: u32 = 0x02040101;
const SACK_OPTION: u32 = 0x050101;
/** Kinds 1, 3, length 3, and the scale behind. */
const WINDOW_SCALE_OPTION: u32 = 0x030301;

/** RFC 7323 §2.3. */
const LARGEST_SCALE: u32 = 14;

/** What a segment's options said. */
@unmanaged
export class TcpOptions {
  /** 0: absent. */
  maximumSegmentSize: u16;
  sackPermitted: bool;
  /** It has SACK blocks, the first of which begins with this sequence number. RFC 2018 §3. */
  hasSack: bool;
  sackedFrom: u32;
  /** One more than its window scale, at most 15; 0: absent. Only where windows are scaled. RFC 7323 §2.3. */
  windowScale: u32;
}

/** Keeps what an option of a known kind says. False: its length cannot be. RFC 9293 §3.2, MUST-7. */
function keep(options: TcpOptions, kind: u32, length: u32, at: usize): bool {
  if (kind == MAXIMUM_SEGMENT_SIZE) {
    options.maximumSegmentSize = <u16>swap16(load<u16>(at, 2));
    return length == 4;
  }
  if (kind == SACK_PERMITTED) {
    options.sackPermitted = true;
    return length == 2;
  }
  if (IS_SCALED && kind == WINDOW_SCALE) {
    options.windowScale = min<u32>(load<u8>(at, 2), LARGEST_SCALE) + 1;
    return length == 3;
  }
  if (kind == SACK) {
    options.hasSack = true;
    options.sackedFrom = swap32(load<u32>(at, 2));
    return length > 9 && (length & 7) == 2;
  }
  return true;
}

/**
 * Parses the options in [at, at + length); `length` is at most 40. False: one of them has a length that cannot be.
 * Unknown kinds are skipped by their length (MUST-6).
 */
export function parseOptions(options: TcpOptions, at: usize, length: u32): bool {
  // All of its eight bytes, but the scale.
  store<u64>(changetype<usize>(options), 0);
  if (IS_SCALED) options.windowScale = 0;
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

/** Writes the options of a SYN, of which the second is optional (`sackPermitted` 0 or 1), and gives their length. RFC 9293 §3.7.1; RFC 2018 §2. */
export function writeSynOptions(at: usize, mss: u32, sackPermitted: u32): u32 {
  store<u32>(at, MSS_OPTION | (swap16(mss) << 16));
  store<u32>(at, SACK_PERMITTED_OPTION, 4);
  return 4 + (sackPermitted << 2);
}

/** Writes a window scale option, where windows are scaled, and gives its length. RFC 7323 §2.2. */
export function writeScaleOption(at: usize, scale: u32): u32 {
  store<u32>(at, WINDOW_SCALE_OPTION | (scale << 24));
  return 4;
}

/** Writes the beginning of a SACK option whose blocks, `length` bytes, lie four bytes on; gives its length. RFC 2018 §3. */
export function writeSackOption(at: usize, length: u32): u32 {
  store<u32>(at, SACK_OPTION | ((length + 2) << 24));
  return length + 4;
}
