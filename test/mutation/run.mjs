/**
 * `npm run mutants [-- --count N] [--seed N]`: how many small changes of assembly/tcp/ the tests notice. Each is made in a copy of
 * the repository, where the specs and then the scenes run until one fails. Half a minute for each that is caught, two for one that
 * is not.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { filesBelow } from '../../scripts/fresh.mjs';
import { ROOT } from '../../scripts/root.mjs';
import { inTurn, mutantsOf } from './mutants.mjs';
import { isSame } from './same.mjs';

/** @typedef {import('./mutants.mjs').Mutant} Mutant */
/** @typedef {'caught' | 'survived' | 'does not compile'} Fate */

const FOLDER = 'assembly/tcp';
/** The modules that the scenes load, built without much ado: what is tested is the source. */
const TARGETS = ['lan', 'tiny', 'lan-apps', 'conformance', 'debug', 'debug-apps'];
const QUICK = ['--optimizeLevel', '1', '--shrinkLevel', '0', '--textFile', ''];
const SCENES = ['test/simulation', 'test/conformance', 'test/attacks', 'test/host/net'];
/** Whatever takes longer does not end, and that is noticed. */
const LIMIT_MS = 400_000;

/** A copy of what is here, built or not, to be changed. */
function copyTree() {
  const folder = mkdtempSync(join(tmpdir(), 'firmshake-mutants-'));
  const names = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], { cwd: ROOT, encoding: 'utf8' });
  for (const name of names.split('\0').filter(Boolean)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    cpSync(join(ROOT, name), join(folder, name));
  }
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  mkdirSync(join(folder, 'build'));
  cpSync(join(ROOT, 'build/host'), join(folder, 'build/host'), { recursive: true });
  for (const file of filesBelow('build').filter((name) => /build\/[\w-]+\.wasm$/.test(name))) {
    cpSync(file, join(folder, 'build', file.split('/').at(-1) ?? ''));
  }
  return folder;
}

/**
 * Does a command end well, and in time?
 *
 * @param {string} folder
 * @param {string[]} args of Node
 * @returns {Promise<boolean>}
 */
async function isWell(folder, args) {
  const child = spawn(process.execPath, args, { cwd: folder, stdio: 'ignore', detached: true });
  const timer = setTimeout(() => child.pid !== undefined && process.kill(-child.pid, 'SIGKILL'), LIMIT_MS);
  const code = await new Promise((resolve) => child.on('close', resolve).on('error', () => resolve(-1)));
  clearTimeout(timer);
  return code === 0;
}

/** @param {string} folder @param {string[]} targets */
async function compiles(folder, targets) {
  const compiler = ['node_modules/assemblyscript/bin/asc.js', 'assembly/index.ts'];
  for (const target of targets) if (!(await isWell(folder, [...compiler, '--target', target, ...QUICK]))) return false;
  return true;
}

/**
 * What the tests say of the sources in a copy.
 *
 * @param {string} folder
 * @returns {Promise<Fate>}
 */
async function verdict(folder) {
  const [first = '', ...others] = TARGETS;
  if (!(await compiles(folder, [first]))) return 'does not compile';
  if (!(await isWell(folder, ['node_modules/@as-pect/cli/bin/asp.js', '--no-logo']))) return 'caught';
  if (!(await compiles(folder, others))) return 'does not compile';
  const scenes = SCENES.filter((name) => filesBelow(name).length > 0);
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'host', '--bail', '1', ...scenes];
  // These change the sources themselves, and would take our change for a fault of theirs.
  vitest.push('--exclude', 'test/simulation/seeds/**');
  return (await isWell(folder, vitest)) ? 'survived' : 'caught';
}

/** @param {string} folder @param {Mutant} mutant */
async function fateOf(folder, mutant) {
  const file = join(folder, mutant.file);
  const source = readFileSync(file, 'utf8');
  writeFileSync(file, source.slice(0, mutant.start) + mutant.text + source.slice(mutant.end));
  const fate = await verdict(folder);
  writeFileSync(file, source);
  return fate;
}

/** @param {Mutant} mutant */
function textOf({ file, line, was, text, kind }) {
  const short = (/** @type {string} */ code) => code.replace(/\s+/g, ' ').slice(0, 70);
  return `${file}:${line}  ${kind}: ${short(was)}${kind === 'statement left out' ? '' : `  →  ${short(text)}`}`;
}

const { values } = parseArgs({
  options: { count: { type: 'string', default: '60' }, seed: { type: 'string', default: '1' } },
});
const wanted = Number(values.count);
let same = 0;
const order = inTurn(
  filesBelow(FOLDER).flatMap((path) => {
    const name = path.slice(ROOT.length).replace(/^\//, '');
    const source = readFileSync(path, 'utf8');
    const all = mutantsOf(name, source);
    const seen = all.filter((mutant) => !isSame(mutant, source));
    same += all.length - seen.length;
    return seen;
  }),
  Number(values.seed),
);
console.log(`${order.length} changes can be made to ${FOLDER}; ${wanted} are`);
console.log(`${same} more would change nothing: test/mutation/same.mjs says why`);

let begun = 0;
/** @type {{ mutant: Mutant, fate: Fate }[]} */
const results = [];
const counted = () => results.filter(({ fate }) => fate !== 'does not compile');

async function work() {
  const folder = copyTree();
  try {
    if ((await verdict(folder)) !== 'survived') throw new Error('the tests fail without any change: mend that first');
    // One that does not compile is no change that anyone could make: another takes its place.
    while (counted().length + begun < wanted && order.length > 0) {
      const mutant = /** @type {Mutant} */ (order.shift());
      begun++;
      const fate = await fateOf(folder, mutant);
      begun--;
      results.push({ mutant, fate });
      console.log(`${String(counted().length).padStart(4)}  ${fate.padEnd(16)}  ${textOf(mutant)}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, work));
const survivors = results.filter(({ fate }) => fate === 'survived');
const all = counted().length;
console.log(`\n${all - survivors.length} of ${all} caught (${((1 - survivors.length / all) * 100).toFixed(1)} %)`);
for (const { mutant } of survivors) console.log(`survived: ${textOf(mutant)}`);
