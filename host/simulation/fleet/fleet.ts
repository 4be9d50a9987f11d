/** Several threads that share the seeds between them. */
import { Worker } from 'node:worker_threads';
import type { Modules } from '../cores.js';
import { FleetError } from '../errors.js';
import { addTally, emptyTally, type Seeds, type Tally } from './search.js';
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
  /** Told whenever there is news. */
  progress: (sum: Tally) => void;
}

/** Gives the sum over all seeds that were run. @throws FleetError: a thread has ended by what is no violation */
export async function sail({ modules, seeds, jobs, untilMs, mostFailures, progress }: Fleet): Promise<Tally> {
  const sum = emptyTally();
  const workers = Array.from({ length: jobs }, (_, nth) => {
    const own = { ...seeds, from: seeds.from + nth * seeds.step, step: seeds.step * jobs };
    const workerData: Share = { modules, seeds: own, untilMs: untilMs ?? Infinity };
    return new Worker(new URL('./worker.js', import.meta.url), { workerData });
  });
  let isEnough = false;
  const ends = workers.map(
    (worker) =>
      new Promise<void>((resolve, reject) => {
        worker.on('message', (tally: Tally) => {
          addTally(sum, tally);
          progress(sum);
          isEnough ||= sum.failures.length >= mostFailures;
          if (isEnough) for (const one of workers) void one.terminate();
        });
        worker.on('error', (cause) =>
          reject(new FleetError(`a run ended by a fault of the simulation: ${cause.message}`, { cause })),
        );
        worker.on('exit', () => resolve());
      }),
  );
  await Promise.all(ends).finally(() => workers.map((worker) => void worker.terminate()));
  sum.failures.sort((a, b) => a.seed - b.seed);
  return sum;
}
