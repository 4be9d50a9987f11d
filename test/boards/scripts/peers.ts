/** A board that connects to the kernel and is connected to, in every way that can end: `peers.ts CAPTURE FIRMWARE`. Prints a PeersReport. */

import { once } from 'node:events';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { arpTarget, FLAG, segmentIn } from '../../lan/helpers/packets.js';
import { kernelConnect, kernelStates, kernelTries, until } from '../../lan/helpers/stage.js';
import { BoardStage, KERNEL, monotonic, told } from '../helpers/board.js';

const LISTENING = 77;
const ACCEPTING = 8001;
const REFUSING = 8002;
/** The board's third packet is lost. */
const DEAF = 8003;
const NOBODY = '10.73.0.77';
const TIMEOUT_MS = 3000;

/** A kernel that listens before the board is there. */
async function kernelListens(port: number): Promise<() => Promise<{ socket: net.Socket; atMs: number }>> {
  const accepted: { socket: net.Socket; atMs: number }[] = [];
  const server = net.createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    accepted.push({ socket, atMs: monotonic() });
  });
  server.listen(port, '0.0.0.0');
  await once(server, 'listening');
  server.unref();
  return async () => {
    await until(`the kernel accepts on ${port}`, () => accepted.length > 0);
    return accepted.shift() as { socket: net.Socket; atMs: number };
  };
}

/** How many ACKs without anything else are still to be lost, by port and direction. */
const losing = { out: { port: DEAF, times: 1 }, in: { port: LISTENING, times: 0 } };

function loses(direction: 'in' | 'out', frame: Uint8Array): boolean {
  const segment = segmentIn(frame);
  const loss = losing[direction];
  const isWanted = segment?.flags === FLAG.ack && segment.destinationPort === loss.port && loss.times > 0;
  if (isWanted) loss.times--;
  return isWanted;
}

const { capture, firmware } = told();
const [accepting, deaf] = [await kernelListens(ACCEPTING), await kernelListens(DEAF)];
const peers = [`${KERNEL}:${ACCEPTING}`, `${KERNEL}:${REFUSING}`, `${KERNEL}:${DEAF}`, `${NOBODY}:9`];
const plan = [`listen=${LISTENING}`, ...peers.map((peer) => `connect=${peer}`), `timeout=${TIMEOUT_MS}`].join(',');
const stage = await BoardStage.open(firmware, { plan, loses });

const said = (port: number, what: string): RegExp => new RegExp(`^session: 10\\.73\\.0\\.1:${port} ${what}$`);

/** The board connects; the kernel's program is killed: an abort, with SO_LINGER 0. */
async function connected() {
  await stage.logged(said(ACCEPTING, 'connected'));
  const { socket } = await accepting();
  const kernel = await kernelStates(ACCEPTING);
  socket.resetAndDestroy();
  await stage.logged(said(ACCEPTING, 'ECONNRESET'));
  return { kernel };
}

async function refused() {
  await stage.logged(said(REFUSING, 'ECONNREFUSED'));
  return { syns: stage.segments(REFUSING).filter(({ direction }) => direction === 'out').length };
}

/** The kernel does not get the board's ACK: it says SYN-ACK again, is answered again, and accepts. */
async function acknowledgmentLost() {
  await stage.logged(said(DEAF, 'connected'));
  const { socket, atMs } = await deaf();
  const segments = stage.segments(DEAF);
  const kernel = await kernelStates(DEAF);
  const port = socket.remotePort;
  socket.resetAndDestroy();
  return {
    lost: segments.filter(({ lost }) => lost).length,
    synAcks: segments.filter(({ flags }) => flags === (FLAG.syn | FLAG.ack)).length,
    acceptedMs: atMs - (segments[0]?.atMs ?? NaN),
    kernel,
    port,
  };
}

async function givesUp() {
  const { line, atMs } = await stage.logged(/^session: 10\.73\.0\.77:9 /);
  const asked = stage.heard.filter(({ frame, direction }) => direction === 'out' && arpTarget(frame) === NOBODY);
  return { line, tookMs: atMs - (asked[0]?.atMs ?? NaN), asked: asked.length };
}

/** The kernel connects, in three ways; the log tells of each. */
async function served() {
  const refusal = await kernelTries(78);
  const closing = await kernelConnect(LISTENING);
  await stage.logged(said(closing.localPort ?? 0, 'accepted'));
  const open = await kernelStates(LISTENING);
  closing.write('read and forgotten');
  closing.end();
  const closed = said(closing.localPort ?? 0, 'closed');
  await Promise.all([once(closing, 'close'), stage.logged(closed)]);
  await sleep(20);
  const left = await kernelStates(LISTENING);
  const killed = await kernelConnect(LISTENING);
  await stage.logged(said(killed.localPort ?? 0, 'accepted'));
  const { localPort: killedPort = 0 } = killed;
  killed.resetAndDestroy();
  await stage.logged(said(killedPort, 'ECONNRESET'));
  return { refusal, open, left };
}

/** The board does not get the kernel's ACK: it says SYN-ACK again, and accepts when that is answered. */
async function servedLate() {
  losing.in.times = 1;
  const begun = monotonic();
  const socket = await kernelConnect(LISTENING);
  const connectedMs = monotonic() - begun;
  const { localPort = 0 } = socket;
  const { atMs } = await stage.logged(said(localPort, 'accepted'));
  const synAcks = stage.segments(localPort).filter(({ flags }) => flags === (FLAG.syn | FLAG.ack)).length;
  socket.resetAndDestroy();
  return { connectedMs, acceptedMs: atMs - begun, synAcks };
}

const [isConnected, isRefused, isLate, isGivenUp, isServed] = await Promise.all([
  connected(),
  refused(),
  acknowledgmentLost(),
  givesUp(),
  served().then(async (now) => ({ now, late: await servedLate() })),
]);
const report = {
  timeoutMs: TIMEOUT_MS,
  connected: isConnected,
  refused: isRefused,
  acknowledgmentLost: isLate,
  silent: isGivenUp,
  served: isServed.now,
  servedLate: isServed.late,
  log: stage.lines(),
  exitCode: stage.exitCode ?? null,
};
export type PeersReport = typeof report;
await stage.close(capture);
console.log(JSON.stringify(report));
process.exit(0);
