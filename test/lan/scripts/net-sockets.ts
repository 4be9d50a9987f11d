/** Sockets of host/net against sockets of Node's own over a real LAN: windows, ends, losses. Prints a NetSocketsReport. */

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

import { loadModule } from '../../../host/core/file.js';
import { Random } from '../../../host/lan/random.js';
import { realBoard, type Socket } from '../../../host/net/index.js';
import { openLan } from '../../../host/tap/index.js';

const CORE = '10.73.0.2';
const KERNEL = '10.73.0.1';
const PORT = 8080;
/** More than both ends and the kernel's buffers hold, so that a writer must wait. */
const BYTES = 16_000_000;
const BODY = Buffer.from(Uint8Array.from({ length: BYTES }, (_, index) => Math.imul(index, 2654435761) >>> 13));

let loss = 0;
const random = new Random(7);

const { interface: link } = await openLan({ kernelAddress: `${KERNEL}/24` });
const module = await loadModule(new URL('../../../build/lan.wasm', import.meta.url));
const { board, bridge } = realBoard(link, module, {
  address: CORE,
  bridge: { inject: () => (random.chance(loss) ? 'drop' : 'pass') },
});

const kernel = net.createServer({ allowHalfOpen: true, pauseOnConnect: true }).listen(0, KERNEL);
await once(kernel, 'listening');
const { port } = kernel.address() as AddressInfo;
const listening = board.createServer({ allowHalfOpen: true }).listen(PORT);

interface Pair {
  core: Socket;
  theirs: net.Socket;
}

/** The core has connected. The kernel's end is paused. */
async function out(): Promise<Pair> {
  const accepted = once(kernel, 'connection');
  const core = board.connect({ host: KERNEL, port, allowHalfOpen: true });
  const [theirs] = (await accepted) as [net.Socket];
  if (core.connecting) await once(core, 'connect');
  return { core, theirs };
}

/** The kernel has connected. */
async function into(): Promise<Pair> {
  const accepted = once(listening, 'connection');
  const theirs = net.connect({ host: CORE, port: PORT, allowHalfOpen: true });
  const [core] = (await accepted) as [Socket];
  return { core, theirs };
}

function digest(...parts: Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

async function everything(stream: Duplex): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return digest(...parts);
}

/** What the writer had got rid of while nobody read, and what then arrived. */
async function stalled(writer: Duplex, reader: Duplex, gone: () => number) {
  reader.pause();
  let isWritten = false;
  writer.write(BODY, () => (isWritten = true));
  await sleep(500);
  const while_ = { isWritten, bytes: gone() };
  const arrived = everything(reader);
  writer.end();
  const received = await arrived;
  reader.end();
  return { ...while_, received };
}

async function coreStalls() {
  const { core, theirs } = await out();
  // Node counts what it has in memory as well: what the core has read is what has left it.
  return stalled(theirs, core, () => core.bytesRead);
}

async function kernelStalls() {
  const { core, theirs } = await into();
  return stalled(core, theirs, () => core.bytesWritten);
}

/** Each ends its half and still gets the other's. */
async function halfClosed(make: () => Promise<Pair>, first: keyof Pair): Promise<string> {
  const pair = await make();
  const second = pair[first === 'core' ? 'theirs' : 'core'];
  second.resume().once('end', () => second.end('after your end'));
  pair[first].end('before');
  let text = '';
  for await (const part of pair[first]) text += String(part);
  return text;
}

/** What a socket is told when its peer resets it, after what was sent before. */
async function resetBy(kind: keyof Pair): Promise<string[]> {
  const pair = await into();
  const told: string[] = [];
  const peer = pair[kind === 'core' ? 'theirs' : 'core'];
  peer.on('data', (part: Buffer) => told.push(part.toString()));
  const closed = new Promise<void>((resolve) => {
    peer.on('error', (error: NodeJS.ErrnoException) => told.push(`${error.syscall} ${error.code}`));
    peer.on('close', () => resolve());
  });
  pair[kind].write('last words');
  await once(peer, 'data');
  if (kind === 'core') pair.core.on('error', () => undefined).destroy(new Error('enough'));
  else pair.theirs.resetAndDestroy();
  await closed;
  return told;
}

async function overLoss(): Promise<string> {
  loss = 0.02;
  const { core, theirs } = await out();
  theirs.pipe(theirs);
  const part = BODY.subarray(0, 500_000);
  core.end(part);
  const echoed = await everything(core);
  loss = 0;
  return echoed;
}

const report = {
  sent: digest(BODY),
  sentPart: digest(BODY.subarray(0, 500_000)),
  coreStalls: await coreStalls(),
  kernelStalls: await kernelStalls(),
  halfClosedByCore: await halfClosed(out, 'core'),
  halfClosedByKernel: await halfClosed(into, 'theirs'),
  resetByKernel: await resetBy('theirs'),
  resetByCore: await resetBy('core'),
  overLoss: await overLoss(),
  lostFrames: bridge.statistics.lostFrames,
};
export type NetSocketsReport = typeof report;

await bridge.close();
console.log(JSON.stringify(report));
process.exit(0);
