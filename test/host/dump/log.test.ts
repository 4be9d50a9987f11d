import { describe, expect, it } from 'vitest';
import { DumpError, findDumps, openDump } from '../../../host/dump/index.js';
import { dumpOfScene, linesOf, playScene } from './scene.js';

const scene = playScene();
const first = dumpOfScene(scene, { restarts: 1 });
const second = dumpOfScene(scene, { restarts: 2 });

const bytesOf = (lines: readonly string[], end = '\n'): Uint8Array =>
  Buffer.from(lines.map((line) => line + end).join(''));
const restartsIn = (file: Uint8Array): number[] => findDumps(file).map((dump) => openDump(dump).board.restarts);
const codeOf = (open: () => unknown): string | undefined => {
  try {
    open();
    return undefined;
  } catch (error) {
    if (error instanceof DumpError) return error.code;
    throw error;
  }
};

const BEFORE = [
  'firmshake: 10.0.2.15/24, profile lan, 56880 bytes of memory',
  'firmshake: trap in receive: x; restart 1',
];

describe('the dumps of a log', () => {
  it('are found with other lines around them, in order', () => {
    const log = bytesOf([...BEFORE, ...linesOf(first), 'serving again', ...linesOf(second), 'halted']);
    expect(findDumps(log)).toEqual([first, second]);
  });

  it('are a dump alone where the file is one', () => {
    expect(findDumps(first)).toEqual([first]);
  });

  it('are found where the lines end as on Windows, and where a terminal program wrote the time before each', () => {
    const lines = [...BEFORE, ...linesOf(first)];
    expect(findDumps(bytesOf(lines, '\r\n'))).toEqual([first]);
    const timed = lines.map((line, index) => `[2026-07-26 10:0${index % 10}:00.123] ${line}`);
    expect(findDumps(bytesOf(timed))).toEqual([first]);
    expect(findDumps(bytesOf(lines.map((line) => `rv32: ${line}`)))).toEqual([first]);
  });

  it('are whole where other lines came in between, even those that could be base64', () => {
    const lines = linesOf(first).flatMap((line, index) =>
      index % 100 === 7 ? [line, 'halt', 'session: 7 ended', ''] : [line],
    );
    const end = lines.length - 1;
    const mixed = [...lines.slice(0, end), 'last', 'word', ...lines.slice(end)];
    expect(findDumps(bytesOf(mixed))).toEqual([first]);
  });

  it('are not taken from words that are longer than a line, nor as long as the last one', () => {
    const lines = linesOf(first);
    const last = lines.at(-2) ?? '';
    const word = 'B'.repeat(last.length - 1) + '=';
    const before = [...lines.slice(0, 50), 'A'.repeat(65), word, 'A'.repeat(100), ...lines.slice(50, -2)];
    expect(findDumps(bytesOf([...before, word, last, ...lines.slice(-1)]))).toEqual([first]);
    const [torn = new Uint8Array()] = findDumps(bytesOf([...before, ...lines.slice(-1)]));
    expect(codeOf(() => openDump(torn))).toBe('DUMP_CUT_SHORT');
  });

  it('are as long as their last line makes them, whatever the length', () => {
    for (let cut = 0; cut < 48; cut++) {
      const length = first.length - cut;
      const dump = first.slice(0, length);
      new DataView(dump.buffer).setUint32(12, length - 168, true);
      const found = findDumps(bytesOf(linesOf(dump)));
      expect(found.map((one) => Buffer.compare(one, dump))).toEqual([0]);
    }
  });

  it('are counted where the board was reset in the middle of one, which is then cut short', () => {
    const torn = linesOf(first).slice(0, 500);
    const log = bytesOf([...torn, ...linesOf(second)]);
    const [one = new Uint8Array(), other = new Uint8Array(), ...rest] = findDumps(log);
    expect(rest).toEqual([]);
    expect(codeOf(() => openDump(one))).toBe('DUMP_CUT_SHORT');
    expect(openDump(other).board.restarts).toBe(2);
    expect(restartsIn(bytesOf(linesOf(first)))).toEqual([1]);
  });

  it.each([0, 1, 3, 4, 5, 600])('that end after %d lines are cut short, which is said', (count) => {
    const [dump = new Uint8Array(9)] = findDumps(bytesOf(linesOf(first).slice(0, 1 + count)));
    expect(codeOf(() => openDump(dump))).toBe('DUMP_CUT_SHORT');
  });

  it('lack a line where one was lost, which is said', () => {
    const lines = linesOf(first);
    lines.splice(300, 1);
    const [dump = new Uint8Array()] = findDumps(bytesOf(lines));
    expect(codeOf(() => openDump(dump))).toBe('DUMP_CUT_SHORT');
  });

  it('are missing where there are none', () => {
    for (const text of [
      '',
      'FSKDUMP',
      'firmshake: trap in receive',
      '----- END FIRMSHAKE DUMP -----\n',
      '\0\u00ff'.repeat(99),
    ]) {
      expect(codeOf(() => findDumps(Buffer.from(text, 'latin1')))).toBe('DUMP_MISSING');
    }
  });

  it('take no longer to find where a line is long', () => {
    const long = 'A'.repeat(5_000_000);
    const log = bytesOf(['----- BEGIN FIRMSHAKE DUMP -----', long, `${long}!`, `${long}===`, ...linesOf(first)]);
    expect(findDumps(log).at(-1)).toEqual(first);
  });
});
