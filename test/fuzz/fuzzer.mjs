/** libFuzzer's programs, run: over a corpus, on a search, on one input. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { corpusOf, CRASHES, DICTIONARY, foundOf } from './targets.mjs';

/**
 * @typedef {import('./targets.mjs').Target} Target
 * @typedef {{ executions: number, perSecond: number, edges: number, edgesThere: number }} Figures
 * @typedef {Figures & { crash?: string, reason: string, seconds: number }} Outcome
 */

/** One execution that takes longer does not end. */
const TIMEOUT_S = 10;
/** So long a crash is made smaller. */
const MINIMISE_S = 20;

/**
 * Runs a program, with each line of what it says as it comes.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @param {(line: string) => void} onLine
 * @returns {Promise<number>} its exit code
 */
export function runFuzzer(program, args, env, onLine) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) {
      let rest = '';
      stream.setEncoding('latin1').on('data', (/** @type {string} */ text) => {
        const lines = (rest + text).split('\n');
        rest = lines.pop() ?? '';
        lines.forEach(onLine);
      });
    }
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}

/**
 * What of libFuzzer's lines is worth knowing, gathered.
 *
 * @param {(figures: Figures) => void} onFigures
 */
function reader(onFigures) {
  /** @type {Figures & { reason: string }} */
  const known = { executions: 0, perSecond: 0, edges: 0, edgesThere: 0, reason: '' };
  const read = (/** @type {string} */ line) => {
    const there = /^INFO: Loaded 1 modules\s+\((\d+) inline/.exec(line);
    if (there !== null) known.edgesThere = Number(there[1]);
    const said = /^firmshake: (.*)/.exec(line) ?? /^==\d+== (ERROR: libFuzzer: .*)/.exec(line);
    if (said !== null && known.reason === '') known.reason = said[1] ?? '';
    const pulse = /^#(\d+)\s.*\bcov: (\d+).*\bexec\/s: (\d+)/.exec(line);
    if (pulse === null) return;
    const [, executions, edges, perSecond] = pulse.map(Number);
    Object.assign(known, { executions, edges, perSecond });
    onFigures(known);
  };
  return { known, read };
}

/**
 * Runs inputs of a target, then searches from there for so long; 0: not at all.
 *
 * @param {Target} target
 * @param {string} program
 * @param {{ seconds: number, onFigures?: (figures: Figures) => void, isKept?: boolean }} search isKept: what is found is
 *   kept for the next search, and a crash made small and kept
 * @returns {Promise<Outcome>}
 */
export async function search(target, program, { seconds, onFigures = () => undefined, isKept = true }) {
  const started = Date.now();
  const artifacts = mkdtempSync(join(tmpdir(), 'firmshake-fuzz-'));
  const { known, read } = reader(onFigures);
  const found = isKept ? foundOf(target.name) : join(artifacts, 'found');
  mkdirSync(found, { recursive: true });
  const folders = [...(seconds > 0 ? [found] : []), corpusOf(target.name)].filter((folder) => existsSync(folder));
  const limits = seconds > 0 ? [`-max_total_time=${seconds}`] : ['-runs=0'];
  const code = await runFuzzer(
    program,
    [
      ...limits,
      `-max_len=${target.mostBytes}`,
      `-dict=${DICTIONARY}`,
      `-artifact_prefix=${artifacts}/crash-`,
      `-timeout=${TIMEOUT_S}`,
      '-reload=0',
      ...folders,
    ],
    { FUZZ_TARGET: target.harness },
    read,
  );
  const elapsed = (Date.now() - started) / 1000;
  const artifact = readdirSync(artifacts).find((name) => name.startsWith('crash-'));
  const crash =
    artifact === undefined || !isKept ? undefined : await keepCrash(target, program, join(artifacts, artifact));
  rmSync(artifacts, { recursive: true });
  const perSecond = seconds > 0 ? Math.round(known.executions / elapsed) : 0;
  const reason = code === 0 ? '' : known.reason || `exit code ${code}`;
  return { ...known, perSecond, reason, seconds: elapsed, ...(crash === undefined ? {} : { crash }) };
}

/**
 * Makes a crash smaller while it stays one, and keeps it.
 *
 * @param {Target} target
 * @param {string} program
 * @param {string} artifact
 */
async function keepCrash(target, program, artifact) {
  const small = `${artifact}.small`;
  const args = ['-minimize_crash=1', `-max_total_time=${MINIMISE_S}`, `-exact_artifact_path=${small}`, artifact];
  await runFuzzer(program, args, { FUZZ_TARGET: target.harness }, () => undefined);
  const smallest = existsSync(small) ? small : artifact;
  mkdirSync(CRASHES, { recursive: true });
  const hash = createHash('sha1').update(readFileSync(smallest)).digest('hex').slice(0, 12);
  const kept = join(CRASHES, `${target.name}-${hash}`);
  copyFileSync(smallest, kept);
  return kept;
}

/**
 * One input, every step of it in words. Gives the lines, and what was violated; '': nothing.
 *
 * @param {Target} target
 * @param {string} program
 * @param {string} file
 */
export async function replay(target, program, file) {
  /** @type {string[]} */
  const steps = [];
  let reason = '';
  const read = (/** @type {string} */ line) => {
    const said = /^firmshake: (.*)/.exec(line);
    if (said !== null) reason = said[1] ?? '';
    else if (/^ *\d+ ms {2}/.test(line)) steps.push(line);
  };
  const code = await runFuzzer(program, [file], { FUZZ_TARGET: target.harness, FUZZ_TALK: '1' }, read);
  return { steps, reason: code === 0 ? '' : reason || `exit code ${code}` };
}

/**
 * What a program makes of inputs: a hash of all results and frames for each.
 *
 * @param {Target} target
 * @param {string} program
 * @param {string[]} files
 */
export async function hashes(target, program, files) {
  /** @type {string[]} */
  const all = [];
  const read = (/** @type {string} */ line) => {
    const said = /^hash ([0-9a-f]{16})/.exec(line);
    if (said !== null) all.push(said[1] ?? '');
  };
  const code = await runFuzzer(program, files, { FUZZ_TARGET: target.harness, FUZZ_HASH: '1' }, read);
  return { code, hashes: all };
}

/**
 * Puts the least inputs that reach all that found ones reach into the corpus.
 *
 * @param {Target} target
 * @param {string} program
 */
export async function merge(target, program) {
  const old = corpusOf(target.name);
  const fresh = mkdtempSync(join(tmpdir(), 'firmshake-merge-'));
  const folders = [fresh, old, foundOf(target.name)].filter((folder) => existsSync(folder));
  await runFuzzer(program, ['-set_cover_merge=1', ...folders], { FUZZ_TARGET: target.harness }, () => undefined);
  rmSync(old, { recursive: true, force: true });
  mkdirSync(old, { recursive: true });
  for (const name of readdirSync(fresh)) copyFileSync(join(fresh, name), join(old, name.slice(0, 16)));
  rmSync(fresh, { recursive: true });
}
