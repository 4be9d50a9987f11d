/** A 16-bit number, zero-extended, between host and network byte order. */
export function swap16(value: u32): u32 {
  return (value >> 8) | ((value & 0xff) << 8);
}

/** A 32-bit number between host and network byte order. */
export function swap32(value: u32): u32 {
  return (rotl<u32>(value, 8) & 0x00ff00ff) | (rotr<u32>(value, 8) & 0xff00ff00);
}
