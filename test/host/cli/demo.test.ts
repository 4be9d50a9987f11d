/** `firmshake demo`: what a reader sees in each act. */

import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';

import { readPcapng } from '../../../host/trace/pcapng.js';
import { expectInOrder, firmshake } from '../../support/firmshake.js';
import { skipWithout } from '../../support/needs.js';

const folder = mkdtempSync(path.join(tmpdir(), 'firmshake-demo-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** From left to right, and back, whole. */
const there = (what: string): RegExp => new RegExp(`├── ${what} .*▶│`);
const back = (what: string): RegExp => new RegExp(`│◀.* ${what}  .*┤`);

async function demo(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await firmshake('demo', ...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

describe.concurrent('firmshake demo', () => {
  it('act 1: three packets, each side ESTABLISHED, each with its number', async () => {
    const text = await demo('--act', '1');
    expectInOrder(text, 'Act 1: a plain handshake', 'LISTEN', /SYN-SENT ├── SYN  seq 0 .*▶│ SYN-RECEIVED/);
    expectInOrder(text, /ESTABLISHED │◀.* SYN ACK  seq 0  ack 1 /, /├── ACK  seq 1  ack 1 .*▶│/, /│ ESTABLISHED/);
    expectInOrder(
      text,
      'CONNECTED',
      'ACCEPTABLE',
      '→ three packets, and each side knows that the other knows its number.',
    );
    expect(text).not.toMatch(/lost|try|failed/);
  });

  it('act 2: the SYN is lost, and sent again after 1 s', async () => {
    const text = await demo('--act', '2');
    expectInOrder(
      text,
      /├── SYN  seq 0 .*✗ lost/,
      /^ +1\.000/m,
      /├── SYN  seq 0  2nd try .*▶│/,
      back('SYN ACK'),
      there('ACK'),
    );
    expectInOrder(text, '→ the client sends its SYN again after 1 s', 'ESTABLISHED.');
    expect(text.indexOf('ESTABLISHED')).toBeGreaterThan(text.indexOf('2nd try'));
  });

  it('act 3: the SYN-ACK is lost, and a second try repairs it', async () => {
    const text = await demo('--act', '3');
    expectInOrder(
      text,
      there('SYN'),
      /lost.* ✗── SYN ACK  seq 0  ack 1 /,
      /^ +1\.000/m,
      /SYN ACK .*2nd try/,
      'ESTABLISHED',
    );
    expectInOrder(text, '→ whichever timer is due first repairs it', 'ESTABLISHED.');
    expect(text.indexOf('ESTABLISHED')).toBeGreaterThan(text.indexOf('2nd try'));
  });

  it('act 4: the ACK is lost; the server’s app hears of it only after the second SYN-ACK', async () => {
    const text = await demo('--act', '4');
    expectInOrder(text, 'ESTABLISHED │◀', /├── ACK .*✗ lost/, /│◀.* SYN ACK .*2nd try .*┤/, there('ACK'), 'ACCEPTABLE');
    expectInOrder(text, 'ACCEPTABLE', '│ ESTABLISHED', '→ the client believes in it');
    expect(text).not.toContain('it did not');
    expect(text.indexOf('ACCEPTABLE')).toBe(text.lastIndexOf('ACCEPTABLE'));
  });

  it('act 5: a stale SYN gets a RST and never a connection', async () => {
    const text = await demo('--act', '5');
    expectInOrder(
      text,
      'long given up',
      there('SYN'),
      back('SYN ACK'),
      there('RST'),
      'half-open 0/16',
      '→ no third packet, no connection',
    );
    expect(text).not.toMatch(/ESTABLISHED|ACCEPTABLE|must not/);
    expect(text).not.toMatch(/connections [1-9]/);
  });

  it('act 6: 40 SYNs fill the half-open entries, and an honest client is in by its cookie', async () => {
    const text = await demo('--act', '6');
    expectInOrder(text, ':1024  SYN', /38 more SYNs/, 'half-open 16/16', 'SYN-SENT', 'ESTABLISHED', 'ACCEPTABLE');
    expect(text).toContain(
      '→ all 40 are answered, 25 of them by a cookie that costs nothing; the honest client is in at its first try, by its cookie.',
    );
    expect(text).not.toMatch(/try .*─|lost/);
  });

  it('act 7: with the real kernel, or why not; never a failure', async () => {
    const text = await demo('--act', '7');
    expect(text).toContain("Act 7: this machine's own kernel connects to the core");
    if (!text.includes('left out: ')) {
      expectInOrder(
        text,
        there('SYN'),
        back('SYN ACK'),
        'ESTABLISHED',
        there('FIN ACK'),
        back('FIN ACK'),
        'CLOSED',
        '→',
      );
    }
  });

  it('without options plays all acts, in order', async () => {
    const text = await demo();
    expectInOrder(text, ...[1, 2, 3, 4, 5, 6, 7].map((act) => `── Act ${act}: `));
    expect(text.match(/^ {2}→ /gm)?.length).toBeGreaterThanOrEqual(6);
    expect(text).not.toMatch(/\(it failed\)|must not|is not in|it did not\)|FAILED/);
    const drawn = text.split('\n').filter((line) => !line.startsWith('  → '));
    expect(Math.max(...drawn.map((line) => line.length))).toBeLessThanOrEqual(120);
  });

  it.each([
    ['syn', [/├── SYN .*✗ lost/, /├── SYN .*2nd try/, 'SYN ACK']],
    ['syn-ack', [/├── SYN  seq 0/, /lost.*✗── SYN ACK/, '2nd try']],
    ['ack', [back('SYN ACK'), /├── ACK .*✗ lost/, /SYN ACK .*2nd try/, there('ACK'), 'ACCEPTABLE']],
  ])('--lose %s: lost once, repaired, and both sides are up', async (packet, parts) => {
    const text = await demo('--lose', packet);
    expectInOrder(text, ...parts, 'ESTABLISHED', '→ the client is ESTABLISHED; the server is ESTABLISHED.');
    expect(text.match(/lost: as told/g)).toHaveLength(1);
  });

  it('--loss and --seed: the same seed is the same text, another seed another', async () => {
    const [first, second, other] = await Promise.all([
      demo('--loss', '0.3', '--seed', '7'),
      demo('--loss', '0.3', '--seed', '7'),
      demo('--loss', '0.3', '--seed', '8'),
    ]);
    expect(first).toContain('lost: by chance');
    expect(second).toBe(first);
    expect(other).not.toBe(first);
  });

  it('--loss 1: nothing arrives, and that is said; --loss 0: nothing is lost', async () => {
    const [all, none] = await Promise.all([demo('--loss', '1'), demo('--loss', '0')]);
    expect(all).toContain('→ the client has EHOSTUNREACH; the server has no connection.');
    expect(none).toContain('→ the client is ESTABLISHED; the server is ESTABLISHED.');
    expect(none).not.toContain('by chance');
  });

  it('--json: the conclusions, as in the text', async () => {
    const [one, all] = await Promise.all([demo('--act', '2', '--json'), demo('--json')]);
    const [act] = JSON.parse(one) as { title: string; conclusion: string }[];
    expect(act?.title).toBe('the first packet lost');
    expect(await demo('--act', '2')).toContain(`→ ${act?.conclusion ?? 'no act'}`);
    const acts = JSON.parse(all) as { title: string; conclusion: string }[];
    expect(acts).toHaveLength(6);
    expect(acts[1]).toEqual(act);
  });

  it('--pcap: the frames of the ladder, which tshark finds nothing wrong with', async (context) => {
    const file = path.join(folder, 'act6.pcapng');
    await demo('--act', '6', '--pcap', file);
    // 40 SYNs and their answers; ARP, its answer and three packets of the honest client.
    expect(readPcapng(readFileSync(file)).packets).toHaveLength(85);
    skipWithout(context, 'tshark');
    const wrong = '_ws.malformed || ip.checksum.status == 0 || tcp.checksum.status == 0';
    const checked = ['-o', 'ip.check_checksum:TRUE', '-o', 'tcp.check_checksum:TRUE'];
    const tshark = async (filter: string): Promise<string[]> => {
      const { stdout } = await promisify(execFile)('tshark', ['-n', '-r', file, ...checked, '-Y', filter]);
      return stdout.split('\n').filter((line) => line !== '');
    };
    expect(await tshark('tcp.flags.syn == 1 && tcp.flags.ack == 0')).toHaveLength(41);
    expect(await tshark(wrong)).toEqual([]);
  });

  it('--pcap into a folder that is not there: one line, and exit code 1', async () => {
    const { code, stderr } = await firmshake('demo', '--act', '1', '--pcap', path.join(folder, 'no', 'such'));
    expect(stderr).toMatch(/^firmshake demo: .*no such.*\n$/);
    expect(code).toBe(1);
  });

  it.each([
    ['tiny', '8', '4', '16'],
    ['gateway', '4096', '1024', '8192'],
  ])('--profile %s: the same handshake with its pools', async (profile, halfOpen, connections, timeWait) => {
    const text = await demo('--profile', profile, '--act', '1');
    expectInOrder(
      text,
      `half-open 0/${halfOpen}`,
      `connections 1/${connections}`,
      `time-wait 0/${timeWait}`,
      'ESTABLISHED',
    );
    expect(await demo('--profile', profile)).not.toMatch(/\(it failed\)|must not|is not in|it did not\)|FAILED/);
  });
});
