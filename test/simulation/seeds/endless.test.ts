/** A core that does not come back is found out, too, though nothing in its own thread can say so. */
import { expect, test } from 'vitest';
import { MODULE_NAMES, type Modules } from '../../../host/simulation/index.js';
import { mutated } from '../../support/mutated.js';

// As it was built: a thread runs a file.
const BUILT = new URL('../../../build/host/simulation/index.js', import.meta.url).href;

test('a run that does not end is a failure of its seed, and the other threads go on', { timeout: 60_000 }, async () => {
  const { sail } = (await import(BUILT)) as typeof import('../../../host/simulation/index.js');
  // The guard that has ended is ended again and again.
  const edit = { file: 'tcp/timeouts/time-wait.ts', from: '    entry = oldestTimeWait();', to: '' };
  const module = await WebAssembly.compile(await mutated(edit));
  const modules = Object.fromEntries(MODULE_NAMES.map((name) => [name, module])) as unknown as Modules;
  const seeds = { from: 1, to: 4, step: 1 };
  const sum = await sail({ modules, seeds, jobs: 2, mostFailures: 10, endlessMs: 2000, progress: () => undefined });
  expect(sum.failures.length).toBeGreaterThan(0);
  expect(new Set(sum.failures.map(({ failure }) => failure.invariant))).toEqual(new Set(['endless']));
});
