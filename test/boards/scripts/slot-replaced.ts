/** A module that is refused, replaced, and kept over a restart: `slot-replaced.ts CAPTURE FIRMWARE`. Prints a ReplacedReport. */

import { once } from 'node:events';
import type net from 'node:net';
import { IMAGE_HEADER_BYTES, signedFields } from '../../../host/boards/image.js';
import { errorOf, kernelConnect, until } from '../../lan/helpers/stage.js';
import { BoardStage, told } from '../helpers/board.js';
import { otherAbi } from '../helpers/modules.js';
import { curl, fieldsOf, firmshakeUpload, image, KEY, nc, put, right, slot, status } from '../helpers/slot.js';

const ECHO = 7;
/** On a machine that has much else to do. */
const LIMIT_MS = 20_000;

const { capture, firmware } = told();
const stage = await BoardStage.open(firmware, { slot });
const wasm = await right();
const good = await image('first', wasm);

/** One connection that goes on through all that is refused. */
const running = await kernelConnect(ECHO);
let echoes = 0;
async function echoed(socket: net.Socket): Promise<void> {
  socket.write(`are you there? ${echoes}`);
  const [data] = (await once(socket, 'data')) as [Buffer];
  if (data.toString() === `are you there? ${echoes}`) echoes++;
}

const before = await status();
const other = Buffer.from('quite another key of a board');
const broken = Buffer.from(good);
broken.fill(0xff, IMAGE_HEADER_BYTES + 8, 1000);
const changed = Buffer.from(good);
changed[9000] = (changed[9000] ?? 0) ^ 1;
const oversize = Buffer.alloc(before.room + 1, 1);
const head = (length: number, fields: Record<string, string>): string =>
  [
    'PUT /module HTTP/1.1',
    `Content-Length: ${length}`,
    ...Object.entries(fields).map((field) => field.join(': ')),
    '',
    '',
  ].join('\r\n');

const overheard = await fieldsOf(good);
const uploads: Record<string, () => Promise<unknown>> = {
  changed: async () => await put(changed, overheard),
  replayed: async () => await put(good, overheard),
  broken: async () => await put(broken),
  shortened: async () => await put(good.subarray(0, -1)),
  otherAbi: async () => await put(await image('other', otherAbi(wasm))),
  wrongKey: async () => await put(good, await fieldsOf(good, other)),
  unsigned: async () => await put(good, []),
  oversize: async () => await put(oversize),
  noLength: async () => await curl('-T', '-', '-H', 'Transfer-Encoding: chunked', ...(await fieldsOf(good))),
  otherPath: async () => await curl('-X', 'DELETE'),
  truncated: async () => {
    const fields = signedFields(good, (await status()).sequence, KEY);
    return await nc(Buffer.concat([Buffer.from(head(good.length, fields)), good.subarray(0, 20_000)]));
  },
};
const refused: Record<string, unknown> = {};
for (const [name, upload] of Object.entries(uploads)) {
  refused[name] = await upload();
  await echoed(running);
}
const linesBefore = stage.lines();
const stateBefore = (await status()).running;

const accepted = await put(good);
await stage.logged(/^firmshake: .* profile first,/, { limitMs: LIMIT_MS });
running.write('and you?');
await until('what was forgotten ends', () => running.closed, LIMIT_MS);
const oldEndedBy = errorOf(running);
const onTrial = await status();
await stage.logged(/is confirmed$/, { limitMs: LIMIT_MS });
const confirmed = await status();
await echoed(await kernelConnect(ECHO));

const lines = stage.lines().length;
await stage.restart(firmware, { slot });
await stage.logged(/^firmshake: .* profile first,/, { after: lines, limitMs: LIMIT_MS });
const afterPower = await status();

const wrongKey = await firmshakeUpload(wasm, 'second', other);
const cli = await firmshakeUpload(wasm, 'second');
const last = await status();

const report = {
  before,
  refused,
  echoes,
  count: Object.keys(uploads).length,
  linesBefore,
  stateBefore,
  accepted,
  oldEndedBy,
  onTrial,
  confirmed,
  afterPower,
  wrongKey,
  cli,
  last,
  exitCode: stage.exitCode ?? null,
};
export type ReplacedReport = typeof report;
await stage.close(capture);
console.log(JSON.stringify(report));
process.exit(0);
