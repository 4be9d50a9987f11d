/** A board with little memory: `tiny.ts CAPTURE FIRMWARE`. Prints a TinyReport. */

import { once } from 'node:events';
import { kernelConnect } from '../../lan/helpers/stage.js';
import { BoardStage, monotonic, told } from '../helpers/board.js';

const PORT = 77;
const CONNECTIONS = 20;
const LENGTH = 100_000;

const { capture, firmware } = told();
const stage = await BoardStage.open(firmware, { plan: `listen=${PORT}` });

/** From the kernel's last word to the board's. */
async function closes(bytes: number): Promise<number> {
  const socket = await kernelConnect(PORT);
  socket.resume();
  socket.end(Buffer.alloc(bytes, 'x'));
  await once(socket, 'finish');
  const begun = monotonic();
  await once(socket, 'close');
  return monotonic() - begun;
}

const tookMs: number[] = [];
for (let i = 0; i < CONNECTIONS; i++) tookMs.push(await closes(3));
const socket = await kernelConnect(PORT);
socket.resume().end(Buffer.alloc(LENGTH, 'y'));
await once(socket, 'close');
const taken = socket.bytesWritten;

const report = { tookMs, sent: LENGTH, taken, log: stage.lines() };
export type TinyReport = typeof report;
await stage.close(capture);
console.log(JSON.stringify(report));
process.exit(0);
