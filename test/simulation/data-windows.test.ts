import { describe, expect, test } from 'vitest';
import { Errno, Option } from '../../host/core/layout.js';
import { bytesOf } from './transfer.js';
import {
  established,
  exchange,
  framesOf,
  introduce,
  next,
  openedByPeer,
  PORT,
  rawWorld,
  used,
  world,
  type RawConnection,
  type RawWorld,
} from './world.js';

const HOUR_MS = 3_600_000;
const WEEK_MS = 7 * 24 * HOUR_MS;

/** A connection of a peer that is played by hand. */
function opened(): { w: RawWorld; connection: RawConnection } {
  const w = rawWorld();
  introduce(w);
  return { w, connection: openedByPeer(w, w.host.listen(PORT)) };
}

function answer({ host, peer, lan }: RawWorld, connection: RawConnection, acknowledged: number, window: number): void {
  const { sourcePort, destinationPort, sequence, acknowledgment } = connection;
  const fields = { sourcePort, destinationPort, sequence, acknowledgment: next(acknowledgment, acknowledged), window };
  peer.segment(host, { ...fields, flags: 'ACK' });
  exchange(lan);
}

describe('a window that is closed', () => {
  test('for an hour is probed with one byte, each minute in the end, and what waits goes out when it opens', () => {
    const { w, connection } = opened();
    const { lan, host, peer } = w;
    const probes: number[] = [];
    answer(w, connection, 0, 0);
    peer.onFrame = ({ frame, atMs }) => {
      if (frame.kind !== 'tcp' || frame.payload.length === 0) return;
      expect(frame.payload.length).toBe(1);
      expect(frame.sequence).toBe(connection.acknowledgment);
      probes.push(atMs);
      answer(w, connection, 0, 0);
    };
    host.send(connection.handle, bytesOf(0, 1000, 1));
    lan.for(HOUR_MS);
    expect(host.state(connection.handle)).toBe('ESTABLISHED');
    const waits = probes.slice(1).map((at, index) => at - (probes[index] ?? 0));
    expect(waits.slice(0, 5)).toEqual([2000, 4000, 8000, 16_000, 32_000]);
    expect(new Set(waits.slice(5))).toEqual(new Set([60_000]));
    peer.onFrame = undefined;
    answer(w, connection, 0, 4096);
    expect(peer.segments.map(({ payload }) => payload.length)).toContain(1000);
  });

  test('by a peer that then is silent ends the connection after two minutes', () => {
    const { w, connection } = opened();
    const { lan, host } = w;
    answer(w, connection, 0, 0);
    const begun = lan.nowMs;
    host.send(connection.handle, bytesOf(0, 10, 1));
    lan.until(() => host.state(connection.handle) === 'CLOSED');
    expect(host.failure(connection.handle)).toBe('ETIMEDOUT');
    expect(lan.nowMs - begun).toBe(120_000);
  });

  test('between two cores opens again although the update of the window is lost', () => {
    const both = world({ trace: false });
    const { lan, client, server } = both;
    const { c, s } = established(both);
    client.send(c, bytesOf(0, 4096, 1));
    exchange(lan);
    const more = client.send(c, bytesOf(4096, 4096, 1));
    lan.for(HOUR_MS);
    expect(client.state(c)).toBe('ESTABLISHED');
    lan.lose({ from: 'server', nth: 1 });
    expect(server.read(s)).toEqual(bytesOf(0, 4096, 1));
    lan.for(61_000);
    expect(more).toBeGreaterThan(0);
    expect(server.read(s)).toEqual(bytesOf(4096, more, 1));
  });
});

describe('our own window', () => {
  test('never shrinks, and never opens by less than an MSS', () => {
    const both = world();
    const { lan, client, server } = both;
    const { c, s } = established(both);
    let sent = 0;
    for (let round = 0; round < 60; round++) {
      sent += client.send(c, bytesOf(sent, 1000, 1));
      lan.for(50);
      server.read(s, 333);
    }
    let edge = 0;
    const from = framesOf(lan).filter(({ frame, record }) => record.from === 'server' && !frame.flags.has('SYN'));
    const base = from[0]?.frame.acknowledgment ?? 0;
    for (const { frame } of from) {
      const right = ((frame.acknowledgment - base) >>> 0) + frame.window;
      expect(right).toBeGreaterThanOrEqual(edge);
      if (edge !== 0 && right !== edge) expect(right - edge).toBeGreaterThanOrEqual(1460);
      edge = right;
    }
    expect(edge).toBeGreaterThan(10_000);
  });

  test('is told when the app has read half of the ring, without anything else to say', () => {
    const both = world();
    const { lan, client, server } = both;
    const { c, s } = established(both);
    client.send(c, bytesOf(0, 4096, 1));
    lan.for(100);
    const before = framesOf(lan).length;
    server.read(s);
    exchange(lan);
    const [update] = framesOf(lan).slice(before);
    expect(update?.frame).toMatchObject({ window: 4096, payload: new Uint8Array() });
  });
});

describe('an app', () => {
  test('that says it has written more than there was room for gets EINVAL, and nothing is sent', () => {
    const both = world();
    const { lan, client } = both;
    const { c } = established(both);
    const { exports } = client.core;
    const frames = framesOf(lan).length;
    expect(exports.send(c, 4097)).toBe(Errno.EINVAL);
    expect(exports.send(c, 0xffffffff)).toBe(Errno.EINVAL);
    expect(exports.consume(c, 1)).toBe(Errno.EINVAL);
    expect(exports.set_option(c, 99, 1, lan.now)).toBe(Errno.EINVAL);
    expect(exports.set_option(c, Option.USER_TIMEOUT, 0, lan.now)).toBe(Errno.EINVAL);
    client.settle();
    lan.for(1000);
    expect(framesOf(lan).length).toBe(frames);
    expect(exports.send_space(c)).toBe(4096);
  });

  test('with a handle that is closed or was never given gets EBADF from every call', () => {
    const both = world();
    const { lan, client } = both;
    const { c } = established(both);
    client.close(c);
    const { exports } = client.core;
    for (const handle of [c, 0, -1, 12345]) {
      expect(exports.send_space(handle)).toBe(Errno.EBADF);
      expect(exports.send_at(handle)).toBe(0);
      expect(exports.send(handle, 1)).toBe(Errno.EBADF);
      expect(exports.received(handle)).toBe(Errno.EBADF);
      expect(exports.received_at(handle)).toBe(0);
      expect(exports.consume(handle, 0)).toBe(Errno.EBADF);
      expect(exports.set_option(handle, Option.NO_DELAY, 1, lan.now)).toBe(Errno.EBADF);
    }
  });

  test('that has said it sends no more gets EPIPE, and can still read', () => {
    const both = world();
    const { lan, client, server } = both;
    const { c, s } = established(both);
    client.shutdown(c);
    expect(client.core.exports.send_space(c)).toBe(Errno.EPIPE);
    expect(client.core.exports.send(c, 0)).toBe(Errno.EPIPE);
    server.send(s, bytesOf(0, 100, 2));
    exchange(lan);
    expect(client.read(c)).toEqual(bytesOf(0, 100, 2));
  });
});

describe('patience', () => {
  test('is as long as the app has set it, to the unit of 64 ms', () => {
    const both = world();
    const { lan, client, server } = both;
    const { c } = established(both);
    client.setUserTimeout(c, 5000);
    lan.partition(client, server);
    const begun = lan.nowMs;
    client.send(c, bytesOf(0, 10, 1));
    lan.until(() => client.state(c) === 'CLOSED');
    expect(client.failure(c)).toBe('ETIMEDOUT');
    expect(lan.nowMs - begun).toBe(Math.ceil(5000 / 64) * 64);
  });

  test('keep-alive asks after the silence that was set, and a peer that answers lives for ever', () => {
    const both = world();
    const { lan, client, server } = both;
    const { c } = established(both);
    client.setKeepAlive(c, 60);
    const begun = lan.nowMs;
    lan.for(HOUR_MS);
    expect(client.state(c)).toBe('ESTABLISHED');
    const asked = framesOf(lan).filter(({ record }) => record.from === 'client' && record.at > begun);
    expect(asked.length).toBe(59);
    expect((asked[0]?.record.at ?? 0) - begun).toBe(60_000);
    lan.partition(client, server);
    lan.for(60_000 + 120_000);
    expect(client.failure(c)).toBe('ETIMEDOUT');
  });

  test('an idle board with idle connections is called 0 times in a week', () => {
    const both = world({ trace: false });
    const { lan, client, server } = both;
    const { c, s } = established(both);
    client.send(c, bytesOf(0, 3000, 1));
    server.send(s, bytesOf(0, 500, 2));
    lan.for(1000);
    expect(server.read(s).length + client.read(c).length).toBe(3500);
    lan.for(1000);
    const before = client.wakeUps + server.wakeUps;
    lan.for(WEEK_MS);
    expect(client.wakeUps + server.wakeUps).toBe(before);
    expect([client.nextWakeUpMs, server.nextWakeUpMs]).toEqual([undefined, undefined]);
    expect([used(client).connections, used(server).connections]).toEqual([1, 1]);
  });
});
