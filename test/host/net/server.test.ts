import { describe, expect, it } from 'vitest';
import type { NetError, Socket } from '../../../host/net/index.js';
import { everything, next, scene, SERVER } from './scene.js';

const PORT = 8080;

describe('a server', () => {
  it('that cannot have its port says EADDRINUSE', async () => {
    const { server, run } = scene();
    server.createServer().listen(PORT);
    const second = server.createServer().listen(PORT);
    const error = await run(next<NetError>(second, 'error'));
    expect(error).toMatchObject({ code: 'EADDRINUSE', syscall: 'listen', address: SERVER, port: PORT });
    expect(error.message).toBe(`listen EADDRINUSE ${SERVER}:${PORT}`);
    expect(second.listening).toBe(false);
  });

  it('says so when it listens, and where', async () => {
    const { server, run } = scene();
    const told = await run(
      new Promise<unknown>((resolve) => {
        const listening = server.createServer().listen(PORT, () => resolve(listening.address()));
      }),
    );
    expect(told).toEqual({ address: SERVER, family: 'IPv4', port: PORT });
  });

  it('listens once at a time, and again after it was closed', async () => {
    const { client, server, run } = scene();
    const listening = server.createServer({}, (socket) => socket.end('again')).listen(PORT);
    expect(() => listening.listen(PORT + 1)).toThrow(expect.objectContaining({ code: 'ERR_SERVER_ALREADY_LISTEN' }));
    await run(new Promise<void>((resolve) => listening.close(() => resolve())));
    listening.listen(PORT + 1);
    expect((await run(everything(client.connect({ host: SERVER, port: PORT + 1 })))).toString()).toBe('again');
  });

  it('serves more clients than it has connections, one after the other', async () => {
    const { client, server, run } = scene();
    server.createServer({}, (socket) => socket.end('served')).listen(PORT);
    for (let count = 0; count < 30; count++) {
      const socket = client.connect({ host: SERVER, port: PORT });
      expect((await run(everything(socket))).toString()).toBe('served');
    }
  });

  it('gives what came together with the end of the handshake, and the end', async () => {
    const { client, server, lan, run } = scene();
    let text = '';
    server.createServer({}, (socket) => void socket.on('data', (part: Buffer) => (text += String(part)))).listen(PORT);
    // The third packet is lost: data and FIN, which follow it, complete the handshake.
    lan.lose({ from: 'client', flags: 'ACK', nth: 1 });
    const socket = client.connect({ host: SERVER, port: PORT });
    socket.end('early');
    await run(next(socket, 'close'));
    expect(text).toBe('early');
  });

  it('is closed when its last connection has ended, and is refused from the first moment on', async () => {
    const { client, server, run } = scene();
    const listening = server.createServer().listen(PORT);
    const accepted = next<Socket>(listening, 'connection');
    client.connect({ host: SERVER, port: PORT });
    const peer = await run(accepted);
    let isClosed = false;
    const closed = new Promise<void>((resolve) =>
      listening.close(() => {
        isClosed = true;
        resolve();
      }),
    );
    const late = client.connect({ host: SERVER, port: PORT });
    expect((await run(next<NetError>(late, 'error'))).code).toBe('ECONNREFUSED');
    expect(isClosed).toBe(false);
    expect(listening.address()).toBeNull();
    peer.destroy();
    await run(closed);
  });

  it('that is not open says so when it is closed', async () => {
    const { server, run } = scene();
    const error = await run(new Promise<unknown>((resolve) => server.createServer().close(resolve)));
    expect(error).toMatchObject({ code: 'ERR_SERVER_NOT_RUNNING' });
  });

  it('is closed where its block ends', async () => {
    const { server, hosts, run } = scene();
    let closes = 0;
    const use = async (): Promise<void> => {
      const listening = server.createServer().listen(PORT);
      listening.on('close', () => closes++);
      expect(hosts.server.core.pools().LISTENERS.used).toBe(1);
      await listening[Symbol.asyncDispose]();
      await listening[Symbol.asyncDispose]();
    };
    await run(use());
    expect(closes).toBe(1);
    expect(hosts.server.core.pools().LISTENERS.used).toBe(0);
  });
});
