/** Modules that do not serve: `slot-rolled-back.ts CAPTURE FIRMWARE`. Prints a RolledBackReport. */

import { BOARD_MAC, BoardStage, told } from '../helpers/board.js';
import { deaf, fat, hanging, POISON, trapping } from '../helpers/modules.js';
import { firmshakeUpload, image, put, right, slot, status } from '../helpers/slot.js';

/** A trial is of ten seconds; a machine that has much else to do may need as long for the rest. */
const LIMIT_MS = 40_000;

const { capture, firmware } = told();
const stage = await BoardStage.open(firmware, { slot });
const wasm = await right();

/** Uploads it, does this when it runs, and waits until it is gone. */
async function tried(name: string, bytes: Uint8Array<ArrayBuffer>, meanwhile: () => unknown = () => {}) {
  const after = stage.lines().length;
  const { status: answered } = await put(await image(name, bytes));
  await stage.logged(/: on trial$/, { after, limitMs: LIMIT_MS });
  await meanwhile();
  await stage.logged(/^slot: rolled back/, { after, limitMs: LIMIT_MS });
  await stage.logged(/^firmshake: .* profile lan-apps,/, { after, limitMs: LIMIT_MS });
  const { state, running } = await status();
  return { answered, state, running, lines: stage.lines().slice(after) };
}

async function runs(name: string): Promise<void> {
  await stage.logged(new RegExp(`^firmshake: .* profile ${name},`), { limitMs: LIMIT_MS });
}

/** A frame that makes the module trap. */
function poison(): void {
  const frame = Buffer.alloc(64, 0xa5);
  Buffer.from(BOARD_MAC.replaceAll(':', ''), 'hex').copy(frame);
  Buffer.from('024653000001', 'hex').copy(frame, 6);
  frame.writeUInt16BE(POISON.unreachable, 12);
  stage.give(frame);
}

/** Its sections are whole, and what lies in them is no code. */
const spoiled = Uint8Array.from(wasm).fill(0, 5000, 9000);

const noCode = await tried('spoiled', spoiled);
const fatOne = await tried('fat', fat(wasm));
const traps = await tried('trapping', await trapping(wasm), async () => {
  await runs('trapping');
  poison();
});
const trapsLater = await tried('confirmed', await trapping(wasm), async () => {
  await runs('confirmed');
  await status();
  await stage.logged(/is confirmed$/, { limitMs: LIMIT_MS });
  for (let restart = 1; restart <= 3; restart++) {
    const after = stage.lines().length;
    poison();
    await stage.logged(new RegExp(`restart ${restart}$`), { after, limitMs: LIMIT_MS });
  }
});
const hangs = await tried('hanging', hanging(wasm), async () => {
  await runs('hanging');
  poison();
});
const cli = await firmshakeUpload(await deaf(wasm), 'deaf');
const last = await status();

const report = { noCode, fatOne, traps, trapsLater, hangs, cli, last, exitCode: stage.exitCode ?? null };
export type RolledBackReport = typeof report;
await stage.close(capture);
console.log(JSON.stringify(report));
process.exit(0);
