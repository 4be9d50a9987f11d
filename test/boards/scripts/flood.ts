/** A board in a flood of SYNs from all over its network, faster than it takes them: `flood.ts CAPTURE FIRMWARE`. Prints a FloodReport. */

import { once } from 'node:events';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { FLAG, segmentFrame, segmentIn } from '../../lan/helpers/packets.js';
import { kernelConnect } from '../../lan/helpers/stage.js';
import { BOARD, BoardStage, monotonic, told } from '../helpers/board.js';

const ECHO = 7;
const REPORTING = 99;
const SYNS = 60_000;
/** At once, and then the process takes a breath. */
const BURST = 32;
/** QEMU has the last of them by then. */
const SETTLE_MS = 1500;

const { capture, firmware } = told();
const stage = await BoardStage.open(firmware, { plan: `report=${REPORTING}` });

async function echoes(text: string): Promise<boolean> {
  const socket = await kernelConnect(ECHO);
  socket.end(text);
  let back = '';
  for await (const part of socket.setEncoding('utf8')) back += part as string;
  return back === text;
}

/** What the board's driver has counted: boards/bare/main.c. */
async function figures(): Promise<{ received: number; full: number }> {
  const after = stage.lines().length;
  const socket = net.connect({ port: REPORTING, host: BOARD });
  socket.resume();
  const { line } = await stage.logged(/^figures: \d+ frames received/, { after, limitMs: 20_000 });
  if (!socket.closed) await once(socket, 'close');
  const [received = NaN, , full = NaN] = (line.match(/\d+/g) ?? []).map(Number);
  return { received, full };
}

const isFirst = await echoes('before');
const like = stage.heard.find(({ direction, frame }) => direction === 'out' && segmentIn(frame) !== undefined)?.frame;
if (like === undefined) throw new Error('the board has sent no segment');

/** From one of 200 strangers of the same network, and a port of its. */
function syn(number: number): Uint8Array {
  const to = (like as Uint8Array).slice();
  const stranger = 20 + (number % 200);
  to.set([0x02, 0, 0, 0, 0, stranger], 0);
  to[33] = stranger;
  const sourcePort = 1024 + Math.floor(number / 200);
  return segmentFrame({
    like: to,
    sourcePort,
    destinationPort: ECHO,
    sequence: number * 7919,
    flags: FLAG.syn,
    mss: 1460,
  });
}

const before = await figures();
const heardBefore = stage.heard.length;
const begun = monotonic();
const honest = { tried: 0, echoed: 0, isOver: false };
const clients = (async () => {
  while (!honest.isOver) {
    honest.tried++;
    if (await echoes(`honest ${honest.tried}`)) honest.echoed++;
    await sleep(10);
  }
})();
for (let number = 0; number < SYNS; number++) {
  stage.give(syn(number));
  if (number % BURST === 0) await sleep(1);
}
const tookMs = monotonic() - begun;
honest.isOver = true;
await clients;
await sleep(SETTLE_MS);
const given = stage.heard.slice(heardBefore).filter(({ direction }) => direction === 'in').length;
const after = await figures();
const isLast = await echoes('after');

const report = {
  isFirst,
  isLast,
  honest,
  syns: SYNS,
  tookMs,
  given,
  received: after.received - before.received,
  full: after.full - before.full,
  lines: stage.lines().filter((line) => !line.startsWith('figures:')),
  exitCode: stage.exitCode ?? null,
};
export type FloodReport = typeof report;
// Their checksums were right when they were made: what is looked at are the board's answers to who is honest.
stage.heard.splice(0, stage.heard.length, ...stage.heard.slice(0, heardBefore));
await stage.close(capture);
console.log(JSON.stringify(report));
process.exit(0);
