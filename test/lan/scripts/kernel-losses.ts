/** Handshakes with the kernel that lose a packet, or all: `kernel-losses.ts CAPTURE`. Prints a LossesReport. */

import { setTimeout as sleep } from 'node:timers/promises';

import { monotonic } from '../../../host/tap/index.js';
import { FLAG } from '../helpers/packets.js';
import { KERNEL, kernelConnect, kernelListen, kernelStates, Stage, until } from '../helpers/stage.js';

/** One handshake, in ms since the first SYN of it. */
export interface Repaired {
  /** The client's connect has succeeded. */
  connectedMs: number;
  /** The server's accept gave a connection. */
  acceptedMs: number;
  lost: number;
  core: string;
  kernel: string[];
}

const stage = await Stage.open();
const { core } = stage;
const SYN = FLAG.syn;
const SYN_ACK = FLAG.syn | FLAG.ack;
const ACK = FLAG.ack;

async function coreServes(port: number, direction: 'in' | 'out', flags: number): Promise<Repaired> {
  stage.losses.push({ direction, port, flags, times: 1 });
  const listener = stage.listen(port);
  let connectedAt = NaN;
  const connecting = kernelConnect(port).then((socket) => {
    connectedAt = monotonic();
    return socket;
  });
  const handle = await stage.accept(listener);
  const acceptedAt = monotonic();
  const socket = await connecting;
  const report = await repaired(port, connectedAt, acceptedAt, stage.state(handle));
  socket.destroy();
  stage.call((_, now) => {
    core.abort(handle);
    core.close(listener, now);
  });
  return report;
}

async function coreConnects(port: number, direction: 'in' | 'out', flags: number): Promise<Repaired> {
  stage.losses.push({ direction, port, flags, times: 1 });
  const server = await kernelListen(port);
  let acceptedAt = NaN;
  const accepting = server.accepted().then((socket) => {
    acceptedAt = monotonic();
    return socket;
  });
  const handle = stage.connect(port);
  await stage.reaches(handle, 'ESTABLISHED');
  const connectedAt = monotonic();
  const socket = await accepting;
  const report = await repaired(port, connectedAt, acceptedAt, stage.state(handle));
  stage.call(() => core.abort(handle));
  socket.destroy();
  server.close();
  return report;
}

async function repaired(port: number, connectedAt: number, acceptedAt: number, state: string): Promise<Repaired> {
  await sleep(20); // the last ACK may be on its way
  const all = stage.segments(port);
  const begun = all[0]?.atMs ?? NaN;
  return {
    connectedMs: connectedAt - begun,
    acceptedMs: acceptedAt - begun,
    lost: all.filter(({ lost }) => lost).length,
    core: state,
    kernel: await kernelStates(port),
  };
}

/** A connect of the core that comes to nothing. */
async function givesUp(port: number, timeoutMs: number, address: string) {
  const begun = monotonic();
  const handle = stage.connect(port, timeoutMs, address);
  await until(`${address} is given up`, () => stage.wasTold(handle, 'FAILED'));
  const tookMs = monotonic() - begun;
  const failure = stage.failure(handle);
  stage.call((_, now) => core.close(handle, now));
  return { failure, tookMs, tries: stage.segments(port).length };
}

const TIMEOUT_MS = 3500;
// The kernel is known before the clocks run.
const known = await kernelListen(8000);
const first = stage.connect(8000);
await stage.reaches(first, 'ESTABLISHED');
stage.call(() => core.abort(first));
known.close();

stage.losses.push({ direction: 'out', port: 8100, flags: SYN, times: Infinity });
const silent = '10.73.0.77';
const [serving, connecting, nobody, blackHole] = await Promise.all([
  (async () => ({
    synLost: await coreServes(21, 'in', SYN),
    synAckLost: await coreServes(22, 'out', SYN_ACK),
    ackLost: await coreServes(23, 'in', ACK),
  }))(),
  (async () => ({
    synLost: await coreConnects(8021, 'out', SYN),
    synAckLost: await coreConnects(8022, 'in', SYN_ACK),
    ackLost: await coreConnects(8023, 'out', ACK),
  }))(),
  givesUp(8077, TIMEOUT_MS, silent),
  givesUp(8100, TIMEOUT_MS, KERNEL),
]);
const { CONNECTIONS, HALF_OPEN } = core.pools();
const report = {
  timeoutMs: TIMEOUT_MS,
  serving,
  connecting,
  nobody,
  blackHole,
  left: { connections: CONNECTIONS.used, halfOpen: HALF_OPEN.used },
};
export type LossesReport = typeof report;
await stage.close(process.argv[2]);
console.log(JSON.stringify(report));
