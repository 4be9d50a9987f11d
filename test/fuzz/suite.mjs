/** For `npm test`: the corpus as a regression, the same bytes in and out of the release build, and two minutes of search. */
import { availableParallelism } from 'node:os';
import { relative } from 'node:path';
import { ROOT } from '../../scripts/root.mjs';
import { fuzzerOf, obstacle } from './build.mjs';
import { hashes, search } from './fuzzer.mjs';
import { Progress, table } from './progress.mjs';
import { corpusOf, inputsIn, TARGETS } from './targets.mjs';

/** What is flashed, for what is searched. */
/** @type {Record<string, string>} */
const RELEASES = { debug: 'lan', 'debug-apps': 'lan-apps' };

/** @typedef {import('./targets.mjs').Target} Target */
/** @typedef {{ name: string, run: () => Promise<string> }} Check what is wrong; '': nothing */

/** What is violated, and how to see it; '': nothing. @param {import('./fuzzer.mjs').Outcome} outcome */
function wrongIn({ reason, crash }) {
  return crash === undefined ? reason : `${reason}; npm run fuzz -- --replay ${relative(ROOT, crash)}`;
}

/** @param {Target} target @returns {Check} */
function corpus(target) {
  const count = inputsIn(corpusOf(target.name)).length;
  return {
    name: `corpus of ${target.name}: ${count} inputs`,
    run: async () => {
      if (count === 0) return 'it is empty';
      return wrongIn(await search(target, await fuzzerOf(target.module), { seconds: 0 }));
    },
  };
}

/** @param {Target} target @param {string} name @returns {Check} */
function release(target, name) {
  return {
    name: `corpus of ${target.name}: ${name}.wasm does the same`,
    run: async () => {
      const files = inputsIn(corpusOf(target.name));
      const [debug, flashed] = [await fuzzerOf(target.module), await fuzzerOf(name)];
      const [wanted, got] = [await hashes(target, debug, files), await hashes(target, flashed, files)];
      if (wanted.hashes.length !== files.length || got.code !== 0) return `${name}.wasm does not run it to its end`;
      return files.find((_, index) => wanted.hashes[index] !== got.hashes[index]) ?? '';
    },
  };
}

/** @param {Target} target */
function modulesOf({ module }) {
  const name = RELEASES[module];
  return name === undefined ? [module] : [module, name];
}

/** @param {Target} target */
function checksOf(target) {
  const name = RELEASES[target.module];
  return name === undefined ? [corpus(target)] : [corpus(target), release(target, name)];
}

/** @returns {Promise<import('../../scripts/suites/report.mjs').Counts>} */
export async function fuzz() {
  const reason = obstacle();
  if (reason !== undefined) return { passed: 0, failed: 0, skipped: [{ name: 'fuzzing', reason }] };
  for (const module of new Set(TARGETS.flatMap(modulesOf))) {
    await fuzzerOf(module);
  }
  const counts = { passed: 0, failed: 0, skipped: [] };
  const note = (/** @type {string} */ name, /** @type {string} */ wrong) => {
    console.error(`  ${wrong === '' ? 'passed' : 'FAILED'}  ${name}${wrong === '' ? '' : `: ${wrong}`}`);
    counts[wrong === '' ? 'passed' : 'failed'] += 1;
  };
  for (const { name, run } of TARGETS.flatMap(checksOf)) note(name, await run());

  const progress = new Progress(process.stderr);
  const waiting = [...TARGETS];
  /** @type {[Target, import('./fuzzer.mjs').Outcome][]} */
  const outcomes = [];
  const work = async () => {
    for (let target = waiting.shift(); target !== undefined; target = waiting.shift()) {
      const { name, module, share: seconds } = target;
      const onFigures = (/** @type {import('./fuzzer.mjs').Figures} */ figures) => progress.tell(name, figures);
      outcomes.push([target, await search(target, await fuzzerOf(module), { seconds, onFigures })]);
    }
  };
  await Promise.all(Array.from({ length: Math.min(TARGETS.length, availableParallelism()) }, work));
  progress.end();
  for (const [{ name }, outcome] of outcomes) {
    const { executions, seconds } = outcome;
    note(`search of ${name}: ${executions} executions in ${Math.round(seconds)} s`, wrongIn(outcome));
  }
  console.error(table(outcomes));
  return counts;
}
