/** `firmshake dump`: from a file, a log or standard input, as text and as JSON. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDump } from '../../../host/dump/index.js';
import { expectInOrder, firmshake, MAIN, type Outcome } from '../../support/firmshake.js';
import { dumpOfScene, linesOf, OPEN, playScene, SILENT } from '../dump/scene.js';

const scene = playScene();
const [first, second] = [1, 2].map((restarts) => dumpOfScene(scene, { restarts })) as [Uint8Array, Uint8Array];
const log = ['starting', ...linesOf(first), 'in between', ...linesOf(second), 'halted', ''].join('\n');

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'firmshake-dump-'));
  writeFileSync(file('dump'), first);
  writeFileSync(file('log'), log);
  writeFileSync(file('short'), first.subarray(0, 5000));
  writeFileSync(file('torn'), [log, ...linesOf(first).slice(0, 400)].join('\n'));
  writeFileSync(file('text'), 'nothing of the kind\n');
  writeFileSync(file('other'), dumpOfScene(scene, { abi: 7 }));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string): string {
  return path.join(folder, name);
}

function withInput(input: string | Uint8Array, ...args: string[]): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [MAIN, 'dump', ...args]);
    const [out, err]: Buffer[][] = [[], []];
    child.stdout.on('data', (part: Buffer) => out?.push(part));
    child.stderr.on('data', (part: Buffer) => err?.push(part));
    child.on('error', reject);
    child.on('close', (code) =>
      resolve({ code, stdout: Buffer.concat(out ?? []).toString(), stderr: Buffer.concat(err ?? []).toString() }),
    );
    child.stdin.on('error', () => undefined).end(input);
  });
}

describe.concurrent('firmshake dump', () => {
  it('shows what a board left: why and who first, then all that it had', async () => {
    const { code, stdout, stderr } = await firmshake('dump', file('dump'));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expectInOrder(
      stdout,
      'trapped   in receive: Exception: unreachable',
      'profile lan-apps, ABI 1; 10.73.0.3/24, gateway 10.73.0.1, MAC 02:46:53:00:00:03',
      /ms; trap 1 since power-on$/m,
      'last frame received',
      /10\.73\.0\.9:4000 → 10\.73\.0\.3:77 {2}ACK {2}seq 111/,
      /^ {2}0000 {2}02 46 53 00 00 03 02 00 {2}00 00 00 09 08 00 45 00 {2}\.FS/m,
      /^connections: 5 of 6$/m,
      /ESTABLISHED {2}10\.73\.0\.3:77 ⇄ 10\.73\.0\.9:4000 {2}held by the app/,
      /SND\.UNA \d+ {2}SND\.NXT \d+ {2}SND\.WND 1234 {2}200 of 4096 bytes in the ring/,
      `RCV.NXT ${OPEN.receiveNext}  RCV.WND 4086  10 of 4096 bytes in the ring`,
      'beyond a hole 121 to 126, 5 bytes',
      'SYN-SENT',
      /^half-open: 1 of 16$/m,
      /^time-wait: 1 of 64$/m,
      /^listeners: 4 of 4$/m,
      /^neighbours: 2 of 16$/m,
      `${SILENT}  MAC not known`,
      /^timers$/m,
      /in \d+ ms +ARP request/,
      /^pools$/m,
      /connections +5 +6 +5 +0/,
      /^counters$/m,
      /frames received/,
      /^dropped$/m,
      /1 {2}reset unknown/,
      'keep it as a secret',
    );
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
  });

  it('--json has the report as data', async () => {
    const { code, stdout } = await firmshake('dump', file('dump'), '--json');
    expect(code).toBe(0);
    const report = JSON.parse(JSON.stringify(openDump(first))) as object;
    expect(JSON.parse(stdout)).toEqual({ number: 1, count: 1, ...report });
  });

  it('shows the last of several in a log, says how many there are, and shows the one that is asked for', async () => {
    const [last, one] = await Promise.all([
      firmshake('dump', file('log')),
      firmshake('dump', file('log'), '--number', '1', '--json'),
    ]);
    expect(last.code).toBe(0);
    expectInOrder(last.stdout, 'dump 2 of 2; --number N shows another', 'trap 2 since power-on');
    expect(JSON.parse(one.stdout)).toMatchObject({ number: 1, count: 2, board: { restarts: 1 } });
  });

  it('- is standard input, a log or a dump', async () => {
    const [fromLog, fromDump] = await Promise.all([withInput(log, '-'), withInput(first, '-', '--json')]);
    expect(fromLog.stdout).toContain('dump 2 of 2');
    expect(JSON.parse(fromDump.stdout)).toMatchObject({ number: 1, count: 1, board: { restarts: 1 } });
  });

  it.each([
    ['short', [], /^firmshake dump: the dump is cut short: 5000 of 58840 bytes are there\n$/],
    ['torn', [], /^firmshake dump: dump 3 of 3: the dump is cut short: \d+ of 58840 bytes are there\n$/],
    ['text', [], /^firmshake dump: there is no dump: .*\n$/],
    ['other', [], /^firmshake dump: the dump is of ABI 7, and this version reads ABI 1\n$/],
    ['log', ['--number', '3'], /^firmshake dump: --number 3: .*log has 2, counted from 1\n$/],
    ['missing', [], /^firmshake dump: .*missing cannot be read: ENOENT.*\n$/],
    ['.', [], /^firmshake dump: .* cannot be read: EISDIR.*\n$/],
  ])('of %s %j is one line on stderr, and exit code 2', async (name, args, line) => {
    const { code, stdout, stderr } = await firmshake('dump', file(name), ...args);
    expect(stderr).toMatch(line);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('of a device without an end is refused', async () => {
    const { code, stderr } = await firmshake('dump', '/dev/zero');
    expect({ code, stderr }).toEqual({ code: 2, stderr: 'firmshake dump: /dev/zero has more than 256 MiB\n' });
  });
});
