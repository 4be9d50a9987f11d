import { texts } from './text';

/** Texts: the length of each in one byte, then its bytes; each behind the one before. */

const PERCENT: u32 = 0x25;
const ZERO: u32 = 0x30;
const LARGEST_POWER: u32 = 1000000000;

/** Where the text with this number lies. */
export function textAt(number: u32): usize {
  let at = texts();
  for (let skipped: u32 = 0; skipped < number; skipped += 1) at += <usize>load<u8>(at) + 1;
  return at;
}

/** Copies a text and gives where it ends. */
export function copyText(to: usize, number: u32): usize {
  return fillText(to, number, 0);
}

/** Copies a text, with the next of the u32 at `values` in place of each percent sign; gives where it ends. */
export function fillText(to: usize, number: u32, values: usize): usize {
  let from = textAt(number);
  for (let left = <u32>load<u8>(from); left > 0; left -= 1) {
    from += 1;
    const byte = <u32>load<u8>(from);
    if (byte == PERCENT) {
      to = writeNumber(to, load<u32>(values));
      values += 4;
    } else {
      store<u8>(to, byte);
      to += 1;
    }
  }
  return to;
}

/** Writes a number in decimal and gives where it ends. */
export function writeNumber(to: usize, value: u32): usize {
  let rest = value;
  // One round for each of the ten digits that it can have; leading zeros are left out.
  for (let power = LARGEST_POWER; power > 0; power /= 10) {
    if (power > value && power > 1) continue;
    store<u8>(to, ZERO + rest / power);
    rest %= power;
    to += 1;
  }
  return to;
}
