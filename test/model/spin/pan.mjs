/** Runs spin on the model in a temporary folder: spin makes C of it, cc a program, and that searches all states. */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const PROMELA = new URL('../promela/', import.meta.url);
const MAIN = 'handshake.pml';
/** Deeper than any path of the model. */
const DEPTH = 1_000_000;
const MEMORY_MB = 2048;

/**
 * A rule with another guard or effect; without either it is gone.
 *
 * @typedef {{ rule: string, guard?: string, effect?: string }} Edit
 */

/**
 * @typedef {object} Question
 * @property {Record<string, number | string>} [defines] what parameters.pml lets one set
 * @property {readonly Edit[]} [edits] the mutant
 * @property {boolean} [isLong] so many states that optimizing pays: the compiler takes seconds for it
 * @property {boolean} [shortest] a shortest counter-example (breadth first: slower, and not for large searches)
 */

/**
 * @typedef {object} Answer
 * @property {string | undefined} violated the property; undefined: all hold in all states
 * @property {number} states that were explored
 * @property {number} transitions
 * @property {number} seconds of the search itself
 * @property {string[]} trail what happened on the way to the violation, a line an event
 */

const execute = promisify(execFile);

/**
 * @param {Question} question
 * @returns {Promise<Answer>}
 */
export async function ask({ defines = {}, edits = [], isLong = false, shortest = false }) {
  const folder = await mkdtemp(join(tmpdir(), 'firmshake-model-'));
  try {
    await cp(PROMELA, folder, { recursive: true });
    for (const edit of edits) await apply(edit, folder);
    const set = Object.entries(defines).map(([name, value]) => `-D${name}=${value}`);
    await run('spin', [...set, '-a', MAIN], folder);
    const search = ['-DSAFETY', `-DMEMLIM=${MEMORY_MB}`, ...(shortest ? ['-DBFS'] : [])];
    await run('cc', ['-w', isLong ? '-O2' : '-O0', ...search, '-o', 'pan', 'pan.c'], folder);
    // States without an end are many: the world may always stop. Hence -E.
    const report = await run('./pan', ['-E', '-n', `-m${DEPTH}`], folder);
    const trail = await trailIn(folder);
    return { ...read(report), trail, violated: violatedIn(trail, report) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {string} cwd
 */
async function run(command, args, cwd) {
  const { stdout } = await execute(command, args, { cwd, maxBuffer: 1 << 28 });
  return stdout;
}

/**
 * @param {Edit} edit
 * @param {string} folder
 */
async function apply({ rule, guard, effect }, folder) {
  const rules = join(folder, 'rules');
  for (const name of await readdir(rules)) {
    const file = join(rules, name);
    const text = await readFile(file, 'utf8');
    const line = text.split('\n').find((candidate) => candidate.startsWith(`RULE(${rule}, `));
    if (line === undefined) continue;
    // No guard has a comma.
    const [, oldGuard = '', oldEffect = ''] = /^RULE\(\w+, ([^,]*), (.*)\)$/.exec(line) ?? [];
    const isGone = guard === undefined && effect === undefined;
    const edited = isGone ? '' : `RULE(${rule}, ${guard ?? oldGuard}, ${effect ?? oldEffect})`;
    await writeFile(file, text.replace(line, edited));
    return;
  }
  throw new RangeError(`the model has no rule ${rule}`);
}

/** @param {string} folder */
async function trailIn(folder) {
  const name = (await readdir(folder)).find((file) => file.endsWith('.trail'));
  if (name === undefined) return [];
  const lines = (await run('./pan', ['-r', name, '-n'], folder)).split('\n');
  return lines.filter((line) => /^(call|say|send|arrive|rule|becomes|now|heals|time passes|violated)\b/.test(line));
}

/**
 * @param {string[]} trail
 * @param {string} report
 */
function violatedIn(trail, report) {
  const violated = trail.at(-1)?.replace(/^violated /, '');
  // Out of memory or depth: what was not seen may be wrong.
  const isIncomplete = /max search depth too small|out of memory|error:/.test(report);
  if (violated === undefined && (isIncomplete || !report.includes('errors: 0'))) {
    throw new Error(`spin has not searched to the end:\n${report}`);
  }
  return violated;
}

/** @param {string} report */
function read(report) {
  const number = (/** @type {RegExp} */ pattern) => Number(pattern.exec(report)?.[1] ?? NaN);
  return {
    states: number(/^\s*(\d+) states, stored/m),
    transitions: number(/^\s*(\d+) transitions/m),
    seconds: number(/elapsed time ([\d.e-]+) seconds/),
  };
}
