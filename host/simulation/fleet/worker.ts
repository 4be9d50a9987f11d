/** A thread of a fleet: runs its share of the seeds, and tells of them now and then. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Modules } from '../cores.js';
import { addTally, emptyTally, search, type Seeds, type Tally } from './search.js';

/** How often. */
const TELL_MS = 200;

/** What a worker is given. */
export interface Share {
  modules: Modules;
  seeds: Seeds;
  /** `Date.now()` after which no seed is begun. */
  untilMs: number;
  /** Of its watchdog. */
  current: SharedArrayBuffer;
}

const { modules, seeds, untilMs, current } = workerData as Share;
const at = new Uint32Array(current);
const begins = (seed: number): void => {
  Atomics.store(at, 0, seed);
  Atomics.add(at, 1, 1);
};
let sum: Tally = emptyTally();
let toldMs = Date.now();
for (const tally of search(modules, seeds, begins)) {
  addTally(sum, tally);
  const now = Date.now();
  if (now - toldMs >= TELL_MS || tally.failures.length > 0) {
    parentPort?.postMessage(sum);
    sum = emptyTally();
    toldMs = now;
  }
  if (now >= untilMs) break;
}
parentPort?.postMessage(sum);
