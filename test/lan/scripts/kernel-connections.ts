/** How connections with the kernel begin and end: `kernel-connections.ts CAPTURE`. Prints a ConnectionsReport. */

import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

import {
  CORE,
  errorOf,
  KERNEL,
  kernelConnect,
  kernelListen,
  kernelStates,
  kernelTries,
  output,
  Stage,
  until,
} from '../helpers/stage.js';

const stage = await Stage.open();
const { core } = stage;

/** The kernel opens, and closes first. */
async function kernelOpens() {
  const port = 7;
  const listener = stage.listen(port);
  const socket = await kernelConnect(port);
  const handle = await stage.accept(listener);
  const open = { core: stage.state(handle), kernel: await kernelStates(port) };
  const peer = { address: core.remoteAddress(handle), isItsPort: core.remotePort(handle) === socket.localPort };
  socket.end();
  await stage.reaches(handle, 'CLOSE-WAIT');
  const halfClosed = { core: stage.state(handle), kernel: await kernelStates(port) };
  const wasTold = stage.wasTold(handle, 'PEER_CLOSED');
  stage.call(() => core.shutdown(handle));
  await stage.reaches(handle, 'CLOSED');
  if (!socket.closed) await once(socket, 'close');
  const closed = { core: stage.state(handle), kernel: await kernelStates(port) };
  const failure = stage.failure(handle);
  stage.call((_, now) => core.close(handle, now));
  return { open, peer, halfClosed, wasTold, closed, failure, pools: usedPools(), error: errorOf(socket) };
}

/** The core opens, and closes first. */
async function coreOpens() {
  const port = 8001;
  const server = await kernelListen(port);
  const handle = stage.connect(port);
  const atOnce = stage.state(handle);
  const socket = await server.accepted();
  await stage.reaches(handle, 'ESTABLISHED');
  const open = { core: stage.state(handle), kernel: await kernelStates(port) };
  const wasTold = stage.wasTold(handle, 'CONNECTED');
  const peer = { address: socket.remoteAddress, isItsPort: socket.remotePort === core.localPort(handle) };
  stage.call(() => core.shutdown(handle));
  await stage.reaches(handle, 'FIN-WAIT-2');
  const halfClosed = { core: stage.state(handle), kernel: await kernelStates(port) };
  const timeWaitBefore = core.pools().TIME_WAIT.used;
  socket.end();
  await stage.reaches(handle, 'TIME-WAIT');
  if (!socket.closed) await once(socket, 'close');
  const closed = { core: stage.state(handle), kernel: await kernelStates(port) };
  stage.call((_, now) => core.close(handle, now));
  server.close();
  const timeWaitAfter = core.pools().TIME_WAIT.used;
  return {
    atOnce,
    open,
    wasTold,
    peer,
    halfClosed,
    closed,
    timeWaitEntries: timeWaitAfter - timeWaitBefore,
    connections: usedPools().connections,
    error: errorOf(socket),
  };
}

/** Nobody listens, on either side. */
async function refused() {
  const kernel = await kernelTries(9);
  const begun = performance.now();
  const handle = stage.connect(8009);
  await until('the refusal', () => stage.wasTold(handle, 'FAILED'));
  const tookMs = performance.now() - begun;
  const report = { kernel, core: stage.failure(handle), state: stage.state(handle), tookMs };
  stage.call((_, now) => core.close(handle, now));
  return report;
}

/** The kernel kills a connection: of ours to it, and of its own to us. */
async function kernelResets() {
  const listener = stage.listen(11);
  const client = await kernelConnect(11);
  const accepted = await stage.accept(listener);
  client.resetAndDestroy();
  await until('the reset of the client', () => stage.wasTold(accepted, 'FAILED'));

  const server = await kernelListen(8011);
  const connecting = stage.connect(8011);
  const socket = await server.accepted();
  await stage.reaches(connecting, 'ESTABLISHED');
  socket.resetAndDestroy();
  await until('the reset of the server', () => stage.wasTold(connecting, 'FAILED'));
  server.close();

  const report = {
    accepted: { failure: stage.failure(accepted), state: stage.state(accepted) },
    connected: { failure: stage.failure(connecting), state: stage.state(connecting) },
  };
  for (const handle of [accepted, connecting]) stage.call((_, now) => core.close(handle, now));
  return report;
}

/** The core kills a connection. */
async function coreAborts() {
  const listener = stage.listen(12);
  const client = await kernelConnect(12);
  const accepted = await stage.accept(listener);
  stage.call(() => core.abort(accepted));
  await until('the abort at the client', () => client.closed);

  const server = await kernelListen(8012);
  const connecting = stage.connect(8012);
  const socket = await server.accepted();
  await stage.reaches(connecting, 'ESTABLISHED');
  stage.call(() => core.abort(connecting));
  await until('the abort at the server', () => socket.closed);
  server.close();
  return {
    client: errorOf(client),
    server: errorOf(socket),
    kernel: [...(await kernelStates(12)), ...(await kernelStates(8012))],
    connections: usedPools().connections,
  };
}

/** The kernel sends data. */
async function data() {
  // Room among the listeners: there are four.
  const port = 13;
  const listener = stage.listen(port);
  const socket = await kernelConnect(port);
  const handle = await stage.accept(listener);
  socket.write('hello, core');
  await until('the data', () => core.received(handle) > 0);
  await sleep(100);
  const seen = await output('ss', '-Htnoi', 'dst', `${CORE}:${port}`);
  const sent = stage.segments(port).filter(({ direction, payloadBytes }) => direction === 'in' && payloadBytes > 0);
  const report = {
    kernelUnacked: Number(/unacked:(\d+)/.exec(seen)?.[1] ?? 0),
    kernelRetransmissions: Number(/retrans:\d+\/(\d+)/.exec(seen)?.[1] ?? 0),
    timesSent: sent.length,
    received: Buffer.from(core.read(handle)).toString(),
    state: stage.state(handle),
    kernel: await kernelStates(port),
    failure: stage.failure(handle),
  };
  socket.resetAndDestroy();
  await until('the end', () => stage.wasTold(handle, 'FAILED'));
  stage.call((_, now) => core.close(handle, now));
  return report;
}

function usedPools() {
  const pools = core.pools();
  return { connections: pools.CONNECTIONS.used, halfOpen: pools.HALF_OPEN.used, timeWait: pools.TIME_WAIT.used };
}

const report = {
  addresses: { core: CORE, kernel: KERNEL },
  kernelOpens: await kernelOpens(),
  coreOpens: await coreOpens(),
  refused: await refused(),
  kernelResets: await kernelResets(),
  coreAborts: await coreAborts(),
  data: await data(),
};
export type ConnectionsReport = typeof report;
await stage.close(process.argv[2]);
console.log(JSON.stringify(report));
