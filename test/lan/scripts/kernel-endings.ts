/**
 * Transfers that end otherwise than in order, or stand still meanwhile: `kernel-endings.ts CAPTURE`. Prints an
 * EndingsReport.
 */

import { setTimeout as sleep } from 'node:timers/promises';

import { monotonic, type Direction } from '../../../host/tap/index.js';
import { Apps, LATER, Sink, Source } from '../helpers/apps.js';
import { content, MEGABYTE, Nc, told } from '../helpers/nc.js';
import { FLAG } from '../helpers/packets.js';
import { CORE, kernelConnect, Stage, until, type HeardSegment } from '../helpers/stage.js';

/** Long enough that the kernel's next probe of a closed window (after 0.2, 0.6, 1.4, 3.0 s) is a second away. */
const PAUSE_MS = 2000;

const stage = await Stage.open({ isPatient: true });
const { core } = stage;
const apps = new Apps(stage);

/** nc says its all and ends its side; then the core speaks. */
async function halfClose() {
  const port = 5011;
  const question = content(MEGABYTE);
  const answer = content(MEGABYTE);
  const source = new Source(answer.bytes);
  const sink = new Sink(source);
  const connected = apps.accept(port, sink);
  const nc = Nc.start(['-N', CORE, `${port}`], question);
  const running = await connected;
  const { code, digest, received } = await nc.ended();
  await until('the end', () => running.hasEnded);
  return {
    isWhole: sink.digest() === question.digest,
    isAnswerWhole: digest === answer.digest,
    answerBytes: received,
    /** Of the answer, nothing is sent before the end of the question has come. */
    isAfterEnd: firstAt(port, 'in', ({ flags }) => (flags & FLAG.fin) !== 0) < firstAt(port, 'out', hasData),
    code,
    failure: running.failure,
  };
}

function hasData({ payloadBytes }: HeardSegment): boolean {
  return payloadBytes > 0;
}

/** When the first such segment went this way. */
function firstAt(port: number, way: Direction, isIt: (segment: HeardSegment) => boolean): number {
  return stage.segments(port).find((segment) => segment.direction === way && isIt(segment))?.atMs ?? NaN;
}

/** nc is killed while the core sends to it. */
async function readerKilled() {
  const port = 5012;
  const source = new Source(content(10 * MEGABYTE).bytes);
  const connected = apps.accept(port, source);
  const nc = Nc.start(['-d', CORE, `${port}`]);
  const running = await connected;
  await until('the middle of it', () => source.sent > MEGABYTE);
  nc.signal('SIGKILL');
  const begun = monotonic();
  await until('the end', () => running.hasEnded);
  return { failure: running.failure, tookMs: monotonic() - begun, sent: source.sent, of: 10 * MEGABYTE };
}

/** The kernel resets while it sends. */
async function writerReset() {
  const port = 5013;
  const sink = new Sink();
  const connected = apps.accept(port, sink);
  const socket = await kernelConnect(port);
  const running = await connected;
  socket.write(content(10 * MEGABYTE).bytes);
  await until('the middle of it', () => sink.bytes > MEGABYTE);
  socket.resetAndDestroy();
  await until('the end', () => running.hasEnded);
  return { failure: running.failure, isComplete: sink.isComplete, received: sink.bytes, of: 10 * MEGABYTE };
}

/** The app on the core's side reads nothing for a while. */
async function coreStops() {
  const port = 5014;
  const sent = content(4 * MEGABYTE);
  const sink = new Sink(LATER);
  sink.limit = MEGABYTE;
  const connected = apps.accept(port, sink);
  const nc = Nc.start(['-N', CORE, `${port}`], sent);
  const running = await connected;
  await until('the limit', () => sink.bytes === sink.limit);
  await sleep(PAUSE_MS);
  const atPause = { read: sink.bytes, ringed: core.received(running.handle), window: lastWindow(port, 'out') };
  const reopened = monotonic();
  sink.limit = Infinity;
  apps.wake(running);
  const before = sink.bytes;
  await until('more', () => sink.bytes > before + core.received(running.handle) + MEGABYTE / 10);
  const resumedMs = monotonic() - reopened;
  await until('the end of what nc says', () => sink.isComplete);
  const kernel = await told(port);
  stage.call(() => core.shutdown(running.handle));
  const { code } = await nc.ended();
  return { atPause, resumedMs, isWhole: sink.digest() === sent.digest, received: sink.bytes, kernel, code };
}

/** nc is stopped for a while, with a small buffer: the kernel's window closes. */
async function kernelStops() {
  const port = 5015;
  const sent = content(4 * MEGABYTE);
  const source = new Source(sent.bytes);
  const connected = apps.accept(port, source);
  const nc = Nc.start(['-d', '-I', '16384', CORE, `${port}`]);
  const running = await connected;
  await until('the middle of it', () => source.sent > MEGABYTE);
  nc.signal('SIGSTOP');
  await until('the window to close', () => lastWindow(port, 'in') < 1460);
  await sleep(100);
  const stopped = { sent: source.sent, heard: stage.heard.length };
  await sleep(PAUSE_MS);
  const meanwhile = { sent: source.sent - stopped.sent, failure: running.failure, window: lastWindow(port, 'in') };
  const probes = stage
    .segments(port)
    .filter(({ atMs, direction }) => direction === 'out' && atMs > monotonic() - PAUSE_MS)
    .map(({ payloadBytes }) => payloadBytes);
  const reopened = monotonic();
  nc.signal('SIGCONT');
  await until('more', () => source.sent > stopped.sent + MEGABYTE / 10);
  const resumedMs = monotonic() - reopened;
  const { code, digest, received } = await nc.ended();
  return { meanwhile, probes, resumedMs, isWhole: digest === sent.digest, received, code };
}

/** The window that the last segment this way told. */
function lastWindow(port: number, way: Direction): number {
  return stage.segments(port, -200).findLast(({ direction }) => direction === way)?.window ?? NaN;
}

const report = {
  megabyte: MEGABYTE,
  halfClose: await halfClose(),
  readerKilled: await readerKilled(),
  writerReset: await writerReset(),
};
await until('room', () => core.pools().CONNECTIONS.used === 0);
const whole = {
  ...report,
  coreStops: await coreStops(),
  kernelStops: await kernelStops(),
};
await until('every connection to be given back', () => core.pools().CONNECTIONS.used === 0);
export type EndingsReport = typeof whole;
await stage.close(process.argv[2]);
console.log(JSON.stringify(whole));
