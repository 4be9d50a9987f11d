import { describe, expect, test } from 'vitest';
import { Lan, type CoreHost } from '../../host/lan/index.js';
import { beginTransfer, differsAt, expectComplete, expectEmpty, streamOf } from './ends.js';
import { Hand } from './hand.js';
import {
  CLIENT,
  established,
  exchange,
  introduce,
  moduleOf,
  next,
  PORT,
  rawWorld,
  SERVER,
  used,
  world,
} from './world.js';

describe('short connections in a row', () => {
  test('from one source port, 200 times, the peer closing first or last: each is accepted at once, and reads its own', () => {
    const raw = rawWorld({ trace: false });
    const { lan, host, peer } = raw;
    introduce(raw);
    const listener = host.listen(PORT);
    const ports = { sourcePort: 4000, destinationPort: PORT };
    // RFC 9293 §3.4.1: a peer's own numbers grow, over 2^32 on the way.
    let irs = 2 ** 32 - 100_000;
    for (let count = 0; count < 200; count++) {
      const isPeerFirst = count % 2 === 0;
      const data = streamOf(count, 0, 200);
      peer.received.length = 0;
      const begun = lan.nowMs;
      peer.segment(host, { ...ports, sequence: irs, flags: 'SYN', mss: 1460 });
      lan.for(2);
      const synAck = peer.lastSegment;
      expect([...synAck.flags].sort(), `connection ${count}`).toEqual(['ACK', 'SYN']);
      const acknowledgment = next(synAck.sequence);
      peer.segment(host, { ...ports, sequence: next(irs), acknowledgment, flags: 'ACK', payload: data });
      lan.for(1);
      const handle = host.accept(listener);
      if (handle === undefined) throw new Error(`connection ${count} was not accepted`);
      // Three times the way, and nothing waited for.
      expect(lan.nowMs - begun).toBe(3);
      expect(Buffer.compare(host.read(handle), data)).toBe(0);
      const fin = { ...ports, sequence: next(irs, 201), flags: 'FIN,ACK' };
      if (isPeerFirst) peer.segment(host, { ...fin, acknowledgment });
      lan.for(1);
      host.close(handle);
      lan.for(1);
      if (!isPeerFirst) peer.segment(host, { ...fin, acknowledgment: next(acknowledgment) });
      else
        peer.segment(host, { ...ports, sequence: next(irs, 202), acknowledgment: next(acknowledgment), flags: 'ACK' });
      lan.for(1);
      // Only who closes first keeps the guard.
      expect(used(host)).toEqual({ connections: 0, halfOpen: 0, timeWait: isPeerFirst ? 0 : 1, listeners: 1 });
      irs = next(irs, 1000);
    }
    expect(host.core.statistics().counters.established).toBe(200);
    host.close(listener);
    expectEmpty(lan, host);
  });

  test('the next has nothing of the last: its old segments are told so, and none is read', () => {
    const hand = Hand.open();
    hand.says({ data: 500 });
    hand.lan.for(5);
    expect(hand.host.read(hand.handle).length).toBe(500);
    hand.host.close(hand.handle);
    hand.lan.for(5);
    hand.says({ ack: 1, flags: 'FIN,ACK' });
    hand.lan.for(5);
    expect(used(hand.host).timeWait).toBe(1);
    // A duplicate of the data in TIME-WAIT: an ACK. Then the port is used again, and the duplicate comes once more.
    hand.clear();
    hand.says({ at: 0, data: 500 });
    hand.lan.for(5);
    expect(hand.seen.map(({ flags, ack, length }) => [flags, ack, length])).toEqual([['ACK', 501, 0]]);
    const ports = { sourcePort: 4000, destinationPort: PORT };
    const irs = 101 + 10_000;
    hand.peer.segment(hand.host, { ...ports, sequence: irs, flags: 'SYN', mss: 1460 });
    hand.lan.for(5);
    const acknowledgment = next(hand.peer.lastSegment.sequence);
    hand.peer.segment(hand.host, { ...ports, sequence: next(irs), acknowledgment, flags: 'ACK' });
    hand.lan.for(5);
    hand.accept();
    hand.says({ at: 0, data: 500 });
    hand.lan.for(100);
    expect([hand.state, hand.host.read(hand.handle).length]).toEqual(['ESTABLISHED', 0]);
  });

  test('of two cores, 60 of them in a bad network, leave nothing behind', async () => {
    const module = await moduleOf('tiny');
    const faults = { loss: 0.05, duplication: 0.05, reordering: 0.1, delayMs: 20 };
    const lan = new Lan({ seed: 6, faults });
    const client = lan.host('client', module, { address: CLIENT });
    const server = lan.host('server', module, { address: SERVER });
    for (let count = 0; count < 60; count++) {
      const options = { toServer: 700 * (count % 5), toClient: 900 * (count % 3) };
      const ends = beginTransfer(client, server, options);
      lan.until(() => ends.areOver);
      expect([ends.client.received, ends.server?.received]).toEqual([options.toClient, options.toServer]);
      if (count === 59) expectComplete(lan, ends, options);
      else server.close(ends.listener);
    }
  });
});

describe('a pool of connections that is exhausted', () => {
  test('leaves data of who waits for room unanswered; it is read when there is room, and comes again', async () => {
    const module = await moduleOf('tiny');
    const lan = new Lan({ trace: true });
    const server = lan.host('server', module, { address: SERVER });
    const listener = server.listen(PORT, 8);
    const clients: { host: CoreHost; c: number }[] = [];
    for (let count = 0; count < 6; count++) {
      const host = lan.host(`client${count}`, module, { address: `10.73.0.${50 + count}` });
      clients.push({ host, c: host.connect(server, PORT) });
      lan.for(10);
    }
    // Four connections, and two that wait for room without one.
    expect(used(server)).toMatchObject({ connections: 4, halfOpen: 2 });
    for (const [number, { host, c }] of clients.entries()) {
      expect(host.state(c)).toBe('ESTABLISHED');
      expect(host.send(c, streamOf(number, 0, 1000))).toBe(1000);
    }
    lan.for(5000);
    expect(clients.map(({ host, c }) => host.core.sendSpace(c))).toEqual([1024, 1024, 1024, 1024, 24, 24]);
    const order: number[] = [];
    for (let served = 0; served < 6; served++) {
      let s: number | undefined;
      lan.until(() => (s = server.accept(listener)) !== undefined);
      lan.until(() => server.core.received(s ?? 0) === 1000);
      const bytes = server.read(s ?? 0);
      const number = [0, 1, 2, 3, 4, 5].find((other) => differsAt(bytes, other, 0) === -1);
      order.push(number ?? -1);
      server.close(s ?? 0);
      clients[number ?? 0]?.host.close(clients[number ?? 0]?.c ?? 0);
      lan.for(50);
    }
    expect(order.toSorted()).toEqual([0, 1, 2, 3, 4, 5]);
    server.close(listener);
    expectEmpty(lan, server, ...clients.map(({ host }) => host));
  });

  test('has all of it share the line: no connection waits for another to end', () => {
    const both = world();
    const { lan, client, server } = both;
    const listener = server.listen(PORT, 6);
    const handles = Array.from({ length: 6 }, () => client.connect(server, PORT));
    lan.for(20);
    const accepted = handles.map(() => server.accept(listener) ?? 0);
    const sent = handles.map(() => 0);
    const read = accepted.map(() => 0);
    for (let round = 0; round < 300; round++) {
      handles.forEach((c, i) => (sent[i] = (sent[i] ?? 0) + client.send(c, streamOf(0, sent[i] ?? 0, 4096))));
      lan.for(1);
      accepted.forEach((s, i) => {
        const bytes = server.read(s);
        expect(differsAt(bytes, 0, read[i] ?? 0)).toBe(-1);
        read[i] = (read[i] ?? 0) + bytes.length;
      });
    }
    // All the same: none has more than a ring more than another.
    expect(Math.min(...read)).toBeGreaterThan(50_000);
    expect(Math.max(...read) - Math.min(...read)).toBeLessThanOrEqual(2 * 4096);
  });

  test('does not touch those that are open: what they send goes on while strangers ask', () => {
    const both = world({ seed: 3 });
    const { lan, client, server } = both;
    const { c, s } = established(both);
    const stranger = lan.raw('stranger', { address: '10.73.0.77' });
    for (let port = 1; port <= 300; port++) {
      const fields = { sourcePort: port, destinationPort: PORT, sequence: port, flags: 'SYN' };
      stranger.segment(server, fields);
      if (port % 10 === 0) lan.for(1);
    }
    client.send(c, streamOf(1, 0, 4000));
    exchange(lan);
    lan.for(100);
    const bytes = server.read(s);
    expect([bytes.length, differsAt(bytes, 1, 0)]).toEqual([4000, -1]);
    expect(server.core.statistics().counters.cookiesSent).toBeGreaterThan(200);
    // RFC 4987: nobody but who answers costs a connection.
    expect(used(server).connections).toBe(1);
  });
});
