/** A board with one connection on which nothing is said for a minute: `idle.ts CAPTURE FIRMWARE`. Prints an IdleReport. */

import { readdir, readFile } from 'node:fs/promises';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { FLAG, segmentFrame, segmentIn } from '../../lan/helpers/packets.js';
import { kernelConnect, kernelStates } from '../../lan/helpers/stage.js';
import { BOARD, BoardStage, monotonic, told, until } from '../helpers/board.js';

/** Of the apps in the module; with a port to be asked at, the board listens at as many as it can. */
const ECHO = 7;
const REPORTING = 99;
/** Sends a SYN, and never hears the answer. */
const STRANGER = 40001;
const IDLE_MS = 60_000;
/** After the last frame there may be something to wait for: a neighbour that is asked for, an ACK. */
const SETTLE_MS = 2000;
/** Of /proc/PID/stat: `getconf CLK_TCK`, which is 100 on every Linux that Node runs on. */
const TICK_MS = 10;

/** What a board of bare metal counts: boards/bare/main.c. */
interface Figures {
  /** When it was asked, by our clock. */
  atMs: number;
  timerInterrupts: number;
  frameInterrupts: number;
  sleeps: number;
  asleepMs: number;
  totalMs: number;
}

/** What Linux counts of the program that is the board, or of QEMU. */
interface Process {
  cpuMs: number;
  /** How often each of its threads has gone to sleep by itself. */
  sleeps: number;
}

const { capture, firmware } = told();
const stage = await BoardStage.open(firmware, {
  plan: `report=${REPORTING}`,
  loses: (direction, frame) => direction === 'out' && segmentIn(frame)?.destinationPort === STRANGER,
});

const FIGURES = /^figures: (\d+) timer interrupts, (\d+) frame interrupts, (\d+) sleeps, (\d+) of (\d+) ms asleep$/;

/** Asks the board. The answer is on its log; the connection is aborted, so that the board guards nothing that was. */
async function figures(): Promise<Figures> {
  const after = stage.lines().length;
  const atMs = monotonic();
  const socket = net.connect({ port: REPORTING, host: BOARD, allowHalfOpen: true });
  socket.resume().on('end', () => socket.resetAndDestroy());
  const { line } = await stage.logged(FIGURES, { after });
  await until('the connection is gone', () => socket.closed);
  const [timerInterrupts = NaN, frameInterrupts = NaN, sleeps = NaN, asleepMs = NaN, totalMs = NaN] = (
    FIGURES.exec(line) ?? []
  )
    .slice(1)
    .map(Number);
  return { atMs, timerInterrupts, frameInterrupts, sleeps, asleepMs, totalMs };
}

async function processId(): Promise<number> {
  const children = await readFile(`/proc/self/task/${process.pid}/children`, 'utf8');
  const name = { linux: 'firmshake-linux', rv32: 'qemu-system-ris', xtensa: 'qemu-system-xte' }[firmware.board];
  for (const pid of children.trim().split(' ').map(Number)) {
    if ((await readFile(`/proc/${pid}/comm`, 'utf8')).startsWith(name)) return pid;
  }
  throw new Error(`none of ${children} is ${name}`);
}

/** proc(5): behind the name, which is in parentheses, come the fields from the third on. */
async function processFigures(pid: number): Promise<Process> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { cpuMs: (Number(fields[11]) + Number(fields[12])) * TICK_MS, sleeps: await sleepsOf(pid) };
}

async function sleepsOf(pid: number): Promise<number> {
  let sum = 0;
  for (const thread of await readdir(`/proc/${pid}/task`)) {
    const status = await readFile(`/proc/${pid}/task/${thread}/status`, 'utf8');
    sum += Number(/^voluntary_ctxt_switches:\s*(\d+)$/m.exec(status)?.[1]);
  }
  return sum;
}

const pid = await processId();
const socket = await kernelConnect(ECHO);

const counted: Figures[] = [];
const processes: Process[] = [];
async function count(): Promise<void> {
  if (firmware.board !== 'linux') counted.push(await figures());
  await sleep(SETTLE_MS);
  processes.push(await processFigures(pid));
}

await count();
const framesBefore = stage.heard.length;
await sleep(IDLE_MS);
const frames = stage.heard.length - framesBefore;
processes.push(await processFigures(pid));

await count();

/** It is still there. */
const states = await kernelStates(ECHO);
let echoed = '';
socket.on('data', (bytes: Buffer) => (echoed += bytes.toString()));
socket.write('still there?');
await until('the board answers', () => echoed === 'still there?');

/** Where there is something to wait for, it is seen: so what was counted before is not nothing because nothing counts. */
const like = stage.segments(ECHO).find(({ direction }) => direction === 'out')?.frame as Uint8Array;
stage.give(
  segmentFrame({ like, sourcePort: STRANGER, destinationPort: ECHO, sequence: 7, flags: FLAG.syn, mss: 1460 }),
);
await sleep(1500);
await count();

/** Frames that the board was given between two of the counts. */
const framesBetween = (from: number, to: number): number => {
  const [first = NaN, last = NaN] = [counted[from]?.atMs, counted[to]?.atMs];
  return stage.heard.filter(({ direction, atMs }) => direction === 'in' && atMs >= first && atMs < last).length;
};
const report = {
  idleMs: IDLE_MS,
  frames,
  counted,
  asked: framesBetween(0, 1),
  processes,
  states,
  log: stage.lines().filter((line) => !line.startsWith('figures: ')),
  exitCode: stage.exitCode ?? null,
};
export type IdleReport = typeof report;
await stage.close(capture);
console.log(JSON.stringify(report));
process.exit(0);
