/**
 * The simulation's random numbers: sfc32 (Chris Doty-Humphrey's Small Fast Counting generator, of PractRand), whose
 * state is spread from one seed by splitmix32. The same seed gives the same numbers in every engine: it is all
 * arithmetic of 32 bits. Not for keys of real hosts.
 */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  constructor(seed: number) {
    let state = seed | 0;
    const spread = (): number => {
      state = (state + 0x9e3779b9) | 0;
      let mixed = state ^ (state >>> 16);
      mixed = Math.imul(mixed, 0x21f0aaad);
      mixed ^= mixed >>> 15;
      mixed = Math.imul(mixed, 0x735a2d97);
      return mixed ^ (mixed >>> 15);
    };
    this.a = spread();
    this.b = spread();
    this.c = spread();
    // Its author's advice: twelve rounds until seeds that are alike have parted.
    for (let round = 0; round < 12; round++) this.u32();
  }

  /** 0 to 2^32 - 1 */
  u32(): number {
    const result = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = ((this.c << 21) | (this.c >>> 11)) + result;
    this.c |= 0;
    return result >>> 0;
  }

  /** 0 to `count` - 1 */
  below(count: number): number {
    return Math.floor((this.u32() / 0x100000000) * count);
  }

  /** True this often: 0.3 is 30 %. Draws nothing when it is never. */
  chance(probability: number): boolean {
    return probability > 0 && this.u32() < probability * 0x100000000;
  }

  bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.u32() & 255);
  }
}
