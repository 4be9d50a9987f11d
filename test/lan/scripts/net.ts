/** Node's http and the package ws, on the core's side and on the kernel's, over a real LAN. Prints a NetReport. */

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';

import { WebSocket, WebSocketServer } from 'ws';

import { loadModule } from '../../../host/core/file.js';
import { realBoard, type Board } from '../../../host/net/index.js';
import { openLan } from '../../../host/tap/index.js';

const CORE = '10.73.0.2';
const KERNEL = '10.73.0.1';
const BODY = Buffer.from(Uint8Array.from({ length: 1_000_000 }, (_, index) => Math.imul(index, 2654435761) >>> 13));

const { interface: link } = await openLan({ kernelAddress: `${KERNEL}/24` });
const module = await loadModule(new URL('../../../build/lan.wasm', import.meta.url));
const { board, bridge } = realBoard(link, module, { address: CORE });

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Gives back what it gets. */
function echo(): http.Server {
  return http.createServer((request, response) => void request.pipe(response));
}

function post(host: string, port: number, agent?: http.Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { host, port, method: 'POST', ...(agent === undefined ? {} : { agent }) };
    const request = http.request(options, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => resolve(digest(Buffer.concat(parts))));
    });
    request.on('error', reject);
    request.end(BODY);
  });
}

/** A message there and back, of 100,000 bytes. */
async function message(socket: WebSocket): Promise<string> {
  await once(socket, 'open');
  socket.send(BODY.subarray(0, 100_000));
  const [echoed] = (await once(socket, 'message')) as [Buffer];
  socket.close();
  await once(socket, 'close');
  return digest(echoed);
}

function echoMessages(server: http.Server): void {
  new WebSocketServer({ server }).on('connection', (socket) => socket.on('message', (data) => socket.send(data)));
}

function serve(on: Board, port: number, server: http.Server): void {
  on.createServer({ noDelay: true, allowHalfOpen: true }, (socket) => void server.emit('connection', socket)).listen(
    port,
  );
}

const ours = echo();
echoMessages(ours);
serve(board, 8080, ours);

const theirs = echo();
echoMessages(theirs);
theirs.listen(0, KERNEL);
await once(theirs, 'listening');
const { port } = theirs.address() as AddressInfo;

async function refusal(): Promise<string> {
  const [error] = (await once(board.connect({ host: KERNEL, port: 1 }), 'error')) as [NodeJS.ErrnoException];
  return error.message;
}

const report = {
  sent: digest(BODY),
  sentMessage: digest(BODY.subarray(0, 100_000)),
  httpToCore: await post(CORE, 8080),
  httpToKernel: await post(KERNEL, port, board.agent()),
  wsToCore: await message(new WebSocket(`ws://${CORE}:8080/`)),
  wsToKernel: await message(new WebSocket(`ws://${KERNEL}:${port}/`, { agent: board.agent() })),
  refused: await refusal(),
  retransmitted: board.driver.core.statistics().counters.segmentsRetransmitted,
};
export type NetReport = typeof report;

await bridge.close();
console.log(JSON.stringify(report));
process.exit(0);
