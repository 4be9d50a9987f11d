/** Several threads that share the seeds between them. */
import { Worker } from 'node:worker_threads';
import type { Modules } from '../cores.js';
import { FleetError } from '../errors.js';
import type { Failure } from '../run.js';
import { addTally, emptyTally, type Seeds, type Tally } from './search.js';
import { Watchdog } from './watchdog.js';
import type { Share } from './worker.js';

export interface Fleet {
  modules: Modules;
  seeds: Seeds;
  /** How many threads. */
  jobs: number;
  /** `Date.now()` after which no seed is begun. Default: never. */
  untilMs?: number;
  /** Stop at so many failures: what is wrong once is wrong often. */
  mostFailures: number;
  /** How long a seed may take, in ms of the real clock: one that takes longer does not end. Default: a minute. */
  endlessMs?: number;
  /** Told whenever there is news. */
  progress: (sum: Tally) => void;
}

/** What is broken by a run that does not end: no test can be made of it, since it would not end either. */
export const ENDLESS = 'endless';
/** A seed takes a second at most. */
const ENDLESS_MS = 60_000;

/** Gives the sum over all seeds that were run. @throws FleetError: a thread has ended by what is no violation */
export async function sail(fleet: Fleet): Promise<Tally> {
  const { jobs, mostFailures, progress } = fleet;
  const sum = emptyTally();
  const workers: Worker[] = [];
  let isEnough = false;
  const news = (tally: Tally): void => {
    addTally(sum, tally);
    progress(sum);
    isEnough ||= sum.failures.length >= mostFailures;
    if (isEnough) for (const one of workers) void one.terminate();
  };
  const ends = Array.from({ length: jobs }, (_, nth) => {
    const { worker, end } = launch(fleet, nth, news);
    workers.push(worker);
    return end;
  });
  await Promise.all(ends).finally(() => workers.map((worker) => void worker.terminate()));
  sum.failures.sort((a, b) => a.seed - b.seed);
  return sum;
}

/** One thread with its share; its end. */
function launch(fleet: Fleet, nth: number, news: (tally: Tally) => void): { worker: Worker; end: Promise<void> } {
  const { modules, seeds, jobs, untilMs = Infinity, endlessMs = ENDLESS_MS } = fleet;
  const own = { ...seeds, from: seeds.from + nth * seeds.step, step: seeds.step * jobs };
  const watchdog = new Watchdog(endlessMs, (seed) => {
    watchdog.stop();
    void worker.terminate();
    news({ ...emptyTally(), seeds: 1, failures: [{ seed, failure: endless() }] });
  });
  const workerData: Share = { modules, seeds: own, untilMs, current: watchdog.current };
  const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData });
  const end = new Promise<void>((resolve, reject) => {
    worker.on('message', news);
    worker.on('error', (cause) =>
      reject(new FleetError(`a run ended by a fault of the simulation: ${cause.message}`, { cause })),
    );
    worker.on('exit', () => resolve());
  }).finally(() => watchdog.stop());
  return { worker, end };
}

/** What can be said of a run that nobody has come back from. */
function endless(): Failure {
  return { invariant: ENDLESS, message: 'the run does not end', host: undefined, atMs: NaN };
}
