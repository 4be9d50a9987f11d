/** What a socket's options do on the wire and in time. */
import { describe, expect, it } from 'vitest';
import type { ConnectOptions, Socket } from '../../../host/net/index.js';
import { next, scene, SERVER, type Scene } from './scene.js';

const PORT = 8080;

interface Pair extends Scene {
  socket: Socket;
  peer: Socket;
}

async function pair(options: Partial<ConnectOptions> = {}): Promise<Pair> {
  const set = scene({ trace: true });
  const accepted = next<Socket>(set.server.createServer({ noDelay: true }).listen(PORT), 'connection');
  const socket = set.client.connect({ host: SERVER, port: PORT, ...options });
  return { ...set, socket, peer: await set.run(accepted) };
}

/** Frames that the client has sent since. */
function sentBy({ lan }: Scene, sinceMs: number): number {
  const records = lan.trace?.records ?? [];
  return records.filter((record) => record.kind === 'frame' && record.from === 'client' && record.at >= sinceMs).length;
}

/** How many segments three small writes at once are. */
async function segments(change: (socket: Socket) => void, options: Partial<ConnectOptions> = {}): Promise<number> {
  const set = await pair(options);
  await set.wait(1000);
  change(set.socket);
  const begun = set.lan.nowMs;
  for (const word of ['one', 'two', 'three']) set.socket.write(word);
  await set.wait(0.5); // before any acknowledgment
  return sentBy(set, begun);
}

const unchanged = (): undefined => undefined;

describe('noDelay', () => {
  it('has small writes wait for an acknowledgment where it is not asked for', async () => {
    expect(await segments(unchanged)).toBe(1);
  });

  it('sends each at once, as an option and as a call', async () => {
    expect(await segments(unchanged, { noDelay: true })).toBe(3);
    expect(await segments((socket) => socket.setNoDelay())).toBe(3);
    expect(await segments((socket) => socket.setNoDelay(false), { noDelay: true })).toBe(1);
  });
});

describe('keepAlive', () => {
  it('asks the peer after so many ms whether it lives, as an option and as a call', async () => {
    for (const options of [{ keepAlive: 10_000 }, {}]) {
      const set = await pair(options);
      if (options.keepAlive === undefined) set.socket.setKeepAlive(true, 10_000);
      await set.wait(9000);
      expect(sentBy(set, 1000)).toBe(0);
      await set.wait(2000);
      expect(sentBy(set, 1000)).toBeGreaterThan(0);
    }
  });

  it('is not, unless asked for', async () => {
    const set = await pair();
    await set.wait(100_000_000);
    expect(sentBy(set, 1000)).toBe(0);
  });

  it('finds out that the peer is gone', async () => {
    const { socket, lan, hosts, run } = await pair({ keepAlive: 10_000 });
    lan.partition(hosts.client, hosts.server);
    expect((await run(next<NodeJS.ErrnoException>(socket, 'error'), 3_600_000)).code).toBe('ETIMEDOUT');
  });
});

describe('setTimeout', () => {
  it('counts from what came last and from what was written last', async () => {
    const { socket, peer, lan, wait } = await pair();
    socket.resume();
    let toldAt: number | undefined;
    await wait(1000);
    socket.setTimeout(5000, () => (toldAt = lan.nowMs));
    await wait(4000);
    peer.write('it came'); // a ms later
    await wait(4000);
    socket.write('it went'); // acknowledged within 200 ms
    const written = lan.nowMs;
    await wait(4900);
    expect(toldAt).toBeUndefined();
    await wait(1000);
    expect(toldAt).toBeGreaterThanOrEqual(written + 5000);
  });

  it('is told of once, and not at all once it is 0 or the socket is destroyed', async () => {
    const { socket, wait } = await pair();
    let told = 0;
    socket.on('timeout', () => told++);
    socket.setTimeout(1000);
    await wait(5000);
    expect(told).toBe(1);
    socket.setTimeout(1000).setTimeout(0);
    await wait(5000);
    socket.setTimeout(1000).destroy();
    await wait(5000);
    expect(told).toBe(1);
  });
});
