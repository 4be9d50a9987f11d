/** A run is its seed's, and nobody's else: only so a failure can be shrunk, drawn, and seen again elsewhere. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  Coverage,
  coreSource,
  drawPlan,
  least,
  run,
  runSeed,
  Steps,
  type Outcome,
} from '../../../host/simulation/index.js';
import { ToldFates } from '../../../host/simulation/world/fate.js';
import { TraceRecorder } from '../../../host/trace/index.js';
import { cores, MODULES } from './modules.js';

const SEEDS = Array.from({ length: 40 }, (_, index) => 1 + index);
/** With no invariant that breaks, `failure` says nothing. */
const pathOf = ({ hash, frames, talks, ms }: Outcome): unknown => ({ hash, frames, talks, ms });

const expected = new Map(SEEDS.map((seed) => [seed, pathOf(runSeed(seed, { cores: cores() }))]));

test('a core that has served other runs does what a new one does', () => {
  for (const seed of SEEDS) {
    const fresh = coreSource(MODULES);
    expect(pathOf(runSeed(seed, { cores: fresh() })), `seed ${seed}`).toEqual(expected.get(seed));
  }
});

test('nobody who looks changes anything: not the invariants, which call `expire` in vain, nor who draws or writes', () => {
  for (const seed of SEEDS) {
    const unseen = runSeed(seed, { cores: cores(), invariants: [] });
    expect(pathOf(unseen), `seed ${seed}`).toEqual(expected.get(seed));
    const observers = [new Coverage(), new Steps()];
    const drawn = runSeed(seed, { cores: cores(), observers, recorder: new TraceRecorder() });
    expect(pathOf(drawn), `seed ${seed}`).toEqual(expected.get(seed));
  }
});

test('what befell frames by chance, told again, befalls them again', () => {
  for (const seed of SEEDS) {
    const { plan, told } = runSeed(seed, { cores: cores() });
    expect(plan).toEqual(drawPlan(seed));
    const again = run({ plan, fates: new ToldFates(told), cores: cores() });
    expect(pathOf(again), `seed ${seed}`).toEqual(expected.get(seed));
  }
});

test('no two seeds go the same way', () => {
  expect(new Set([...expected.values()].map((path) => JSON.stringify(path))).size).toBe(SEEDS.length);
});

test('of a list as much is left out as can be: what is needed stays, in order, and nothing else', () => {
  const lists = fc.uniqueArray(fc.integer(), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(lists, fc.array(fc.nat()), (items, picks) => {
      const needed = new Set(picks.map((pick) => items[pick % items.length]));
      const left = least(items, (some) => [...needed].every((one) => one !== undefined && some.includes(one)));
      expect(left).toEqual(items.filter((item) => needed.has(item)));
    }),
    { seed: 7 },
  );
});
