/** A deliberate defect in the territory of each invariant: some seed finds it, and it is that invariant which says so. */
import { describe, expect, test } from 'vitest';
import {
  coreSource,
  failureText,
  invariants,
  MODULE_NAMES,
  runSeed,
  shrink,
  type Failure,
  type Invariant,
  type Modules,
  type RunObserver,
} from '../../../host/simulation/index.js';
import { mutated, type Edit } from '../../support/mutated.js';
import { DEFECTS } from './defects.js';

const TIMEOUT_MS = 120_000;
const MOST_SEEDS = 150;

/** All hosts run this one. */
async function everywhere(edit: Edit): Promise<Modules> {
  const module = await WebAssembly.compile(await mutated(edit));
  return Object.fromEntries(MODULE_NAMES.map((name) => [name, module])) as unknown as Modules;
}

/** Of this invariant alone: the others may see the same defect sooner. */
function firstFailure(modules: Modules, invariant: string): { seed: number; failure: Failure } | undefined {
  const cores = coreSource(modules);
  for (let seed = 1; seed <= MOST_SEEDS; seed++) {
    const { failure } = runSeed(seed, { cores: cores(), ...only(invariant) });
    if (failure !== undefined) return { seed, failure };
  }
  return undefined;
}

function only(name: string): { invariants: Invariant[]; observers: RunObserver[] } {
  const { all, cookies } = invariants();
  return { invariants: all.filter((one) => one.name === name), observers: [cookies] };
}

describe('a core with one thing wrong is found out, by the invariant that it breaks', () => {
  test.for(DEFECTS)('$invariant: $what', { timeout: TIMEOUT_MS }, async ({ invariant, ...edit }) => {
    const found = firstFailure(await everywhere(edit), invariant);
    expect(found, `no seed of ${MOST_SEEDS}`).toBeDefined();
    console.log(`${invariant}: seed ${found?.seed}: ${found?.failure.message}`);
    expect(found?.failure.invariant).toBe(invariant);
  });

  test('there is one for each invariant', () => {
    const names = [...invariants().all.map(({ name }) => name), 'trap', 'promises', 'calls'];
    expect(new Set(DEFECTS.map(({ invariant }) => invariant))).toEqual(new Set(names));
  });
});

describe('a failure is shrunk', () => {
  test('to the few acts that it takes, and it still fails the same way', { timeout: TIMEOUT_MS }, async () => {
    const invariant = 'bytes';
    const defect = DEFECTS.find((one) => one.invariant === invariant);
    if (defect === undefined) throw new Error('there is no such defect');
    const modules = await everywhere(defect);
    const found = firstFailure(modules, invariant);
    if (found === undefined) throw new Error('it is not found');
    const cores = coreSource(modules);
    const { plan, told } = runSeed(found.seed, { cores: cores() });
    const short = shrink({ plan, told, failure: found.failure, runWith: () => ({ cores: cores() }) });
    expect(short?.outcome.failure?.invariant).toBe(invariant);
    // Somebody talks to somebody, and something is lost: hardly more.
    expect(short?.plan.acts.length).toBeLessThan(plan.acts.length / 3);
    const text = failureText(found.seed, found.failure, short?.plan ?? plan, short?.told ?? told);
    console.log(text);
    expect(text).toMatch(new RegExp(`^seed ${found.seed}: ${invariant} at h\\d+, after \\d+ ms: `));
  });
});
