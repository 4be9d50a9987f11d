import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EVENTS, type Step } from '../../../host/simulation/index.js';
import { readPcapng } from '../../../host/trace/index.js';
import { firmshake } from '../../support/firmshake.js';
import { mutated } from '../../support/mutated.js';

const TIMEOUT_MS = 90_000;

let folder = '';
beforeAll(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'firmshake-simulate-'))));
afterAll(() => rm(folder, { recursive: true }));

/** The table's rows: how often each event met each state. */
function rowsOf(stdout: string): Map<string, string[]> {
  const rows = stdout.split('\n').filter((line) => /^[A-Z][A-Z0-9-]+ +[\d.]/.test(line));
  return new Map(rows.map((row) => row.split(/ +/)).map(([state = '', ...counts]) => [state, counts]));
}

describe('firmshake simulate: what must hold always does', () => {
  const reached = new Map<string, Set<string>>();

  test.for(['1-500', '501-1000', '1001-1500', '1501-2000'])('seeds %s', { timeout: TIMEOUT_MS }, async (seeds) => {
    const { code, stdout } = await firmshake('simulate', '--seeds', seeds, '--jobs', '2');
    expect(code, stdout).toBe(0);
    expect(stdout).toMatch(/^500 seeds, /);
    console.log(stdout);
    for (const [state, counts] of rowsOf(stdout)) {
      const met = EVENTS.filter((_, index) => counts[index] !== '.');
      reached.set(state, new Set([...(reached.get(state) ?? []), ...met]));
    }
  });

  test('and those runs reach every state of RFC 9293 §3.3.2 with SYN, SYN-ACK, ACK, a timeout and an abort', () => {
    expect(reached.size).toBe(11);
    for (const [state, met] of reached) {
      if (state !== 'CLOSED' && state !== 'LISTEN') expect([state, ...met]).toContain('timeout');
      // No app has a handle of a listener that it could abort, nor wishes to abort what is over for it.
      const events = ['SYN', 'ACK', ...(['LISTEN'].includes(state) ? [] : ['SYN-ACK', 'close'])];
      for (const event of events) expect([state, ...met], state).toContain(event);
    }
  });
});

describe('firmshake simulate --seed', () => {
  test('the same number, the same run; another, another', async () => {
    const run = async (seed: string): Promise<string> => (await firmshake('simulate', '--seed', seed)).stdout;
    const [first, again, other] = [await run('7'), await run('7'), await run('8')];
    expect(first).toMatch(/^seed 7: \d+ frames, \d+ ends of connections, \d+ s; hash [\da-f]{8}\n$/);
    expect(again).toBe(first);
    expect(other.split('hash')[1]).not.toBe(first.split('hash')[1]);
  });

  test('writes the frames, and the steps; draws the run', async () => {
    const [pcap, trace] = [path.join(folder, 'run.pcapng'), path.join(folder, 'run.jsonl')];
    const { code, stdout } = await firmshake('simulate', '--seed', '7', '--pcap', pcap, '--trace', trace, '--ladder');
    expect(code).toBe(0);
    expect(stdout).toMatch(/h0 +h1/);
    expect(stdout).toContain('SYN ACK');
    expect(readPcapng(await readFile(pcap)).packets.length).toBeGreaterThan(50);
    const lines = (await readFile(trace, 'utf8')).trim().split('\n');
    const steps = lines.map((line) => JSON.parse(line) as Step);
    expect(new Set(steps.map(({ kind }) => kind))).toContain('connects');
    expect(steps.some((step) => step.kind === 'sends' && step.segment.flags === 'SYN,ACK')).toBe(true);
  });

  test('shards share the seeds between them: each is run once', async () => {
    const counts = await Promise.all(
      ['1/3', '2/3', '3/3'].map(async (shard) => {
        const { stdout } = await firmshake('simulate', '--seeds', '1-10', '--shard', shard);
        return Number(/^(\d+) seeds/.exec(stdout)?.[1]);
      }),
    );
    expect(counts).toEqual([4, 3, 3]);
  });
});

test('firmshake simulate --minutes runs as many as there is time for', async () => {
  const { code, stdout } = await firmshake('simulate', '--minutes', '0.02', '--seeds', '5-');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^[\d,]+ seeds, /);
});

describe('firmshake simulate --module', () => {
  test('of a core that is wrong says by which seed, what must hold, and how it is seen again; exit code 1', async () => {
    const wrong = path.join(folder, 'wrong.wasm');
    // Nobody is told of an end.
    await writeFile(wrong, await mutated({ file: 'tcp/end.ts', from: 'tell(connection, kind);', to: '' }));
    const many = await firmshake('simulate', '--seeds', '1-3', '--module', wrong);
    expect(many.code).toBe(1);
    expect(many.stdout).toMatch(/^\d seeds, .*, [1-3] failed, /);
    const [story = ''] = many.stdout.slice(many.stdout.indexOf('\nseed ') + 1).split('\n\n');
    const [what = '', ...acts] = story.split('\n');
    expect(what).toMatch(/^seed \d: told at h\d+, after \d+ ms: .* has ended, and its app was not told$/);
    // Of dozens of acts.
    expect(acts.filter((line) => /^ +\d+ ms +connect: /.test(line))).toHaveLength(1);
    const [, seed = '', module = ''] = /^again: firmshake simulate --seed (\d+) --module (\S+) --pcap FILE$/m.exec(
      story,
    ) ?? ['', '', ''];
    const pcap = path.join(folder, 'wrong.pcapng');
    const once = await firmshake('simulate', '--seed', seed, '--module', module, '--pcap', pcap);
    expect([once.code, once.stdout.split('\n')[0]]).toEqual([1, what]);
    expect(readPcapng(await readFile(pcap)).packets.length).toBeGreaterThan(0);
  });
});

describe('firmshake simulate, wrongly called: one line, exit code 2', () => {
  test.for<[string[], RegExp]>([
    [['--seed', 'x'], /--seed x: a whole number/],
    [['--seeds', '5-1'], /--seeds 1: a whole number from 5/],
    [['--seeds', 'all'], /--seeds all: A-B is allowed/],
    [['--shard', '3/2'], /--shard 3: a whole number from 1 to 2/],
    [['--shard', '1'], /--shard 1: I\/N is allowed/],
    [['--jobs', '0'], /--jobs 0/],
    [['--minutes', 'long'], /--minutes long/],
    [['--seed', '1', '--jobs', '2'], /--jobs: not with --seed/],
    [['--pcap', 'x.pcapng'], /--pcap: with --seed/],
    [['--ladder'], /--ladder: with --seed/],
    [['--seed', '1', '--trace', 'package.json/x'], /package\.json\/x cannot be written/],
    [['--module', 'package.json/x'], /--module package\.json\/x: /],
    [['--module', 'package.json'], /--module package\.json: .*magic word/],
    [['--module', 'build/lan-apps.wasm'], /--module build\/lan-apps\.wasm: it has apps linked in/],
  ])('%j', async ([args, message]) => {
    const { code, stderr, stdout } = await firmshake('simulate', ...args);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stdout).toBe('');
  });
});
