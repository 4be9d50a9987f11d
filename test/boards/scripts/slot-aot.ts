/** A module that was compiled ahead of time, replaced by `firmshake upload`: `slot-aot.ts CAPTURE FIRMWARE`. Prints an AotReport. */

import { compileAot } from '../../../host/boards/aot.js';
import { BOARD_KINDS } from '../../../host/boards/boards.js';
import { wamrSource } from '../../../host/boards/wamr.js';
import { BoardStage, told } from '../helpers/board.js';
import { fileOf, firmshakeUpload, image, KEY, put, right, slot, status } from '../helpers/slot.js';

const { capture, firmware } = told();
const stage = await BoardStage.open(firmware, { slot });
const wasm = await right();
const compiled = async (kind: 'linux' | 'rv32'): Promise<Uint8Array> =>
  await compileAot(wasm, BOARD_KINDS[kind].aot, await wamrSource(), () => {});

const before = await status();
const otherEngine = await put(await image('interp', wasm));
const otherCpu = await put(await image('rv32', await compiled('rv32')));
const cli = await firmshakeUpload(wasm, 'ahead', KEY, '--aot', fileOf('ahead.aot', await compiled('linux')));
const after = await status();

const report = { before, otherEngine, otherCpu, cli, after, lines: stage.lines(), exitCode: stage.exitCode ?? null };
export type AotReport = typeof report;
await stage.close(capture);
console.log(JSON.stringify(report));
process.exit(0);
