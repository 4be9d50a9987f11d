/** Node's own http, and the well-known package ws, over cores: neither knows. */
import http from 'node:http';
import { describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer, type ClientOptions } from 'ws';
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

  it('takes a function that connects in place of an agent', async () => {
    const { client, server, run } = scene();
    serve(server, (incoming, response) => response.end(incoming.url));
    const answer = new Promise<string>((resolve, reject) => {
      const { createConnection } = client;
      http
        .get({ host: SERVER, path: '/plain', createConnection }, (response) => {
          response.on('data', (part: Buffer) => resolve(part.toString()));
        })
        .on('error', reject);
    });
    expect(await run(answer)).toBe('/plain');
  });

  it.each(['agent', 'function'] as const)('tells of a server that is silent: timeout of the %s', async (kind) => {
    const { client, server, lan, run } = scene();
    server.createServer().listen(80);
    const through =
      kind === 'agent'
        ? { agent: client.agent({ timeout: 2000 }) }
        : { createConnection: client.createConnection, timeout: 2000 };
    const request = http.get({ host: SERVER, ...through }).on('error', () => undefined);
    await run(next(request, 'timeout'));
    expect(lan.nowMs).toBeGreaterThanOrEqual(2000);
    expect(lan.nowMs).toBeLessThan(2100);
    request.destroy();
  });

  it('ends a request by its signal, and the connection with it', async () => {
    const { client, server, hosts, run, wait } = scene();
    server.createServer({}, (socket) => void socket.on('error', () => undefined)).listen(80);
    const abort = new AbortController();
    const request = http.get({ host: SERVER, agent: client.agent(), signal: abort.signal });
    const failed = next<Error>(request, 'error');
    await wait(1000);
    abort.abort();
    expect((await run(failed)).name).toBe('AbortError');
    await wait(1000);
    expect(hosts.client.core.pools().CONNECTIONS.used).toBe(0);
  });

  it('answers before it was sent everything, and the client reads that answer', async () => {
    const { client, server, run } = scene();
    serve(server, (_, response) => {
      response.statusCode = 413;
      response.end('too large', () => response.destroy());
    });
    const answer = new Promise<number | undefined>((resolve, reject) => {
      const request = http.request({ host: SERVER, method: 'POST', agent: client.agent() }, (response) => {
        response.on('error', () => undefined).resume();
        resolve(response.statusCode);
      });
      request.on('error', reject).end(pattern(500_000));
    });
    expect(await run(answer)).toBe(413);
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

  it('takes a function that connects, and compresses', async () => {
    const { client, server, run } = scene();
    const web = serve(server, (_, response) => response.end());
    const sockets = new WebSocketServer({ server: web, perMessageDeflate: { threshold: 0 } });
    sockets.on('connection', (socket) => socket.on('message', (message) => socket.send(message)));
    const createConnection = client.createConnection as unknown as ClientOptions['createConnection'];
    const socket = new WebSocket(`ws://${SERVER}/`, { createConnection });
    await run(next(socket, 'open'));
    expect(socket.extensions).toContain('permessage-deflate');
    const echoed = next<Buffer>(socket, 'message');
    socket.send('a'.repeat(50_000));
    expect((await run(echoed)).toString()).toBe('a'.repeat(50_000));
    socket.terminate();
  });
});
