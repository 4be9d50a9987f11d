/** `firmshake fetch` as it is typed: pages of a server of the kernel's, through the core. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';

import { readPcapng } from '../../host/trace/pcapng.js';
import { expectInOrder, MAIN, runCommand, type Outcome } from '../support/firmshake.js';
import { needs } from '../support/needs.js';
import { PAGE_BYTES, pageOf } from './helpers/page.js';
import { LOADER, obstacle } from './namespace.js';

const TIMEOUT_MS = 40_000;
const PAGES = fileURLToPath(new URL('./scripts/pages.ts', import.meta.url));
const SERVER = ['--', process.execPath, '--import', LOADER, PAGES];

const folder = mkdtempSync(path.join(tmpdir(), 'firmshake-fetch-'));
afterAll(() => rmSync(folder, { recursive: true }));

const { ok, reason: missing } = needs('linux', 'ip', 'unshare');
const reason = ok ? obstacle(process.getuid?.() === 0 ? 'root' : 'nobody') : missing;

function fetch(...args: string[]): Promise<Outcome> {
  return runCommand(process.execPath, MAIN, 'fetch', ...args);
}

/** A page of the kernel's server. */
function page(name: string, ...args: string[]): Promise<Outcome> {
  return fetch(`http://10.73.0.1:8000${name}`, ...args, ...SERVER);
}

function it(sentence: string, check: () => Promise<void>): void {
  test(sentence, check, TIMEOUT_MS);
}

describe.skipIf(reason)(`firmshake fetch${reason ? ` (skipped: ${reason})` : ''}`, { concurrent: true }, () => {
  for (const [way, title] of [
    ['length', 'its length'],
    ['chunked', 'chunks'],
    ['close', 'the end of the connection'],
  ] as const) {
    it(`writes a page whole that comes by ${title}, and says how much that was, and how fast`, async () => {
      const file = path.join(folder, way);
      const { code, stdout, stderr } = await page(`/${way}`, '--output', file);
      expect(stderr).toMatch(/^200 OK\nfetched 1\.0 MB( of 1\.0 MB)? in [\d.]+ m?s, [\d.]+ [KM]B\/s\n$/);
      expect(stderr.includes('of 1.0 MB')).toBe(way === 'length');
      expect(readFileSync(file).equals(pageOf(PAGE_BYTES))).toBe(true);
      expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    });
  }

  it('writes a page to standard output, and nothing else there', async () => {
    const { code, stdout, stderr } = await page('/text');
    expect(stdout).toBe('hello, core\n');
    expect(stderr).toContain('fetched 12 B');
    expect(code).toBe(0);
  });

  it('tells how far it is, a line a second where there is no terminal', async () => {
    const { code, stderr } = await page('/slow', '--output', path.join(folder, 'slow'));
    expectInOrder(stderr, '200 OK', /fetched \d+ KB of 1\.0 MB in 1\.\d s/, /fetched 1\.0 MB of 1\.0 MB in 2\.\d s/);
    expect(code).toBe(0);
  });

  it('says where a page has gone, does not follow, and that is exit code 1', async () => {
    const { code, stderr } = await page('/elsewhere');
    expectInOrder(stderr, '302 Found', 'it is at http://10.73.0.1/text, which is not followed');
    expect(code).toBe(1);
  });

  it('gives what the server says of a page that is missing, and exit code 1', async () => {
    const { code, stdout, stderr } = await page('/missing');
    expect(stderr).toMatch(/^404 Not Found\n/);
    expect({ code, stdout }).toEqual({ code: 1, stdout: 'no such page\n' });
  });

  const broken: [string, string[], RegExp][] = [
    ['/cut', [], /the connection ended after 1,000 of 1,000,000 bytes/],
    ['/reset', [], /the connection ended after 1,000 of 1,000,000 bytes: read ECONNRESET/],
    ['/silent', ['--timeout', '1500'], /read ETIMEDOUT 10\.73\.0\.1:8000/],
    ['/nonsense', [], /Parse Error/],
  ];
  for (const [name, args, line] of broken) {
    it(`says in one line what was wrong with ${name}, and exit code 1`, async () => {
      const { code, stderr } = await page(name, ...args);
      expect(stderr.split('\n').filter((one) => one !== '200 OK' && one !== '')).toEqual([expect.stringMatching(line)]);
      expect(stderr).toMatch(/^firmshake fetch: /m);
      expect(code).toBe(1);
    });
  }

  it('says in one line that nobody listens, or that nobody is there, and exit code 1', async () => {
    const [refused, nobody] = await Promise.all([
      fetch('http://10.73.0.1:8000/'),
      fetch('http://10.73.0.77/', '--timeout', '1200'),
    ]);
    expect(refused).toEqual({ code: 1, stdout: '', stderr: 'firmshake fetch: connect ECONNREFUSED 10.73.0.1:8000\n' });
    expect(nobody).toEqual({ code: 1, stdout: '', stderr: 'firmshake fetch: connect EHOSTUNREACH 10.73.0.77:80\n' });
  });

  it('says in one line that its server cannot be run (exit code 2), or has ended (1)', async () => {
    const [missing, ended] = await Promise.all([
      fetch('http://10.73.0.1:8000/', '--', 'no-such-command'),
      fetch('http://10.73.0.1:8000/', '--', 'false'),
    ]);
    expect(missing.stderr).toMatch(/^firmshake fetch: cannot run no-such-command: .*\n$/);
    expect(missing.code).toBe(2);
    expect(ended.stderr).toMatch(/^firmshake fetch: connect ECONNREFUSED .*\n$/);
    expect(ended.code).toBe(1);
  });

  it('says in one line that a file cannot be written, and exit code 1', async () => {
    const nowhere = path.join(folder, 'no-such-folder', 'file');
    const [output, pcap] = await Promise.all([page('/text', '--output', nowhere), page('/text', '--pcap', nowhere)]);
    for (const { code, stderr } of [output, pcap]) {
      expect(stderr).toMatch(/^firmshake fetch: ENOENT.*no-such-folder/m);
      expect(code).toBe(1);
    }
  });

  it('--ladder draws what went over the wire, --pcap has every frame', async () => {
    const file = path.join(folder, 'run.pcapng');
    const { code, stdout, stderr } = await page(
      '/length',
      '--output',
      path.join(folder, 'l'),
      '--ladder',
      '--pcap',
      file,
    );
    expectInOrder(stderr, 'SYN  seq 0', 'SYN ACK', 'CONNECTED', 'PSH ACK  seq 1', 'frames not drawn', 'FIN');
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    // Data of 1 MB in segments of at most 1460 bytes, and their acknowledgments.
    expect(readPcapng(readFileSync(file)).packets.length).toBeGreaterThan((PAGE_BYTES / 1460) * 1.4);
  });

  it('leaves no server behind, however it was started', async () => {
    const mark = `firmshake-test-${process.pid}`;
    const [, ...server] = SERVER;
    const shell = ['--', 'sh', '-c', `${server.map((word) => `'${word}'`).join(' ')} 8000 ${mark}; true`];
    const { code } = await fetch('http://10.73.0.1:8000/text', ...shell);
    expect(code).toBe(0);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const { stdout } = await runCommand('ps', '-A', '-o', 'args');
    expect(stdout).not.toContain(mark);
  });
});
