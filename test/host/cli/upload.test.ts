/** `firmshake upload`: what it asks of a board, what it says of its answers, and what it refuses by itself. */
import { createHash, createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { imageOf, ringsOf, type SlotStatus } from '../../../host/boards/index.js';
import { targetSizes } from '../../../host/build/targets.js';
import { firmshake, type Outcome } from '../../support/firmshake.js';

const KEY = 'sixteen bytes...';
const MODULE = new URL('../../../build/lan-fast.wasm', import.meta.url);
const BEFORE: SlotStatus = {
  state: 'empty',
  running: 'built-in',
  profile: 'old',
  sha256: 'ab'.repeat(32),
  engine: 'interp',
  abi: 1,
  sequence: 41,
  room: 100_000,
  memory: 60_000,
};

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'firmshake-upload-'));
  writeFileSync(file('key'), `${KEY}\n`);
  writeFileSync(file('short'), 'fifteen bytes..');
  writeFileSync(file('none.wasm'), 'nothing of the kind');
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string): string {
  return path.join(folder, name);
}

interface Put {
  headers: http.IncomingHttpHeaders;
  body: Buffer;
}

interface Board {
  puts: Put[];
  outcome: Outcome;
}

/** A board that answers so while the command runs: what it says of itself before an upload and after it, one after the other. */
async function uploadTo(
  { before = BEFORE, after = [], answer = [202, 'uploaded'] }: Partial<Answers>,
  module = 'lan',
): Promise<Board> {
  const puts: Put[] = [];
  const server = http.createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const body = Buffer.concat(parts);
      if (request.method === 'PUT') {
        puts.push({ headers: request.headers, body });
        response.writeHead(answer[0], { Connection: 'close' }).end(`${answer[1]}\n`);
        return;
      }
      const sha256 = createHash('sha256')
        .update(puts[0]?.body ?? '')
        .digest('hex');
      const now = puts.length === 0 ? before : after.shift();
      if (now === undefined) request.socket.destroy();
      else response.end(typeof now === 'string' ? now : JSON.stringify({ ...now, sha256: now.sha256 || sha256 }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    return { puts, outcome: await firmshake('upload', `127.0.0.1:${port}`, module, '--key', file('key')) };
  } finally {
    server.close();
  }
}

interface Answers {
  before: SlotStatus | string;
  /** An empty SHA-256 is that of what was uploaded. */
  after: (SlotStatus | undefined)[];
  answer: [status: number, text: string];
}

const after = { ...BEFORE, running: 'A', profile: 'lan', sha256: '', sequence: 43 };

describe.concurrent('firmshake upload', () => {
  it('sends a signed image, waits until the board serves again, and says what runs', async () => {
    const busy = [{ ...after, state: 'uploaded' }, undefined, { ...after, state: 'trying' }];
    const { puts, outcome } = await uploadTo({ after: [...busy, { ...after, state: 'confirmed' }] });
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    const [put] = puts as [Put];
    const digest = createHash('sha256').update(put.body).digest('hex');
    expect(outcome.stdout.split('\n')).toEqual([
      `127.0.0.1 runs old (built in, SHA-256 ${'ab'.repeat(8)}…)`,
      `uploaded ${put.body.length.toLocaleString('en-US')} bytes; the board restarts and tries it`,
      `127.0.0.1 runs lan (region A, SHA-256 ${digest.slice(0, 16)}…): it serves, and is confirmed`,
      '',
    ]);

    const signed = `PUT /module\n41\n${put.body.length}\n${digest}\n`;
    expect(put.headers).toMatchObject({
      'content-length': String(put.body.length),
      'firmshake-sequence': '41',
      'firmshake-sha256': digest,
      'firmshake-signature': createHmac('sha256', KEY).update(signed).digest('hex'),
    });
    expect(JSON.stringify(put.headers)).not.toContain(KEY);
    expect(put.body.subarray(64).equals(readFileSync(MODULE))).toBe(true);
    const { rxRing, txRing } = targetSizes('lan');
    expect([put.body.readUInt32LE(20), put.body.readUInt32LE(24)]).toEqual([rxRing, txRing]);
  });

  it('says what the board has against it', async () => {
    const { outcome } = await uploadTo({ answer: [409, 'another sequence number is due'] });
    expect(outcome).toMatchObject({
      code: 1,
      stderr: 'firmshake upload: the board refuses it: another sequence number is due (409)\n',
    });
  });

  it('says that the board has rolled it back, and what runs instead', async () => {
    const { outcome } = await uploadTo({ after: [undefined, { ...BEFORE, state: 'rolled back' }] });
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toBe(
      'firmshake upload: the module did not serve and is rolled back: ' +
        `the board runs old (built in, SHA-256 ${'ab'.repeat(8)}…)\n`,
    );
  });

  it('sends nothing to a board that has no room for it', async () => {
    const { puts, outcome } = await uploadTo({ before: { ...BEFORE, room: 20_000 } });
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toMatch(/^firmshake upload: the module takes \d+ bytes, and the slot has 20000\n$/);
    expect(puts).toEqual([]);
  });

  it('sends no WebAssembly to a board that runs .aot files', async () => {
    const { puts, outcome } = await uploadTo({ before: { ...BEFORE, engine: 'aot' } });
    expect(outcome).toMatchObject({
      code: 1,
      stderr: 'firmshake upload: this board runs .aot files: --aot FILE\n',
    });
    expect(puts).toEqual([]);
  });

  it('sends nothing to what is no board', async () => {
    for (const before of ['<html></html>', 'null', '{"state":"empty"}']) {
      const { puts, outcome } = await uploadTo({ before });
      expect(outcome.code).toBe(1);
      expect(outcome.stderr).toMatch(/^firmshake upload: 127\.0\.0\.1:\d+: no board with a slot for the module\n$/);
      expect(puts).toEqual([]);
    }
  });

  it('says that nobody listens there', async () => {
    // Of TCPMUX, which nobody has.
    const { code, stderr } = await firmshake('upload', '127.0.0.1:1', 'lan', '--key', file('key'));
    expect(code).toBe(1);
    expect(stderr).toMatch(/^firmshake upload: 127\.0\.0\.1:1: nobody listens there: .*\n$/);
  });

  it.each([
    ['no host', []],
    ['no module', ['10.0.0.1']],
    ['a port that there is not', ['10.0.0.1:65536', 'lan', '--key', 'KEY']],
    ['more than one port', ['10.0.0.1:1:2', 'lan', '--key', 'KEY']],
    ['no key', ['10.0.0.1', 'lan']],
    ['a file that is not there', ['10.0.0.1', 'there/is/none.wasm', '--key', 'KEY']],
    ['a key that is too short', ['10.0.0.1', 'lan', '--key', 'short']],
    ['what is no module', ['10.0.0.1', 'none.wasm', '--key', 'KEY']],
    ['two modules', ['10.0.0.1', 'lan', 'tiny', '--key', 'KEY']],
    ['an .aot file that is none', ['10.0.0.1', 'lan', '--key', 'KEY', '--aot', 'none.wasm']],
    ['an option that there is not', ['10.0.0.1', 'lan', '--kye', 'KEY']],
  ])('refuses %s in one line, before it asks anybody', async (_, args) => {
    const files: Record<string, string> = { KEY: file('key'), short: file('short'), 'none.wasm': file('none.wasm') };
    const { code, stdout, stderr } = await firmshake('upload', ...args.map((text) => files[text] ?? text));
    expect(code).toBe(2);
    expect(stderr).toMatch(/^firmshake upload: [^\n]+\n$/);
    expect(stdout).toBe('');
  });

  it('is in the overview, and tells of itself', async () => {
    expect((await firmshake('--help')).stdout).toMatch(/^ {2}upload {3,}Replaces the module/m);
    const { code, stdout } = await firmshake('upload', '--help');
    expect(code).toBe(0);
    expect(stdout).toContain('usage: firmshake upload HOST[:PORT] MODULE --key FILE [--aot FILE]\n');
  });
});

describe('an image', () => {
  it('is a header of 64 bytes, as boards/slot/image.h has it, and the module', () => {
    const shape = { memoryBytes: 0x11223344, ringsAt: 7, ringsBytes: 8 };
    const image = imageOf({ profile: 'x'.repeat(40), bytes: Buffer.from('module'), rxRing: 5, txRing: 6, shape });
    const numbers = [64, 1, 6, 0x11223344, 5, 6, 7, 8, 0].map((_, index) => image.readUInt32LE(4 + 4 * index));
    expect(numbers).toEqual([64, 1, 6, 0x11223344, 5, 6, 7, 8, 0]);
    expect(image.toString('latin1', 0, 4)).toBe('FSKM');
    expect(image.toString('latin1', 40)).toBe(`${'x'.repeat(23)}\0module`);
  });

  it.each(['tiny', 'lan', 'lan-apps', 'gateway'])('of %s says how large its rings are', async (name) => {
    const wasm = new Uint8Array(readFileSync(new URL(`../../../build/${name}.wasm`, import.meta.url)));
    const { rxRing, txRing } = targetSizes(name);
    expect(await ringsOf(wasm)).toEqual({ rxRing, txRing });
  });
});
