/** How long a process stood in line for a CPU: what a busy machine adds to any time that is measured on it. */

import { readdirSync, readFileSync } from 'node:fs';

const NS_PER_MS = 1_000_000;

/** ms that each thread of a process was ready to run and did not, so far. Linux: Documentation/scheduler/sched-stats.rst. */
function waitedMs(pid: number): Map<string, number> {
  const threads = `/proc/${pid}/task`;
  return new Map(
    readdirSync(threads).map((thread) => {
      const [, delay] = readFileSync(`${threads}/${thread}/schedstat`, 'utf8').split(' ');
      return [thread, Number(delay) / NS_PER_MS];
    }),
  );
}

/** Begins to count; gives what asks how long the thread that waited longest has waited: never more than the time that has passed. */
export function standingInLine(pid: number): () => number {
  const before = waitedMs(pid);
  return () => Math.max(...[...waitedMs(pid)].map(([thread, ms]) => ms - (before.get(thread) ?? 0)));
}
