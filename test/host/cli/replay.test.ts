/** `firmshake record` and `firmshake replay`, here; on boards: test/boards/replay.test.ts. */

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { loadModule } from '../../../host/core/file.js';
import { makeRecording } from '../../../host/replay/index.js';
import { firmshake } from '../../support/firmshake.js';
import { turnedResult } from '../replay/turned.js';

let folder: string;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'firmshake-cli-replay-'));
  file = path.join(folder, 'run.fsk');
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** Another file with these bytes. */
async function fileOf(bytes: Uint8Array): Promise<string> {
  const other = path.join(folder, 'other.fsk');
  await writeFile(other, bytes);
  return other;
}

describe('firmshake record and replay', () => {
  it('a run that was recorded is replayed: all is the same', async () => {
    const recorded = await firmshake('record', '--seed', '3', '--frames', '1', '--out', file);
    expect(recorded).toMatchObject({ code: 0, stderr: '' });
    expect(recorded.stdout).toContain(`${file}: ${(await readFile(file)).length} bytes, profile lan-apps, seed 3\n`);
    expect(recorded.stdout).toMatch(/^\d+ calls, \d+ frames in, \d+ frames out, \d+ drops for 30 of 30 reasons, /m);
    const replayed = await firmshake('replay', file);
    expect(replayed).toMatchObject({ code: 0, stderr: '' });
    expect(replayed.stdout).toMatch(/^\d+ calls, .*: identical\n$/);
  });

  it('the same seed gives the same file as the recorder itself, of any profile', async () => {
    const { code } = await firmshake('record', file, '--seed', '8', '--frames', '1', '--profile', 'tiny');
    expect(code).toBe(0);
    const module = await loadModule(new URL('../../../build/tiny.wasm', import.meta.url));
    expect(Buffer.compare(await readFile(file), makeRecording(module, 'tiny', { seed: 8, frames: 1 }))).toBe(0);
  });

  it('what differs is told with its place: exit code 1', async () => {
    const module = await loadModule(new URL('../../../build/lan.wasm', import.meta.url));
    const { recording, atCall } = turnedResult(makeRecording(module, 'lan', { seed: 1, frames: 1 }), 'next_deadline');
    const { code, stdout, stderr } = await firmshake('replay', await fileOf(recording));
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      new RegExp(`^firmshake replay: call ${atCall}: next_deadline\\(\\d+\\): -?\\d+ expected, -?\\d+ came\\n$`),
    );
  });
});

/** What is typed, and what the one line names. */
const WRONG: [string[], RegExp][] = [
  [['replay'], /a FILE is needed/],
  [['replay', '/nowhere/run.fsk'], /\/nowhere\/run\.fsk cannot be read: ENOENT/],
  [['replay', '/'], /\/ cannot be read: EISDIR/],
  [['replay', 'package.json'], /package\.json: no recording: it does not begin with FSKREPL1/],
  [['replay', 'package.json', '--on', 'esp32'], /--on esp32: allowed are node, linux, rv32, xtensa/],
  [['replay', 'package.json', '--on', 'linux', '--engine', 'jit'], /--engine jit: allowed are interp, aot/],
  [['replay', 'package.json', '--engine', 'aot'], /--engine: of a board: --on linux, rv32 or xtensa/],
  [['replay', 'package.json', 'package.json'], /'package.*--file --on --engine/],
  [['record'], /a FILE is needed/],
  [['record', '/nowhere/run.fsk', '--frames', '1'], /\/nowhere\/run\.fsk cannot be written: ENOENT/],
  [['record', 'x', '--seed', '-1'], /--seed/],
  [['record', 'x', '--seed', '4294967296'], /--seed 4294967296: .*0 to 4294967295/],
  [['record', 'x', '--frames', '0'], /--frames 0: .*1 to 200000/],
  [['record', 'x', '--profile', 'huge'], /--profile huge: allowed are tiny, lan, lan-apps, gateway, gateway-apps/],
];

describe.concurrent('bad input: one line, and exit code 2', () => {
  it.for(WRONG)('firmshake %s', async ([args, says]) => {
    const { code, stdout, stderr } = await firmshake(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^firmshake [^\n]*\n$/);
    expect(stderr).toMatch(says);
  });

  it.for([
    [
      'cut short',
      (bytes: Uint8Array) => bytes.slice(0, 5000),
      /the recording is cut short: it ends behind call \d+ of \d+/,
    ],
    [
      'of another profile',
      (bytes: Uint8Array) => withProfile(bytes, '../lan'),
      /it is of another profile than are built/,
    ],
    ['of a module with other memory', (bytes: Uint8Array) => withProfile(bytes, 'tiny'), /bytes of memory, not \d+/],
  ] as const)('a recording that is %s', async ([, change, says]) => {
    const module = await loadModule(new URL('../../../build/lan.wasm', import.meta.url));
    const changed = path.join(folder, `${says.source.length}.fsk`);
    await writeFile(changed, change(makeRecording(module, 'lan', { seed: 1, frames: 1 })));
    const { code, stdout, stderr } = await firmshake('replay', changed);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.startsWith(`firmshake replay: ${changed}: `) && stderr.split('\n').length === 2).toBe(true);
    expect(stderr).toMatch(says);
  });
});

function withProfile(recording: Uint8Array, name: string): Uint8Array {
  const copy = recording.slice();
  copy.fill(0, 8, 32);
  copy.set(new TextEncoder().encode(name), 8);
  return copy;
}
