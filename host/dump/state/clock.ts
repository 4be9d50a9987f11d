/** Times of the core, which are numbers of 32 or 16 bits that wrap, relative to when it trapped. */

/** Ms from `now` until `time`; negative: ago. Right within 24.8 days. */
export function msUntil(time: number, now: number): number {
  return (time - now) | 0;
}

/** Ms since a time of which only the low 16 bits are kept. Right within 65 s. */
export function msSinceLow(low: number, now: number): number {
  return (now - low) & 0xffff;
}

/** Ms until a time of which 16 bits are kept, in units of 2^bits ms. Right within 35 minutes where they are 64 ms. */
export function msUntilUnits(units: number, unitBits: number, now: number): number {
  const left = ((units - (now >>> unitBits)) << 16) >> 16;
  return left * (1 << unitBits) - (now & ((1 << unitBits) - 1));
}
