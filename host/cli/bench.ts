import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isRight, runBench, type BenchResult } from '../bench/bench.js';
import { nodePeer } from '../bench/node-peer.js';
import { tableOf } from '../bench/table.js';
import { TRIALS, USUAL, type Trial } from '../bench/trials.js';
import { parseAddress } from '../core/index.js';
import type { Command } from './command.js';
import { print, printJson } from './output.js';
import { oneOf, UsageError, type Given, type OptionTable } from './usage.js';

const NAMES = TRIALS.map(({ id }) => id);
const ON = ['node', 'wamr', 'rv32', 'xtensa'] as const;
/** The board of `firmshake lan`. */
const OWN = '10.73.0.2';
const MAIN = fileURLToPath(new URL('./demo/real-main.js', import.meta.url));

const OPTIONS: OptionTable = {
  peer: {
    type: 'string',
    value: 'NAME',
    help: 'node: this machine (default). An Espruino board: npm run lab, the bench page',
  },
  address: {
    type: 'string',
    value: 'ADDRESS',
    help: 'a board on a LAN of yours (default: one that is started for it)',
  },
  on: { type: 'string', value: 'WHAT', help: 'where that one runs: node (default), wamr, rv32 or xtensa' },
  trial: { type: 'string', multiple: true, value: 'NAME', help: `${USUAL.join(', ')}: may be repeated` },
  output: { type: 'string', value: 'FILE', help: 'the result as JSON, into a file' },
  json: { type: 'boolean', help: 'the result as JSON, instead of the table' },
};

function trialsOf(given: Given): Trial[] {
  const names = given.list('trial').map((name) => oneOf('trial', name, NAMES));
  const wanted = names.length === 0 ? USUAL : names;
  if (wanted.includes('vanish'))
    throw new UsageError('--trial vanish: a board that starts anew does that; Node cannot');
  return TRIALS.filter(({ id }) => wanted.includes(id));
}

function addressOf(given: Given): string | undefined {
  const text = given.text('address');
  if (text === undefined) return undefined;
  try {
    parseAddress(text);
  } catch {
    throw new UsageError(`--address ${text}: an IPv4 address is four numbers`);
  }
  if (given.text('on') !== undefined) throw new UsageError('--on: without --address, where the board is started');
  return text;
}

async function measure(host: string, trials: readonly Trial[]): Promise<BenchResult> {
  const stop = new AbortController();
  const end = (): void => stop.abort();
  process.once('SIGINT', end);
  let shown = '';
  try {
    return await runBench(await nodePeer(), {
      host,
      trials,
      signal: stop.signal,
      onChange: ({ trials: made }) => {
        const last = made.at(-1);
        // A line for each: it is over in seconds.
        if (last?.wrong === undefined || last.id === shown) return;
        shown = last.id;
        process.stderr.write(`${last.title}: ${last.wrong === '' ? 'right' : last.wrong}\n`);
      },
    });
  } finally {
    process.removeListener('SIGINT', end);
  }
}

/** On a LAN of its own, where this command is run again, as the kernel's neighbour of a board. */
async function onOwnLan(on: string, trials: readonly Trial[]): Promise<BenchResult> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'firmshake-bench-'));
  const file = path.join(folder, 'result.json');
  try {
    const inner = [MAIN, 'bench', '--address', OWN, '--output', file, ...trials.flatMap(({ id }) => ['--trial', id])];
    const args = [MAIN, 'lan', '--on', on, '--', process.execPath, ...inner];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', resolve);
    });
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text === undefined) throw new UsageError(`the LAN did not come to be (exit code ${code}); its reason is above`);
    return JSON.parse(text) as BenchResult;
  } finally {
    await rm(folder, { recursive: true });
  }
}

export const bench: Command = {
  name: 'bench',
  summary: 'Interoperability trials: another TCP connects to a board, many times, and compares every byte.',
  synopsis: '[--peer node] [--address ADDRESS | --on WHAT] [OPTIONS]',
  options: OPTIONS,
  examples: [
    'firmshake bench                                           # a core in Node, and the kernel of this machine',
    'firmshake bench --on rv32                                 # firmware in QEMU',
    'firmshake bench --address 192.168.1.50 --json             # a board of yours, with the apps linked in',
    'firmshake bench --trial many --output result.json',
  ],
  run: async (given) => {
    oneOf('peer', given.text('peer') ?? 'node', ['node']);
    const trials = trialsOf(given);
    const address = addressOf(given);
    const on = oneOf('on', given.text('on') ?? 'node', ON);
    const file = given.text('output');
    const result = address === undefined ? await onOwnLan(on, trials) : await measure(address, trials);
    if (file !== undefined) await writeFile(file, `${JSON.stringify(result, null, 2)}\n`);
    if (given.flag('json')) printJson(result);
    else print(tableOf(result));
    return isRight(result) ? 0 : 1;
  },
};
