/** Modules that do not serve: `slot-rolled-back.ts CAPTURE FIRMWARE`. Prints a RolledBackReport. */

import { BoardStage, told } from '../helpers/board.js';
import { deaf, hanging, POISON, trapping } from '../helpers/modules.js';
import { firmshakeUpload, image, put, right, slot, status } from '../helpers/slot.js';
import { BOARD_MAC } from '../helpers/board.js';

const { capture, firmware } = told();
const stage = await BoardStage.open(firmware, { slot });
const wasm = await right();

/** Uploads it, and waits until it is gone. */
async function tried(name: string, bytes: Uint8Array<ArrayBuffer>, meanwhile: () => void = () => {}) {
  const after = stage.lines().length;
  const { status: answered } = await put(await image(name, bytes));
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

const deafOne = await tried('deaf', deaf(wasm));
const hangs = await tried('hanging', hanging(wasm), poison);
const traps = await tried('trapping', await trapping(wasm), poison);
const cli = await firmshakeUpload(deaf(wasm), 'deaf');
const last = await status();

const report = { deafOne, hangs, traps, cli, last, lines: stage.lines(), exitCode: stage.exitCode ?? null };
export type RolledBackReport = typeof report;
await stage.close(capture);
console.log(JSON.stringify(report));
process.exit(0);
