/** `firmshake bench`: the kernel's TCP in Node tries a core, which runs here or as firmware. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { isRight, type BenchResult } from '../../host/bench/bench.js';
import { USUAL } from '../../host/bench/trials.js';
import { firmshake } from '../support/firmshake.js';
import { needs } from '../support/needs.js';
import { obstacle } from './namespace.js';

const { ok, reason } = needs('linux', 'ip', 'unshare');
const missing = ok ? obstacle(process.getuid?.() === 0 ? 'root' : 'nobody') : reason;

describe.skipIf(missing !== undefined)(
  `firmshake bench${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    test('makes all trials on a LAN of its own, and writes what came of them', async () => {
      const folder = await mkdtemp(path.join(tmpdir(), 'firmshake-test-'));
      const file = path.join(folder, 'result.json');
      const { code, stdout, stderr } = await firmshake('bench', '--output', file);
      expect(stderr).toContain('50 connections in a row, one port of the board: right');
      expect(stdout).toMatch(/^board 10\.73\.0\.2\n/);
      const result = JSON.parse(readFileSync(file, 'utf8')) as BenchResult;
      expect(result.trials.map(({ id }) => id)).toEqual(USUAL);
      expect(isRight(result)).toBe(true);
      expect(code).toBe(0);
      await rm(folder, { recursive: true });
    });

    test('of one trial only, as JSON', async () => {
      const { code, stdout } = await firmshake('bench', '--trial', 'refused', '--json');
      const { trials } = JSON.parse(stdout) as BenchResult;
      expect(trials.map(({ id, wrong }) => [id, wrong])).toEqual([['refused', '']]);
      expect(code).toBe(0);
    });
  },
);

test('a board that is not there is wrong, and exit code 1', async () => {
  // Nobody answers on this machine's own loopback at that port, and the status page is none.
  const { code, stdout } = await firmshake('bench', '--address', '127.0.0.2', '--trial', 'connect');
  expect(stdout).toMatch(/WRONG: 10 of 10: refused/);
  expect(code).toBe(1);
});

test.each([
  [['--peer', 'espruino'], /--peer/],
  [['--trial', 'eat'], /--trial/],
  [['--trial', 'vanish'], /Node cannot/],
  [['--address', 'board.local'], /four numbers/],
  [['--address', '10.0.0.1', '--on', 'rv32'], /--on/],
])('%j is refused in one line', async (args, words) => {
  const { code, stderr } = await firmshake('bench', ...args);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stderr).toMatch(words);
  expect(code).toBe(2);
});
