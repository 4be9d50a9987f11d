/** Runs one seed after the other, and adds up what came of them. */
import { coreSource, type Modules } from '../cores.js';
import { runSeed, type Failure } from '../run.js';
import { Coverage } from '../watch/coverage.js';

/** Which seeds: `from`, `from + step`, … up to `to`. */
export interface Seeds {
  from: number;
  to: number;
  step: number;
}

/** Sums over the runs since the last time they were told. */
export interface Tally {
  seeds: number;
  frames: number;
  /** Ends of connections. */
  talks: number;
  /** Of the networks' clocks. */
  ms: number;
  ghosts: number;
  /** Coverage's. */
  counts: number[];
  failures: { seed: number; failure: Failure }[];
}

export function emptyTally(): Tally {
  return { seeds: 0, frames: 0, talks: 0, ms: 0, ghosts: 0, counts: new Coverage().counts, failures: [] };
}

export function addTally(sum: Tally, more: Tally): void {
  sum.seeds += more.seeds;
  sum.frames += more.frames;
  sum.talks += more.talks;
  sum.ms += more.ms;
  sum.ghosts += more.ghosts;
  sum.counts = sum.counts.map((count, at) => count + (more.counts[at] ?? 0));
  sum.failures.push(...more.failures);
}

/** Gives a tally after each seed; `begins` is told of each before. It is the caller's to stop. */
export function* search(modules: Modules, { from, to, step }: Seeds, begins: (seed: number) => void): Generator<Tally> {
  const cores = coreSource(modules);
  for (let seed = from; seed <= to; seed += step) {
    begins(seed);
    const coverage = new Coverage();
    const { failure, frames, talks, ms, ghosts } = runSeed(seed, { cores: cores(), observers: [coverage] });
    const failures = failure === undefined ? [] : [{ seed, failure }];
    yield { seeds: 1, frames, talks, ms, ghosts, counts: coverage.counts, failures };
  }
}
