/** From a run that fails to the few acts and faults that it fails by: delta debugging (Zeller, Hildebrandt 2002). */
import type { Act, Plan } from './plan/acts.js';
import { run, type Failure, type Outcome, type RunOptions } from './run.js';
import { ToldFates, type FrameRecord } from './world/fate.js';

export interface Shrunk {
  plan: Plan;
  told: FrameRecord[];
  /** How the short run fails. */
  outcome: Outcome;
  /** How many runs it took. */
  runs: number;
}

export interface ShrinkOptions {
  plan: Plan;
  told: readonly FrameRecord[];
  /** How it fails: what is left must break the same invariant. */
  failure: Failure;
  /** Options of each run; cores as new for each. */
  runWith: () => Omit<RunOptions, 'plan' | 'fates'>;
  /** At most so many runs. Default 600. */
  mostRuns?: number;
}

const MOST_RUNS = 600;
/** What is left out of one list may make more of the other needless. */
const MOST_ROUNDS = 4;

/**
 * Leaves out acts and faults of frames for as long as the run still breaks the same invariant. Undefined: told again, the run does not fail,
 * which would be a fault of the simulation.
 */
export function shrink(options: ShrinkOptions): Shrunk | undefined {
  const { plan, failure, mostRuns = MOST_RUNS } = options;
  let best: Omit<Shrunk, 'runs'> | undefined;
  let runs = 0;
  const fails = (acts: readonly Act[], told: readonly FrameRecord[]): boolean => {
    if (runs >= mostRuns) return false;
    runs++;
    const some = { ...plan, acts: [...acts] };
    const outcome = run({ ...options.runWith(), plan: some, fates: new ToldFates(told) });
    if (outcome.failure?.invariant !== failure.invariant) return false;
    best = { plan: some, told: [...told], outcome };
    return true;
  };
  // What is planned for later can have had no effect.
  let acts: readonly Act[] = plan.acts.filter(({ at }) => at <= failure.atMs);
  let told = options.told;
  if (!fails(acts, told)) return undefined;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const before = acts.length + told.length;
    const fixedTold = told;
    acts = least(acts, (some) => fails(some, fixedTold));
    const fixedActs = acts;
    told = least(told, (some) => fails(fixedActs, some));
    if (acts.length + told.length === before) break;
  }
  return best === undefined ? undefined : { ...best, runs };
}

/** A part of a list that still fails, and of which no one item can be left out: `ddmin`. */
export function least<T>(items: readonly T[], fails: (some: readonly T[]) => boolean): readonly T[] {
  let left = items;
  let size = Math.ceil(left.length / 2);
  while (size > 0 && left.length > 0) {
    let isShorter = false;
    for (let at = 0; at < left.length;) {
      const some = [...left.slice(0, at), ...left.slice(at + size)];
      if (fails(some)) {
        left = some;
        isShorter = true;
      } else {
        at += size;
      }
    }
    // Once more with parts as small, as long as that helps.
    if (size === 1 && !isShorter) break;
    size = size === 1 ? 1 : Math.ceil(size / 2);
  }
  return left;
}
