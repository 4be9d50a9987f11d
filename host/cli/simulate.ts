import { writeFile } from 'node:fs/promises';
import {
  coreSource,
  Coverage,
  ENDLESS,
  failureText,
  runSeed,
  sail,
  shrink,
  Steps,
  type Failure,
  type Modules,
  type Tally,
} from '../simulation/index.js';
import { TraceRecorder, wireToPcapng } from '../trace/index.js';
import type { Command } from './command.js';
import { drawLadder, NUMBERS_OPTION, numbersOf, print } from './output.js';
import { ProgressLine } from './progress-line.js';
import { simulatedModules } from './simulated-modules.js';
import { fraction, UsageError, wholeNumber, type Given, type OptionTable } from './usage.js';

const MOST_SEED = 0xffff_ffff;
/** Without another word. */
const DEFAULT_SEEDS = 1000;
/** Enough to see what is wrong: the next ones are mostly the same. */
const MOST_FAILURES = 5;

const OPTIONS: OptionTable = {
  seed: { type: 'string', value: 'N', help: 'only this one: the same number, the same run' },
  seeds: { type: 'string', value: 'A-B', help: `these (default 1-${DEFAULT_SEEDS})` },
  minutes: { type: 'string', value: 'M', help: 'as many as there is time for, from A on' },
  shard: { type: 'string', value: 'I/N', help: 'of every N seeds the Ith: N machines share the work' },
  jobs: { type: 'string', value: 'N', help: 'threads (default 1)' },
  pcap: { type: 'string', value: 'FILE', help: 'with --seed: the frames, as they arrived, for Wireshark' },
  ladder: { type: 'boolean', help: 'with --seed: draws the run' },
  trace: {
    type: 'string',
    value: 'FILE',
    help: 'with --seed: its steps as test/model follows them, a JSON object a line',
  },
  module: {
    type: 'string',
    value: 'FILE',
    help: 'what all hosts run, of firmshake build (default: what is built here)',
  },
  numbers: NUMBERS_OPTION,
};

/** @throws UsageError */
function rangeOf(given: Given): { from: number; to: number } {
  const text = given.text('seeds');
  const open = given.text('minutes') === undefined ? DEFAULT_SEEDS : MOST_SEED;
  if (text === undefined) return { from: 1, to: open };
  const [, first = '', dash, last = ''] = /^(\d+)(?:(-)(\d*))?$/.exec(text) ?? [];
  if (first === '') throw new UsageError(`--seeds ${text}: A-B is allowed, as in 1-1000`);
  const from = wholeNumber('seeds', first, 0, MOST_SEED);
  const isOpen = dash === undefined || (last === '' && given.text('minutes') !== undefined);
  const to = isOpen ? (dash === undefined ? from : open) : wholeNumber('seeds', last, from, MOST_SEED);
  return { from, to };
}

/** @throws UsageError */
function shardOf(text: string | undefined): { nth: number; of: number } {
  if (text === undefined) return { nth: 1, of: 1 };
  const [, nth = '', of = ''] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  if (of === '') throw new UsageError(`--shard ${text}: I/N is allowed, as in 1/4`);
  const most = wholeNumber('shard', of, 1, 10_000);
  return { nth: wholeNumber('shard', nth, 1, most), of: most };
}

const grouped = (value: number): string => value.toLocaleString('en-US');

function progressText({ seeds, frames, failures }: Tally, begunMs: number): string {
  const rate = seeds / Math.max((Date.now() - begunMs) / 1000, 0.001);
  const failed = failures.length === 0 ? '' : `, ${failures.length} failed`;
  return `${grouped(seeds)} seeds, ${rate.toFixed(0)} seeds/s, ${grouped(frames)} frames${failed}`;
}

async function runMany(given: Given): Promise<number> {
  const { from, to } = rangeOf(given);
  const { nth, of } = shardOf(given.text('shard'));
  const jobs = wholeNumber('jobs', given.text('jobs') ?? '1', 1, 64);
  const minutes = given.text('minutes');
  const untilMs = minutes === undefined ? Infinity : Date.now() + 60_000 * fraction('minutes', minutes, 0, 100_000);
  for (const name of ['pcap', 'trace'] as const) {
    if (given.text(name) !== undefined) throw new UsageError(`--${name}: with --seed`);
  }
  if (given.flag('ladder')) throw new UsageError('--ladder: with --seed');

  const begunMs = Date.now();
  const line = new ProgressLine(process.stderr);
  const all = await simulatedModules(given.text('module'));
  const sum = await sail({
    modules: all,
    seeds: { from: from + nth - 1, to, step: of },
    jobs,
    untilMs,
    mostFailures: MOST_FAILURES,
    progress: (tally) => line.tell(() => progressText(tally, begunMs)),
  });
  line.end();
  const coverage = new Coverage(sum.counts);
  print(`${progressText(sum, begunMs)}, ${grouped(sum.talks)} ends of connections`);
  print(`${(sum.ms / 3_600_000).toFixed(1)} hours of virtual time, ${sum.ghosts} connections by a replayed cookie`);
  print(`${coverage.reached} of ${coverage.pairs} pairs of a state and an event:\n\n${coverage.table()}`);
  for (const { seed, failure } of sum.failures) print(`\n${explained(all, seed, failure)}\n${again(given, seed)}`);
  return sum.failures.length === 0 ? 0 : 1;
}

/** What is wrong, by as few acts and faults as it takes. */
function explained(all: Modules, seed: number, failure: Failure): string {
  if (failure.invariant === ENDLESS) return `seed ${seed}: ${ENDLESS}: ${failure.message}`;
  const cores = coreSource(all);
  const { plan, told } = runSeed(seed, { cores: cores() });
  const short = shrink({ plan, told, failure, runWith: () => ({ cores: cores() }) });
  return short?.outcome.failure === undefined
    ? failureText(seed, failure, plan, told)
    : failureText(seed, short.outcome.failure, short.plan, short.told);
}

/** What shows it once more. */
function again(given: Given, seed: number): string {
  const module = given.text('module');
  return `again: firmshake simulate --seed ${seed}${module === undefined ? '' : ` --module ${module}`} --pcap FILE`;
}

async function runOne(given: Given, seed: number): Promise<number> {
  for (const name of ['seeds', 'minutes', 'shard', 'jobs'] as const) {
    if (given.text(name) !== undefined) throw new UsageError(`--${name}: not with --seed`);
  }
  const numbers = numbersOf(given.text('numbers'));
  const [pcap, trace] = [given.text('pcap'), given.text('trace')];
  const recorder = pcap !== undefined || given.flag('ladder') ? new TraceRecorder() : undefined;
  const observed = new Steps();
  const observers = trace === undefined ? [] : [observed];
  const all = await simulatedModules(given.text('module'));
  const cores = coreSource(all);
  const outcome = runSeed(seed, { cores: cores(), observers, ...(recorder === undefined ? {} : { recorder }) });
  if (recorder !== undefined) {
    if (given.flag('ladder')) print(drawLadder(recorder.trace, numbers));
    if (pcap !== undefined) await written(pcap, wireToPcapng(recorder.trace));
  }
  if (trace !== undefined) await written(trace, observed.steps.map((step) => `${JSON.stringify(step)}\n`).join(''));
  const { failure, frames, talks, ms, hash } = outcome;
  if (failure !== undefined) {
    print(`${explained(all, seed, failure)}\n${again(given, seed)}`);
    return 1;
  }
  print(
    `seed ${seed}: ${grouped(frames)} frames, ${talks} ends of connections, ${Math.round(ms / 1000)} s; hash ${hash}`,
  );
  return 0;
}

async function written(file: string, content: string | Uint8Array): Promise<void> {
  await writeFile(file, content).catch((error: unknown) => {
    throw new UsageError(`${file} cannot be written: ${(error as Error).message}`);
  });
}

export const simulate: Command = {
  name: 'simulate',
  summary: 'Hosts that do as they like on a network that does wrong, by seed; and whether what must hold always does.',
  synopsis: '[--seeds A-B | --seed N] [OPTIONS]',
  options: OPTIONS,
  examples: [
    'firmshake simulate                                # the first thousand',
    'firmshake simulate --seeds 1-100000 --jobs 2',
    'firmshake simulate --minutes 60 --seeds 5000000- --shard 1/4',
    'firmshake simulate --seed 7 --ladder --pcap run.pcapng',
    'firmshake simulate --module my.wasm --minutes 10',
  ],
  async run(given) {
    const seed = given.text('seed');
    return seed === undefined ? await runMany(given) : await runOne(given, wholeNumber('seed', seed, 0, MOST_SEED));
  },
};
