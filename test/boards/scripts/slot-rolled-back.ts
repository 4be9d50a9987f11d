/** Modules that do not serve: `slot-rolled-back.ts CAPTURE FIRMWARE`. Prints a RolledBackReport. */

import { BoardStage, told } from '../helpers/board.js';
import { deaf, hanging, POISON, trapping } from '../helpers/modules.js';
import { firmshakeUpload, image, put, right, slot, status } from '../helpers/slot.js';
import { BOARD_MAC } from '../helpers/board.js';

const { capture, firmware } = told();
const stage = await BoardStage.open(firmware, { slot });
const wasm = await right();

/** Uploads it as curl does. */
async function byCurl(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<number> {
  return (await put(await image(name, bytes))).status;
}

/** Uploads it, and waits until it is gone. */
async function tried(name: string, upload: () => Promise<number> | number, meanwhile: () => void = () => {}) {
  const after = stage.lines().length;
  const answered = await upload();
  const begun = await stage.logged(/: on trial$/, { after });
  await stage.logged(new RegExp(`^firmshake: .* profile ${name},`), { after });
  meanwhile();
  const ended = await stage.logged(/^slot: rolled back/, { after, limitMs: 20_000 });
  await stage.logged(/^firmshake: .* profile lan-apps,/, { after });
  const now = await status();
  return { answered, state: now.state, running: now.running, tookMs: ended.atMs - begun.atMs };
}

/** A frame that makes the module trap. */
function poison(): void {
  const frame = Buffer.alloc(64, 0xa5);
  Buffer.from(BOARD_MAC.replaceAll(':', ''), 'hex').copy(frame);
  Buffer.from('024653000001', 'hex').copy(frame, 6);
  frame.writeUInt16BE(POISON.unreachable, 12);
  stage.give(frame);
}

let uploading: ReturnType<typeof firmshakeUpload> | undefined;
const deafOne = await tried('deaf', () => {
  uploading = firmshakeUpload(deaf(wasm), 'deaf');
  return 202;
});
const cli = await uploading;
const hangs = await tried('hanging', () => byCurl('hanging', hanging(wasm)), poison);
const bytes = await trapping(wasm);
const traps = await tried('trapping', () => byCurl('trapping', bytes), poison);

const report = { deafOne, hangs, traps, cli, lines: stage.lines(), exitCode: stage.exitCode ?? null };
export type RolledBackReport = typeof report;
await stage.close(capture);
console.log(JSON.stringify(report));
process.exit(0);
