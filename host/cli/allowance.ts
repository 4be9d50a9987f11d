/** Frames that may be drawn at once, and how many more each second. */
const BURST = 60;
const PER_SECOND = 20;

/**
 * How much of what goes by is drawn: an exchange whole, of a bulk transfer the beginning and then enough to see how it
 * goes. Nobody reads 10,000 lines a second.
 */
export class Allowance {
  private left = BURST;
  private atMs = 0;

  /** May one more be drawn? */
  take(nowMs: number): boolean {
    this.left = Math.min(BURST, this.left + ((nowMs - this.atMs) * PER_SECOND) / 1000);
    this.atMs = nowMs;
    if (this.left < 1) return false;
    this.left--;
    return true;
  }
}
