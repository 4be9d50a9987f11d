/** Node's own http, and the well-known package ws, over cores: neither knows. */
import http from 'node:http';
import { describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { Board } from '../../../host/net/index.js';
import { next, pattern, scene, SERVER } from './scene.js';

/** Serves on a board with Node's http server. */
function serve(board: Board, handler: http.RequestListener): http.Server {
  const server = http.createServer(handler);
  board
    .createServer({ noDelay: true, allowHalfOpen: true }, (socket) => void server.emit('connection', socket))
    .listen(80);
  return server;
}

interface Answer {
  status: number | undefined;
  body: Buffer;
}

function request(agent: http.Agent, options: http.RequestOptions, body?: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = http.request({ host: SERVER, agent, ...options }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => resolve({ status: response.statusCode, body: Buffer.concat(parts) }));
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

describe('http of Node', () => {
  it.each([0, 0.05])('serves and fetches, with a body both ways, while %d of the frames are lost', async (loss) => {
    const { client, server, run } = scene({ seed: 5, faults: { loss } });
    serve(server, (incoming, response) => {
      response.setHeader('x-path', incoming.url ?? '');
      incoming.pipe(response);
    });
    const sent = pattern(50_000);
    const answer = await run(request(client.agent(), { method: 'POST', path: '/echo' }, sent), 3_600_000);
    expect(answer.status).toBe(200);
    expect(answer.body.equals(sent)).toBe(true);
  });

  it('keeps a connection for several requests', async () => {
    const { client, server, hosts, run } = scene();
    serve(server, (incoming, response) => response.end(incoming.url));
    const agent = client.agent({ keepAlive: true, maxSockets: 1 });
    for (const path of ['/one', '/two', '/three']) {
      expect((await run(request(agent, { path }))).body.toString()).toBe(path);
    }
    expect(hosts.server.core.statistics().counters.established).toBe(1);
    agent.destroy();
  });

  it('says ECONNREFUSED where nobody serves', async () => {
    const { client, run } = scene();
    await expect(run(request(client.agent(), { path: '/' }))).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

describe('ws', () => {
  it('carries messages both ways', async () => {
    const { client, server, run } = scene();
    const sockets = new WebSocketServer({ server: serve(server, (_, response) => response.end()) });
    sockets.on('connection', (socket) => socket.on('message', (message) => socket.send(message)));
    const socket = new WebSocket(`ws://${SERVER}/`, { agent: client.agent() });
    await run(next(socket, 'open'));
    const sent = pattern(20_000);
    const echoed = next<Buffer>(socket, 'message');
    socket.send(sent);
    expect((await run(echoed)).equals(sent)).toBe(true);
    socket.close();
    await run(next(socket, 'close'));
  });
});
