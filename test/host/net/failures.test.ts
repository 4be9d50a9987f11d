/** What is read, written and told when a connection fails. */
import { describe, expect, it } from 'vitest';
import type { NetError, Socket } from '../../../host/net/index.js';
import { next, pattern, scene, SERVER, type Scene } from './scene.js';

const PORT = 8080;

interface Pair extends Scene {
  socket: Socket;
  peer: Socket;
}

/** Two sockets that are connected. */
async function pair(): Promise<Pair> {
  const set = scene();
  const accepted = next<Socket>(set.server.createServer({ allowHalfOpen: true }).listen(PORT), 'connection');
  const socket = set.client.connect({ host: SERVER, port: PORT, allowHalfOpen: true });
  return { ...set, socket, peer: await set.run(accepted) };
}

/** What a socket gets and what it is told, in order. */
function record(socket: Socket): string[] {
  const told: string[] = [];
  socket.on('data', (part: Buffer) => told.push(part.toString()));
  socket.on('end', () => told.push('end'));
  socket.on('error', (error: NetError) => told.push(error.message));
  socket.on('close', (hadError: boolean) => told.push(`close ${hadError}`));
  return told;
}

const RESET = ['read ECONNRESET', 'close true'];

describe('a connection that its peer resets', () => {
  it('still gives what had come before, to one who had paused', async () => {
    const { socket, peer, wait } = await pair();
    const told = record(socket);
    socket.pause();
    peer.write('the last words');
    await wait(100);
    peer.resetAndDestroy();
    await wait(100);
    expect(told).toEqual([]);
    socket.resume();
    await wait(100);
    expect(told).toEqual(['the last words', ...RESET]);
  });

  it('still gives what the stream had no room for, out of the ring', async () => {
    const { socket, peer, hosts, wait } = await pair();
    socket.pause();
    const sent = pattern(200_000);
    peer.on('error', () => undefined).write(sent);
    await wait(60_000);
    const parts: Buffer[] = [];
    const told: string[] = [];
    socket.on('error', (error: NetError) => told.push(error.message));
    peer.resetAndDestroy();
    await wait(60_000);
    const buffered = socket.readableLength;
    socket.on('data', (part: Buffer) => parts.push(part)).resume();
    await wait(100);
    const received = Buffer.concat(parts);
    expect(received.length).toBe(buffered + 4096);
    expect(received.equals(sent.subarray(0, received.length))).toBe(true);
    expect(told).toEqual(['read ECONNRESET']);
    expect(hosts.client.core.pools().CONNECTIONS.used).toBe(0);
  });

  it('gives a loop that waits between its reads all that had come, and then the error', async () => {
    const { socket, peer, lan, run, wait } = await pair();
    let text = '';
    const read = async (): Promise<void> => {
      for await (const part of socket) {
        text += String(part);
        await new Promise<void>((resolve) => void lan.at(lan.nowMs + 500, resolve));
      }
    };
    const reading = read();
    peer.write('one ');
    await wait(100);
    peer.write('two');
    await wait(100);
    peer.resetAndDestroy();
    await expect(run(reading)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(text).toBe('one two');
  });

  it('tells one who waits to write, though nobody reads what has come', async () => {
    const { socket, peer, wait } = await pair();
    peer.pause().write('not read by anybody');
    const told = record(socket);
    socket.pause();
    let written: Error | null | undefined;
    socket.write(pattern(200_000), (error) => (written = error));
    await wait(60_000);
    peer.resetAndDestroy();
    await wait(100);
    expect(told.slice(-2)).toEqual(['write ECONNRESET', 'close true']);
    expect(written).toMatchObject({ code: 'ECONNRESET' });
  });

  it('gives one who reads while it writes the answer, before the error of the write', async () => {
    const { socket, peer, wait } = await pair();
    const told = record(socket);
    socket.write(pattern(200_000));
    peer.pause();
    await wait(60_000);
    peer.write('too large');
    await wait(100);
    peer.resetAndDestroy();
    await wait(100);
    expect(told).toEqual(['too large', 'write ECONNRESET', 'close true']);
  });

  it('tells the next who writes', async () => {
    const { socket, peer, wait } = await pair();
    const told = record(socket);
    socket.pause();
    peer.write('unread');
    await wait(100);
    peer.resetAndDestroy();
    await wait(100);
    socket.write('too late');
    await wait(100);
    expect(told).toEqual(['write ECONNRESET', 'close true']);
  });

  it('is told at once, and let go, where nobody has begun to read', async () => {
    const { socket, peer, hosts, run } = await pair();
    const failed = next<NetError>(socket, 'error');
    peer.write('for nobody', () => peer.resetAndDestroy());
    expect((await run(failed)).code).toBe('ECONNRESET');
    expect(hosts.client.core.pools().CONNECTIONS.used).toBe(0);
  });

  it('is told after its end was read, while the other half was open', async () => {
    const { socket, peer, wait } = await pair();
    const told = record(socket);
    peer.end('bye');
    await wait(1000);
    expect(told).toEqual(['bye', 'end']);
    peer.destroy();
    socket.write('nobody wants this'); // answered by a RST
    await wait(1000);
    expect(told).toEqual(['bye', 'end', ...RESET]);
  });
});

describe('a socket that is destroyed', () => {
  it('ends in order, and what it had written arrives', async () => {
    const { socket, peer, wait } = await pair();
    const told = record(peer);
    socket.write('all of it');
    socket.destroy();
    await wait(1000);
    expect(told).toEqual(['all of it', 'end']);
  });

  it('with an error is a RST for its peer, and gives its app that error', async () => {
    const { socket, peer, wait } = await pair();
    const [mine, theirs] = [record(socket), record(peer)];
    socket.destroy(new Error('enough'));
    await wait(1000);
    expect(mine).toEqual(['enough', 'close true']);
    expect(theirs).toEqual(RESET);
  });

  it('tells who waits to write that it is closed, and emits no error', async () => {
    const { socket, peer, wait } = await pair();
    const told = record(socket);
    peer.pause();
    let written: Error | null | undefined;
    socket.write(pattern(200_000), (error) => (written = error));
    await wait(60_000);
    socket.destroy();
    await wait(100);
    expect(written).toMatchObject({ code: 'ERR_SOCKET_CLOSED' });
    expect(told).toEqual(['close false']);
  });

  it('soon is destroyed when all that was written is on its way', async () => {
    const { socket, peer, run, wait } = await pair();
    const sent = pattern(50_000);
    let length = 0;
    peer.on('data', (part: Buffer) => (length += part.length));
    const closed = next<boolean>(socket, 'close');
    socket.write(sent);
    socket.destroySoon();
    expect(await run(closed)).toBe(false);
    await wait(1000);
    expect(length).toBe(50_000);
  });
});

describe('a connect', () => {
  it('to what is no address says ENOTFOUND, as an event', async () => {
    const { client, run } = scene();
    const error = await run(next<NetError>(client.connect({ host: 'localhost', port: PORT }), 'error'));
    expect(error.message).toBe('getaddrinfo ENOTFOUND localhost');
    expect(error).toMatchObject({ code: 'ENOTFOUND', errno: -3008, hostname: 'localhost' });
  });

  it('to an address that no neighbour has says EHOSTUNREACH', async () => {
    const { client, run } = scene();
    const error = await run(next<NetError>(client.connect({ host: '10.0.0.9', port: PORT, timeout: 5000 }), 'error'));
    expect(error.message).toBe(`connect EHOSTUNREACH 10.0.0.9:${PORT}`);
  });

  it('says ENOBUFS when all connections are taken, and succeeds when one was given back', async () => {
    const { client, server, hosts, run } = scene();
    server.createServer({}, (peer) => void peer.on('error', () => undefined)).listen(PORT);
    const connect = (): Socket => client.connect({ host: SERVER, port: PORT });
    const sockets = Array.from({ length: hosts.client.core.pools().CONNECTIONS.capacity }, connect);
    await run(Promise.all(sockets.map((socket) => next(socket, 'connect'))));
    expect((await run(next<NetError>(connect(), 'error'))).code).toBe('ENOBUFS');
    sockets[0]?.destroy(new Error('makes room at once')).on('error', () => undefined);
    await run(next(connect(), 'connect'));
  });

  it('whose signal was aborted before fails, and leaves nothing behind', async () => {
    const { client, hosts, run } = scene();
    const socket = client.connect({ host: SERVER, port: PORT, signal: AbortSignal.abort() });
    expect((await run(next<Error>(socket, 'error'))).name).toBe('AbortError');
    expect(hosts.client.core.pools().CONNECTIONS.used).toBe(0);
  });
});
