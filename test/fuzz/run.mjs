/**
 * `npm run fuzz [-- --target T] [--minutes M]`: searches the debug build for a frame, a call or a time after which
 * something does not hold. `--replay FILE`: what an input does, in words. `--merge`: into the corpus with what was found.
 */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, dirname, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../../scripts/root.mjs';
import { fuzzerOf, obstacle } from './build.mjs';
import { merge, replay, search } from './fuzzer.mjs';
import { Progress, table } from './progress.mjs';
import { corpusOf, inputsIn, TARGETS } from './targets.mjs';

const NAMES = TARGETS.map(({ name }) => name).join(', ');
const OPTIONS = /** @type {const} */ ({
  target: { type: 'string' },
  minutes: { type: 'string' },
  replay: { type: 'string' },
  merge: { type: 'boolean' },
});
const DEFAULT_MINUTES = 2;
const MOST_MINUTES = 1440;

class UsageError extends Error {}

function readArguments() {
  try {
    return parseArgs({ options: OPTIONS, strict: true, allowPositionals: false }).values;
  } catch (error) {
    const allowed = Object.keys(OPTIONS).map((name) => `--${name}`);
    const [reason = ''] = /** @type {Error} */ (error).message.split(/[.\n]/);
    throw new UsageError(`${reason}; allowed: ${allowed.join(' ')}`);
  }
}

/** @param {string | undefined} name */
function targetsOf(name) {
  const targets = name === undefined ? TARGETS : TARGETS.filter((target) => target.name === name);
  if (targets.length === 0) throw new UsageError(`--target ${name}: allowed are ${NAMES}`);
  return targets;
}

/** @param {string | undefined} text */
function minutesOf(text) {
  const minutes = text === undefined ? DEFAULT_MINUTES : Number(text);
  if (minutes > 0 && minutes <= MOST_MINUTES) return minutes;
  throw new UsageError(`--minutes ${text}: a number above 0, up to ${MOST_MINUTES}, is allowed`);
}

/**
 * The target of an input, by its name or its folder's.
 *
 * @param {string} file
 * @param {string | undefined} name
 */
function targetOf(file, name) {
  if (!existsSync(file)) throw new UsageError(`--replay ${file}: there is no such file`);
  if (name !== undefined) return targetsOf(name)[0];
  const words = [basename(file).split('-')[0], basename(dirname(file))];
  const target = TARGETS.find((each) => words.includes(each.name));
  if (target === undefined) throw new UsageError(`--replay ${file}: which --target is it for? There are ${NAMES}`);
  return target;
}

/** @param {string} file @param {string | undefined} name */
async function replayFile(file, name) {
  const target = /** @type {import('./targets.mjs').Target} */ (targetOf(file, name));
  const { steps, reason } = await replay(target, await fuzzerOf(target.module), file);
  console.log(steps.join('\n'));
  console.log(reason === '' ? 'all holds' : `VIOLATED: ${reason}`);
  return reason === '' ? 0 : 1;
}

/** @param {import('./targets.mjs').Target[]} targets @param {number} minutes */
async function searchAll(targets, minutes) {
  const progress = new Progress(process.stderr);
  const seconds = Math.max(1, Math.round(minutes * 60));
  const waiting = [...targets];
  /** @type {[import('./targets.mjs').Target, import('./fuzzer.mjs').Outcome][]} */
  const outcomes = [];
  const work = async () => {
    for (let target = waiting.shift(); target !== undefined; target = waiting.shift()) {
      const { name, module } = target;
      const program = await fuzzerOf(module);
      const outcome = await search(target, program, { seconds, onFigures: (figures) => progress.tell(name, figures) });
      outcomes.push([target, outcome]);
    }
  };
  // Built one after the other: two targets can be of one module.
  for (const { module } of targets) await fuzzerOf(module);
  await Promise.all(Array.from({ length: Math.min(targets.length, availableParallelism()) }, work));
  progress.end();
  console.log(table(outcomes));
  for (const [, { crash, reason }] of outcomes) {
    if (reason !== '') console.log(`\nVIOLATED: ${reason}`);
    if (crash !== undefined) console.log(`npm run fuzz -- --replay ${relative(ROOT, crash)}`);
  }
  return outcomes.some(([, { reason }]) => reason !== '') ? 1 : 0;
}

/** @param {import('./targets.mjs').Target[]} targets */
async function mergeAll(targets) {
  for (const target of targets) {
    await merge(target, await fuzzerOf(target.module));
    console.log(`${target.name}: ${inputsIn(corpusOf(target.name)).length} inputs`);
  }
  return 0;
}

async function main() {
  const given = readArguments();
  const targets = targetsOf(given.target);
  const minutes = minutesOf(given.minutes);
  const reason = obstacle();
  if (reason !== undefined) throw new UsageError(reason);
  if (given.replay !== undefined) return await replayFile(given.replay, given.target);
  return given.merge === true ? await mergeAll(targets) : await searchAll(targets, minutes);
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`fuzz: ${error.message}`);
  process.exitCode = 2;
}
