import { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { NetError, Socket } from '../../../host/net/index.js';
import { CLIENT, everything, next, pattern, scene, SERVER } from './scene.js';

const PORT = 8080;

function errorOf(socket: Socket): Promise<NetError> {
  return next(socket, 'error');
}

describe('a socket', () => {
  it('connects to a server, and each knows where the other is', async () => {
    const { client, server, run } = scene();
    const listening = server.createServer().listen(PORT);
    const accepted = next<Socket>(listening, 'connection');
    const socket = client.connect({ host: SERVER, port: PORT });
    expect(socket.connecting).toBe(true);
    await run(next(socket, 'connect'));
    const peer = await run(accepted);
    expect(socket).toMatchObject({ connecting: false, remoteAddress: SERVER, remotePort: PORT, readyState: 'open' });
    expect(peer).toMatchObject({ remoteAddress: CLIENT, remotePort: socket.localPort, localPort: PORT });
  });

  it.each([0, 0.1])('echoes 300 KB while %d of the frames are lost', async (loss) => {
    const { client, server, hosts, run } = scene({ seed: 3, faults: { loss } });
    server.createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket)).listen(PORT);
    const socket = client.connect({ host: SERVER, port: PORT });
    const sent = pattern(300_000);
    const closed = next(socket, 'close');
    socket.end(sent);
    const received = await run(everything(socket), 3_600_000);
    expect(received.equals(sent)).toBe(true);
    expect(socket).toMatchObject({ bytesRead: 300_000, bytesWritten: 300_000 });
    await run(closed);
    expect(hosts.client.core.pools().CONNECTIONS.used).toBeLessThanOrEqual(1);
  });

  it('that nobody reads closes its window, and the writer is told to wait', async () => {
    const { client, server, lan, run } = scene();
    let peer: Socket | undefined;
    server.createServer({}, (socket) => (peer = socket.pause())).listen(PORT);
    const socket = client.connect({ host: SERVER, port: PORT });
    const sent = pattern(200_000);
    let isWritten = false;
    socket.write(sent, () => (isWritten = true));
    await run(next(socket, 'connect'));
    await run(new Promise((resolve) => lan.at(60_000, () => resolve(undefined))));
    expect(isWritten).toBe(false);
    // Two rings, and what the stream reads ahead.
    expect(socket.bytesWritten).toBeLessThan(2 * 4096 + 2 * 65_536);
    socket.end();
    if (peer === undefined) throw new Error('nobody was accepted');
    const received = await run(everything(peer), 3_600_000);
    expect(received.equals(sent)).toBe(true);
  });

  it('that half-closes still receives', async () => {
    const { client, server, run } = scene();
    server
      .createServer({ allowHalfOpen: true }, (socket) => {
        socket.resume().on('end', () => socket.end('after your end'));
      })
      .listen(PORT);
    const socket = client.connect({ host: SERVER, port: PORT, allowHalfOpen: true });
    socket.end('before');
    expect((await run(everything(socket))).toString()).toBe('after your end');
  });

  it('without half-open ends with its peer', async () => {
    const { client, server, run } = scene();
    server.createServer({}, (socket) => socket.end('bye')).listen(PORT);
    const socket = client.connect({ host: SERVER, port: PORT });
    const closed = next<boolean>(socket, 'close');
    expect((await run(everything(socket))).toString()).toBe('bye');
    expect(await run(closed)).toBe(false);
    expect(socket.readyState).toBe('closed');
  });

  it('that nobody answers says ECONNREFUSED, where and why', async () => {
    const { client, run } = scene();
    const socket = client.connect({ host: SERVER, port: 1 });
    const error = await run(errorOf(socket));
    expect(error.message).toBe(`connect ECONNREFUSED ${SERVER}:1`);
    expect(error).toMatchObject({ code: 'ECONNREFUSED', errno: -111, syscall: 'connect', address: SERVER, port: 1 });
  });

  it('gives up at the time that was asked for', async () => {
    const { client, lan, hosts, run } = scene();
    lan.partition(hosts.client, hosts.server);
    const socket = client.connect({ host: SERVER, port: PORT, timeout: 2500 });
    expect((await run(errorOf(socket))).code).toBe('ETIMEDOUT');
    expect(lan.nowMs).toBe(2500);
  });

  it('whose peer is reset says ECONNRESET', async () => {
    const { client, server, run } = scene();
    server.createServer({}, (socket) => void socket.resetAndDestroy()).listen(PORT);
    const socket = client.connect({ host: SERVER, port: PORT });
    expect((await run(errorOf(socket))).code).toBe('ECONNRESET');
  });

  it('is destroyed by its signal, and its peer is told', async () => {
    const { client, server, run } = scene();
    const listening = server.createServer().listen(PORT);
    const accepted = next<Socket>(listening, 'connection');
    const abort = new AbortController();
    const socket = client.connect({ host: SERVER, port: PORT, signal: abort.signal });
    const peer = await run(accepted);
    const told = errorOf(peer);
    const error = next<Error>(socket, 'error');
    abort.abort();
    expect((await run(error)).name).toBe('AbortError');
    expect((await run(told)).code).toBe('ECONNRESET');
  });

  it('can be destroyed before it is connected', async () => {
    const { client, hosts, run } = scene();
    const socket = client.connect({ host: SERVER, port: PORT });
    socket.destroy();
    await run(next(socket, 'close'));
    expect(hosts.client.core.pools().CONNECTIONS.used).toBe(0);
  });

  it('tells of silence after the time that was set, in virtual time', async () => {
    const { client, server, lan, run } = scene();
    server.createServer().listen(PORT);
    const socket = client.connect({ host: SERVER, port: PORT });
    await run(next(socket, 'connect'));
    const begun = lan.nowMs;
    socket.setTimeout(5000);
    await run(next(socket, 'timeout'));
    expect(lan.nowMs - begun).toBe(5000);
  });

  it('is read and written by web streams', async () => {
    const { client, server, run } = scene();
    server.createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket)).listen(PORT);
    const { readable, writable } = Duplex.toWeb(client.connect({ host: SERVER, port: PORT, allowHalfOpen: true }));
    const work = async (): Promise<string> => {
      const writer = writable.getWriter();
      await writer.write(Buffer.from('over the web'));
      await writer.close();
      let text = '';
      for await (const part of readable as unknown as AsyncIterable<Uint8Array>) text += Buffer.from(part).toString();
      return text;
    };
    expect(await run(work())).toBe('over the web');
  });
});
