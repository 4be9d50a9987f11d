import { describe, expect, test } from 'vitest';
import { Lan, type CoreHost } from '../../host/lan/index.js';
import { bytesOf, release, Transfer, drive } from './transfer.js';
import {
  CLIENT,
  exchange,
  introduce,
  moduleOf,
  next,
  openedByPeer,
  PORT,
  rawWorld,
  SERVER,
  TIME_WAIT_MS,
  used,
} from './world.js';

describe('short connections', () => {
  test('200 in a row from one source port are each accepted at once, although the last is in TIME-WAIT', () => {
    const w = rawWorld({ trace: false });
    const { lan, host, peer } = w;
    introduce(w);
    const listener = host.listen(PORT);
    let sequence = 4_294_000_000;
    for (let count = 0; count < 200; count++) {
      const before = lan.nowMs;
      const c = openedByPeer(w, listener, 4000, sequence);
      const ends = { sourcePort: c.sourcePort, destinationPort: c.destinationPort };
      // A request, an answer, and the core closes first: TIME-WAIT is its.
      const payload = bytesOf(0, 100, count);
      peer.segment(host, {
        ...ends,
        sequence: c.sequence,
        acknowledgment: c.acknowledgment,
        flags: 'PSH,ACK',
        payload,
      });
      exchange(lan);
      expect(host.read(c.handle)).toEqual(payload);
      host.send(c.handle, bytesOf(0, 50, count));
      host.close(c.handle);
      exchange(lan);
      const fin = peer.lastSegment;
      expect(fin.flags.has('FIN')).toBe(true);
      const acknowledgment = next(fin.sequence, fin.payload.length + 1);
      peer.segment(host, { ...ends, sequence: next(c.sequence, 100), acknowledgment, flags: 'FIN,ACK' });
      exchange(lan);
      expect(used(host)).toEqual({ connections: 0, halfOpen: 0, timeWait: 1, listeners: 1 });
      expect(lan.nowMs - before).toBeLessThan(200);
      sequence = next(c.sequence, 200);
    }
    expect(host.core.statistics().counters).toMatchObject({ established: 200, timeWaitReused: 199 });
    lan.for(TIME_WAIT_MS + 100);
    expect(used(host).timeWait).toBe(0);
  });
});

describe('pools that are exhausted', () => {
  test('serve ten clients with six connections, every byte, as connections become free', async () => {
    const lan = new Lan({ seed: 4 });
    const server = lan.host('server', await moduleOf('debug'), { address: SERVER });
    const listener = server.listen(PORT, 6);
    const served = new Map<number, Transfer>();
    server.onEvent = ({ handle, kinds }) => {
      lan.at(lan.nowMs, () => {
        if (kinds.includes('ACCEPTABLE')) {
          for (let one = server.accept(listener); one !== undefined; one = server.accept(listener)) {
            const app = new Transfer(server, 2, 1, 20_000);
            app.handle = one;
            served.set(one, app);
            app.turn();
          }
        }
        const app = served.get(handle);
        app?.turn();
        if (app !== undefined && kinds.includes('CLOSED')) release(server, app);
      });
    };
    const clients: { host: CoreHost; app: Transfer }[] = [];
    for (let count = 0; count < 10; count++) {
      const address = `10.73.0.${100 + count}`;
      const host = lan.host(`client${count}`, await moduleOf('gateway'), { address });
      const app = new Transfer(host, 1, 2, 20_000);
      drive(lan, host, app);
      app.handle = host.connect(server, PORT, 600_000);
      clients.push({ host, app });
    }
    lan.until(() => clients.every(({ app }) => app.isDone), 600_000);
    expect(clients.map(({ app }) => [app.wrong, app.failure])).toEqual(clients.map(() => [0, undefined]));
    expect(server.core.pools().CONNECTIONS).toMatchObject({ capacity: 6, highWater: 6 });
    for (const { host, app } of clients) release(host, app);
    lan.for(3 * TIME_WAIT_MS);
    expect(used(server)).toEqual({ connections: 0, halfOpen: 0, timeWait: 0, listeners: 1 });
  });

  test('of connections refuse one more connect with ENOBUFS, and take it when one is free', async () => {
    const lan = new Lan({ seed: 1 });
    const module = await moduleOf('debug');
    const client = lan.host('client', module, { address: CLIENT });
    const server = lan.host('server', await moduleOf('gateway'), { address: SERVER });
    server.listen(PORT, 100);
    const handles = Array.from({ length: 6 }, () => client.connect(server, PORT));
    expect(() => client.connect(server, PORT)).toThrow('ENOBUFS');
    exchange(lan);
    client.abort(handles[0] ?? 0);
    exchange(lan);
    const again = client.connect(server, PORT);
    exchange(lan);
    expect(client.state(again)).toBe('ESTABLISHED');
  });
});
