import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readPcapng } from '../../../host/trace/index.js';
import { expectInOrder, firmshake } from '../../support/firmshake.js';

const SCRIPTS = 'test/conformance/scripts/handshake';
let folder = '';
const file = async (name: string, text: string): Promise<string> => {
  const full = path.join(folder, name);
  await writeFile(full, text);
  return full;
};

beforeAll(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'firmshake-script-'))));
afterAll(() => rm(folder, { recursive: true }));

describe('firmshake script', () => {
  test('plays scripts, one line each, and counts', async () => {
    const { code, stdout } = await firmshake('script', `${SCRIPTS}/figure-6.pkt`, `${SCRIPTS}/figure-8.pkt`);
    expect(code).toBe(0);
    expectInOrder(stdout, `passed  ${SCRIPTS}/figure-6.pkt: 10 events`, 'passed', '2 passed, 0 failed');
  });

  test('draws the run, and writes its frames', async () => {
    const pcap = path.join(folder, 'run.pcapng');
    const { code, stdout } = await firmshake('script', `${SCRIPTS}/figure-6.pkt`, '--ladder', '--pcap', pcap);
    expect(code).toBe(0);
    expectInOrder(stdout, 'core', 'script', 'SYN  seq 0', 'SYN ACK', 'ESTABLISHED');
    expect(readPcapng(await readFile(pcap)).packets.length).toBeGreaterThan(4);
  });

  test('shows expected and actual one under the other, the time and the ladder, and exits with 1', async () => {
    const bad = await file('bad.pkt', '0 < . 5:5(0) ack 7 win 100\n+0 > R 8:8(0)\n');
    const { code, stdout } = await firmshake('script', bad);
    expect(code).toBe(1);
    expectInOrder(
      stdout,
      `FAILED  ${bad}`,
      `${bad}:2: +0 > R 8:8(0)`,
      'at        0.000 s',
      'expected  > R 8:8(0)',
      'actual    > R 7:7(0)',
      'RST',
    );
  });
});

describe('firmshake script, wrongly called: one line, exit code 2', () => {
  test('a script that cannot be read, is none, or runs a shell', async () => {
    const shell = await file('shell.pkt', '`ls`\n');
    const wrong = await file('wrong.pkt', '0 < Q\n');
    for (const [args, message] of [
      [['script'], /a FILE is needed/],
      [['script', '/nonexistent.pkt'], /\/nonexistent\.pkt cannot be read/],
      [['script', wrong], /wrong\.pkt:1:5: Expected/],
      [['script', shell], /shell\.pkt:1:1: shell commands are not run/],
      [['script', 'a', 'b', '--pcap', 'x'], /--pcap: of one script/],
      [['script', 'a', '--profile', 'x'], /--profile x: allowed are conformance/],
      [['size', 'file'], /file/],
    ] as const) {
      const { code, stderr } = await firmshake(...args);
      expect([code, stderr.trim().split('\n').length]).toEqual([2, 1]);
      expect(stderr).toMatch(message);
    }
  });
});
