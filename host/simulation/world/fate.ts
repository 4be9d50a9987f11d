import type { Weather } from '../plan/acts.js';

/** What befalls a copy of a frame. */
export type FrameFault =
  | { kind: 'lose' }
  | { kind: 'duplicate'; byMs: number }
  | { kind: 'delay'; byMs: number }
  /** A byte is altered, counted from the first of the frame. */
  | { kind: 'corrupt'; at: number; mask: number };

/** Which frame: the how-manieth that a host has sent, and to whom it went. */
export interface FrameRecord {
  from: number;
  nth: number;
  to: number;
  fault: FrameFault;
}

/** Decides what befalls frames. */
export interface Fates {
  /** `firstByte`, `bytes`: which bytes of it may be altered; none: it is then lost. */
  of(from: number, nth: number, to: number, weather: Sky, firstByte: number, bytes: number): FrameFault[];
}

/** What several weathers at once come to. */
export type Sky = Pick<Weather, 'loss' | 'duplication' | 'reordering' | 'delayMs' | 'corruption'>;

/**
 * By chance. What befalls a frame hangs on the seed, on its number and on the weather alone, so that a run from which something is
 * left out goes the same way as far as it can. Everything that befell is kept, to be told again.
 */
export class ChanceFates implements Fates {
  readonly told: FrameRecord[] = [];

  constructor(private readonly seed: number) {}

  of(from: number, nth: number, to: number, sky: Sky, firstByte: number, bytes: number): FrameFault[] {
    const draw = drawer(this.seed, from, nth, to);
    const faults: FrameFault[] = [];
    if (draw() < sky.loss) faults.push({ kind: 'lose' });
    if (draw() < sky.duplication) faults.push({ kind: 'duplicate', byMs: below(draw, sky.delayMs) });
    if (draw() < sky.reordering) faults.push({ kind: 'delay', byMs: 1 + below(draw, sky.delayMs) });
    if (draw() < sky.corruption) {
      // Where only the check sequence of Ethernet would see it, Ethernet has seen it.
      if (firstByte >= bytes) faults.push({ kind: 'lose' });
      else faults.push({ kind: 'corrupt', at: firstByte + below(draw, bytes - firstByte), mask: 1 + below(draw, 255) });
    }
    for (const fault of faults) this.told.push({ from, nth, to, fault });
    return faults;
  }
}

/** As it was told. */
export class ToldFates implements Fates {
  private readonly faults = new Map<string, FrameFault[]>();

  constructor(readonly told: readonly FrameRecord[]) {
    for (const { from, nth, to, fault } of told) {
      const key = `${from} ${nth} ${to}`;
      this.faults.set(key, [...(this.faults.get(key) ?? []), fault]);
    }
  }

  of(from: number, nth: number, to: number): FrameFault[] {
    return this.faults.get(`${from} ${nth} ${to}`) ?? [];
  }
}

function below(draw: () => number, count: number): number {
  return Math.floor(draw() * count);
}

/** Numbers from 0 to 1 that hang on these four alone: splitmix32 from a mix of them. */
function drawer(seed: number, from: number, nth: number, to: number): () => number {
  let state = Math.imul(seed ^ 0x2545f491, 0x9e3779b1) ^ Math.imul(from + 1, 0x85ebca6b);
  state =
    Math.imul(state ^ (state >>> 15), 0xc2b2ae35) ^ Math.imul(nth + 1, 0x27d4eb2f) ^ Math.imul(to + 7, 0x165667b1);
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 0x100000000;
  };
}
