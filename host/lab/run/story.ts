/**
 * The time that a reader needs. A handshake on a LAN takes two milliseconds and a retransmission a second: drawn to scale one of
 * them would not be seen. So every span is as long as the logarithm of what it lasts, and each moment has a place on both clocks.
 */
import type { Trace } from '../../trace/index.js';

/** Between two moments, in seconds of the story. */
const LEAST = 0.25;
/** For each ten times that it lasts longer. */
const PER_DECADE = 0.35;
/** Below this two things are at the same time. */
const SAME_MS = 0.0005;

export class Story {
  /** Moments in ms of the run, in order, from 0 to the end; and where they are in the story. */
  readonly moments: readonly number[];
  private readonly places: readonly number[];

  constructor(trace: Trace, endMs: number) {
    const times = [0, endMs];
    for (const record of trace.records) {
      times.push(record.at);
      if (record.kind === 'frame' && record.arrivesAt !== undefined) times.push(record.arrivesAt);
    }
    const all = times.filter((at) => at <= endMs).sort((a, b) => a - b);
    this.moments = all.filter((at, index) => index === 0 || at - (all[index - 1] ?? 0) > SAME_MS);
    let place = 0;
    this.places = this.moments.map((at, index) => {
      const before = this.moments[index - 1];
      if (before !== undefined) place += LEAST + PER_DECADE * Math.log10(1 + at - before);
      return place;
    });
  }

  /** How long it is, in seconds. */
  get seconds(): number {
    return this.places.at(-1) ?? 0;
  }

  placeOf(atMs: number): number {
    return between(atMs, this.moments, this.places);
  }

  timeOf(place: number): number {
    return between(place, this.places, this.moments);
  }

  /** The next moment after a time, or the one before it; the end and 0 where there is none. */
  after(atMs: number): number {
    return this.moments.find((one) => one > atMs + SAME_MS) ?? this.moments.at(-1) ?? 0;
  }

  before(atMs: number): number {
    return this.moments.findLast((one) => one < atMs - SAME_MS) ?? 0;
  }
}

/** Where `value` is among `from`, that far among `to`. */
function between(value: number, from: readonly number[], to: readonly number[]): number {
  const index = from.findIndex((one) => one >= value);
  if (index < 0) return to.at(-1) ?? 0;
  const [left, right] = [from[index - 1], from[index] ?? 0];
  const [low, high] = [to[index - 1], to[index] ?? 0];
  if (left === undefined || low === undefined || right === left) return high;
  return low + ((value - left) / (right - left)) * (high - low);
}
