/** The time as the core takes it: `u32` milliseconds of a monotonic clock, which wrap after 49.7 days. */

/** Milliseconds with a fraction, of the clock of `process.hrtime`, without the arrays or BigInts it makes per call. */
export type Clock = () => number;

export const monotonic: Clock = () => performance.now();

/** The core's `now`. Rounded down: a deadline is never taken to be reached before it is. */
export function toU32(milliseconds: number): number {
  return Math.floor(milliseconds) >>> 0;
}
