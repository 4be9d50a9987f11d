import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  BoardError,
  imageOf,
  KEY_BYTES,
  ringsOf,
  runningText,
  shapeOf,
  slotStatus,
  untilServes,
  upload as send,
  UPLOAD_PORT,
  type Endpoint,
  type SlotStatus,
} from '../boards/index.js';
import type { Command } from './command.js';
import { Meter } from './meter.js';
import { boardModulePath, BUILT } from './modules.js';
import { print } from './output.js';
import { ProgressLine } from './progress-line.js';
import { UsageError, wholeNumber, type OptionTable } from './usage.js';

const OPTIONS: OptionTable = {
  host: { type: 'string', value: 'HOST[:PORT]', help: `the board (or as the first argument); port ${UPLOAD_PORT}` },
  key: { type: 'string', value: 'FILE', help: "the board's key: 16 to 64 bytes; the end of its line is no part of it" },
  aot: { type: 'string', value: 'FILE', help: 'what MODULE was compiled to, for a board that runs .aot files' },
};

/** @throws UsageError */
function endpointOf(text: string | undefined): Endpoint {
  const [host = '', port, ...more] = (text ?? '').split(':');
  if (host === '' || more.length > 0) throw new UsageError('a HOST is needed, such as 10.73.0.2 or 10.73.0.2:8266');
  return { host, port: port === undefined ? UPLOAD_PORT : wholeNumber('host', port, 1, 65535) };
}

/** @throws UsageError */
async function bytesOf(file: string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}`);
  });
  return new Uint8Array(bytes);
}

/** What WAMR's compiler makes begins so. */
const AOT_MAGIC = '\0aot';

/** @throws UsageError */
async function aotOf(file: string | undefined): Promise<Uint8Array | undefined> {
  const bytes = file === undefined ? undefined : await bytesOf(file);
  if (bytes === undefined || Buffer.from(bytes.subarray(0, 4)).toString('latin1') === AOT_MAGIC) return bytes;
  throw new UsageError(`--aot ${file}: no .aot file`);
}

/** @throws UsageError */
async function keyOf(file: string | undefined): Promise<Uint8Array> {
  if (file === undefined) throw new UsageError('--key FILE is needed: the key that the board was built with');
  const bytes = await bytesOf(file);
  const key = bytes.at(-1) === 0x0a ? bytes.subarray(0, -1) : bytes;
  const { least, most } = KEY_BYTES;
  if (key.length >= least && key.length <= most) return key;
  throw new UsageError(`--key ${file}: ${key.length} bytes; a key has ${least} to ${most}`);
}

/** A module by its name, or a file. @throws UsageError */
async function moduleOf(text: string | undefined): Promise<{ profile: string; wasm: Uint8Array<ArrayBuffer> }> {
  if (text === undefined) throw new UsageError(`a MODULE is needed: a .wasm file, or ${BUILT.join(', ')}`);
  const isBuilt = BUILT.some((name) => name === text);
  const wasm = isBuilt ? new Uint8Array(await readFile(boardModulePath(text))) : await bytesOf(text);
  return { profile: path.basename(text, '.wasm'), wasm };
}

/** @throws UsageError */
async function imageFrom(text: string, profile: string, wasm: Uint8Array<ArrayBuffer>, aot?: Uint8Array) {
  try {
    const { rxRing, txRing } = await ringsOf(wasm);
    const shape = await shapeOf(wasm, rxRing, txRing);
    return imageOf({ profile, bytes: aot ?? wasm, rxRing, txRing, shape });
  } catch (error) {
    if (!(error instanceof BoardError)) throw error;
    throw new UsageError(`${text}: ${error.message}`);
  }
}

/** What the board would say after all of it has come. */
function check(image: Uint8Array, { room, engine }: SlotStatus, isAot: boolean): void {
  if (image.length > room) {
    throw new BoardError('UPLOAD_REFUSED', `the module takes ${image.length} bytes, and the slot has ${room}`);
  }
  if (isAot !== (engine === 'aot')) {
    const what = isAot ? 'WebAssembly: leave --aot out' : '.aot files: --aot FILE';
    throw new BoardError('UPLOAD_REFUSED', `this board runs ${what}`);
  }
}

async function served(endpoint: Endpoint, image: Uint8Array): Promise<SlotStatus> {
  const line = new ProgressLine(process.stderr);
  const begunMs = performance.now();
  const waits = (): void =>
    line.tell(() => `waiting for the board: ${((performance.now() - begunMs) / 1000).toFixed(0)} s`);
  const sha256 = createHash('sha256').update(image).digest('hex');
  return await untilServes(endpoint, sha256, waits).finally(() => line.end());
}

export const upload: Command = {
  name: 'upload',
  summary: 'Replaces the module of a running board, which tries it and keeps it when it serves.',
  synopsis: 'HOST[:PORT] MODULE --key FILE [--aot FILE]',
  options: OPTIONS,
  takesFiles: true,
  first: 'host',
  examples: [
    'firmshake upload 10.73.0.2 lan-apps --key board.key',
    'firmshake upload 10.73.0.2:8266 build/custom.wasm --key board.key   # what `firmshake build` made',
    'The key itself is not sent. A module that does not serve within 10 s is rolled back by the board.',
  ],
  async run(given) {
    const endpoint = endpointOf(given.text('host'));
    const [text, ...more] = given.files;
    const { profile, wasm } = await moduleOf(text);
    if (more.length > 0) throw new UsageError(`one MODULE at a time, and not ${more.join(' ')}`);
    const key = await keyOf(given.text('key'));
    const aot = await aotOf(given.text('aot'));
    const image = await imageFrom(text ?? '', profile, wasm, aot);

    const before = await slotStatus(endpoint);
    print(`${endpoint.host} runs ${runningText(before)}`);
    check(image, before, aot !== undefined);
    const meter = new Meter('sent', process.stderr, image.length);
    await send(endpoint, image, { key, sequence: before.sequence, progress: (bytes) => meter.add(bytes) }).finally(() =>
      meter.clear(),
    );
    print(`uploaded ${image.length.toLocaleString('en-US')} bytes; the board restarts and tries it`);
    const after = await served(endpoint, image);
    print(`${endpoint.host} runs ${runningText(after)}: it serves, and is confirmed`);
    return 0;
  },
};
