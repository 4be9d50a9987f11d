/** A board whose module traps, when a poisonous frame tells it to: `traps.ts CAPTURE FIRMWARE`. Prints a TrapsReport. */

import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FLAG, segmentFrame, segmentIn } from '../../lan/helpers/packets.js';
import { errorOf, kernelConnect, output, until } from '../../lan/helpers/stage.js';
import { BOARD, BOARD_MAC, BoardStage, monotonic, told } from '../helpers/board.js';
import { standingInLine } from '../helpers/cpu.js';
import { dumpsIn, type Dump } from '../helpers/dump.js';
import { POISON } from '../helpers/modules.js';

const { capture, firmware } = told();
const folder = mkdtempSync(path.join(tmpdir(), 'firmshake-dump-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const dumpFile = path.join(folder, 'dump');
const stage = await BoardStage.open(firmware, { plan: 'listen=77', dumpFile });

/** A SYN is sent so often, until one is answered. */
const EVERY_MS = 2;
const ECHO = 7;

const bytesOfMac = BOARD_MAC.split(':').map((part) => parseInt(part, 16));
const poison = (type: number): Uint8Array => {
  const frame = new Uint8Array(64);
  frame.set(bytesOfMac);
  frame.set([2, 0x46, 0x53, 0, 0, 1], 6);
  frame.set([type >> 8, type & 0xff], 12);
  return frame.fill(0xa5, 14);
};

const curl = (page: string): Promise<string> => output('curl', '-sS', '--max-time', '10', `http://${BOARD}/${page}`);
const restartsOf = (json: string): number => Number(/"restarts":(\d+)/.exec(json)?.[1] ?? NaN);

let nextPort = 20_001;

/**
 * From a poisonous frame to a SYN-ACK, in ms: what the board says to the others is not waited for. The time in which the board stood
 * in line for a CPU of this machine is not counted.
 */
async function servesAgain(frames: readonly Uint8Array[]): Promise<number> {
  const sourcePort = nextPort++;
  // The kernel knows nothing of it and will answer the SYN-ACK by a RST.
  const like = stage.heard.find((heard) => heard.direction === 'out' && segmentIn(heard.frame) !== undefined)?.frame;
  if (like === undefined) throw new Error('nothing was said yet');
  const syn = segmentFrame({ like, sourcePort, destinationPort: ECHO, sequence: 7, flags: FLAG.syn, mss: 1460 });
  let tookMs: number | undefined;
  stage.onFrame = ({ direction, frame, atMs }) => {
    const segment = segmentIn(frame);
    const isAnswer = segment?.flags === (FLAG.syn | FLAG.ack) && segment.destinationPort === sourcePort;
    // Asked now: what it waits for after that is not in the time.
    if (direction === 'out' && isAnswer) tookMs ??= atMs - begun - inLine();
  };
  const inLine = standingInLine(stage.pid);
  const begun = monotonic();
  for (const frame of frames) stage.give(frame);
  const timer = setInterval(() => stage.give(syn), EVERY_MS);
  try {
    await until('a SYN is answered', () => tookMs !== undefined, 10_000);
  } finally {
    clearInterval(timer);
    stage.onFrame = undefined;
  }
  return tookMs ?? NaN;
}

/** What becomes of a connection that the board has forgotten. */
async function answered(socket: net.Socket): Promise<string | undefined> {
  socket.write('are you there?');
  await until('what was forgotten ends', () => socket.closed);
  return errorOf(socket);
}

function dumps(): Dump[] {
  return dumpsIn(firmware.board === 'linux' ? readFileSync(dumpFile) : Buffer.from(stage.lines().join('\n')));
}

async function traps(type: number, restart: number) {
  const old = await kernelConnect(ECHO);
  const { localPort } = old;
  // What comes back shows that the board has seen the third packet.
  old.write('who is there?');
  await once(old, 'data');
  const servesAgainMs = await servesAgain([poison(type)]);
  const { line } = await stage.logged(new RegExp(`^firmshake: trap in .*; restart ${restart}$`));
  const oldEndedBy = await answered(old);
  return {
    servesAgainMs,
    line,
    oldEndedBy,
    restarts: restartsOf(await curl('status.json')),
    oldPort: localPort,
    dump: dumps().at(-1),
    poison: Buffer.from(poison(type)).toString('hex'),
  };
}

const before = restartsOf(await curl('status.json'));
const unreachable = await traps(POISON.unreachable, 1);
const outOfBounds = await traps(POISON.outOfBounds, 2);
const types = [POISON.unreachable, POISON.outOfBounds, POISON.unreachable, POISON.outOfBounds, POISON.unreachable];
const fiveInARowMs = await servesAgain(types.map(poison));
await stage.logged(/; restart 7$/);
const inARow = { ms: fiveInARowMs, page: await curl(''), restarts: restartsOf(await curl('status.json')) };
// What it was told to do is done anew.
const listening = await kernelConnect(77);
await stage.logged(new RegExp(`^session: 10\\.73\\.0\\.1:${listening.localPort ?? 0} accepted$`));
listening.resetAndDestroy();

const isDumpLine = /^[A-Za-z0-9+/=]{4,64}$/;
const report = {
  before,
  unreachable,
  outOfBounds,
  inARow,
  log: stage.lines().filter((line) => !isDumpLine.test(line)),
  exitCode: stage.exitCode ?? null,
};
export type TrapsReport = typeof report;
await stage.close(capture);
console.log(JSON.stringify(report));
process.exit(0);
