import { describe, expect, test } from 'vitest';
import { Hand } from './hand.js';
import {
  CLIENT,
  established,
  exchange,
  introduce,
  LAN_POOLS,
  linesOf,
  next,
  openedByPeer,
  PORT,
  rawWorld,
  statesOf,
  timesOf,
  TIME_WAIT_MS,
  TIME_WAIT_SLACK_MS,
  used,
  world,
  type RawConnection,
  type RawWorld,
} from './world.js';

const NOTHING = { connections: 0, halfOpen: 0, timeWait: 0, listeners: 0 };

describe('RFC 9293 §3.6: a connection ends in order', () => {
  test.for(['client', 'server'] as const)('Figure 12: the %s closes first, and only it keeps TIME-WAIT', (first) => {
    const both = world();
    const { lan, client, server } = both;
    const { c, s } = established(both);
    const [a, b] = first === 'client' ? ([client, server] as const) : ([server, client] as const);
    const [ha, hb] = first === 'client' ? [c, s] : [s, c];
    a.shutdown(ha);
    exchange(lan);
    expect([a.state(ha), b.state(hb)]).toEqual(['FIN-WAIT-2', 'CLOSE-WAIT']);
    expect(b.told(hb)).toContain('PEER_CLOSED');
    b.shutdown(hb);
    exchange(lan);
    expect([a.state(ha), b.state(hb)]).toEqual(['TIME-WAIT', 'CLOSED']);
    expect([a.failure(ha), b.failure(hb)]).toEqual([undefined, undefined]);
    expect(a.told(ha).at(-1)).toBe('CLOSED');
    expect(b.told(hb).at(-1)).toBe('CLOSED');
    const other = first === 'client' ? 'server' : 'client';
    expect(linesOf(lan).slice(3)).toEqual([
      `${first} ACK,FIN 1 1`,
      `${other} ACK 1 2`,
      `${other} ACK,FIN 1 2`,
      `${first} ACK 2 2`,
    ]);
    expect(statesOf(lan, first).slice(-4)).toEqual(['ESTABLISHED', 'FIN-WAIT-1', 'FIN-WAIT-2', 'TIME-WAIT']);
    expect(statesOf(lan, other).slice(-4)).toEqual(['ESTABLISHED', 'CLOSE-WAIT', 'LAST-ACK', 'CLOSED']);
    a.close(ha);
    b.close(hb);
    expect([used(a).timeWait, used(b).timeWait]).toEqual([1, 0]);
    expect([used(a).connections, used(b).connections]).toEqual([0, 0]);
  });

  test('Figure 13: both close at once, and both keep TIME-WAIT', () => {
    const both = world();
    const { lan, client, server } = both;
    const { c, s } = established(both);
    client.shutdown(c);
    server.shutdown(s);
    expect([client.state(c), server.state(s)]).toEqual(['FIN-WAIT-1', 'FIN-WAIT-1']);
    lan.for(1);
    expect([client.state(c), server.state(s)]).toEqual(['CLOSING', 'CLOSING']);
    lan.for(1);
    expect([client.state(c), server.state(s)]).toEqual(['TIME-WAIT', 'TIME-WAIT']);
    expect([used(client).timeWait, used(server).timeWait]).toEqual([1, 1]);
  });

  test('whoever closes its handles needs to do nothing more, and everything is given back', () => {
    const both = world();
    const { lan, client, server } = both;
    const { c, s, listener } = established(both);
    client.close(c);
    server.close(s);
    server.close(listener);
    lan.for(5);
    expect(used(client).connections + used(server).connections).toBe(0);
    lan.idle();
    expect(used(client)).toEqual(NOTHING);
    expect(used(server)).toEqual(NOTHING);
  });

  test('a FIN that is lost is sent again with backoff from what was measured, and given up after two minutes', () => {
    const both = world();
    const { lan, client, server } = both;
    const { c } = established(both);
    lan.partition(client, server);
    const begun = lan.nowMs;
    client.shutdown(c);
    lan.until(() => client.state(c) === 'CLOSED');
    const times = timesOf(lan, 'client', 'ACK,FIN').map((at) => at - begun);
    expect(times.slice(0, 6)).toEqual([0, 250, 750, 1750, 3750, 7750]);
    expect(client.failure(c)).toBe('ETIMEDOUT');
    // RFC 9293 §3.8.3: R2 is at least 100 s
    expect(lan.nowMs - begun).toBe(120_000);
    client.close(c);
    expect(used(client)).toEqual(NOTHING);
  });

  test('a peer whose app is gone waits a minute for the FIN that never comes', () => {
    const both = world();
    const { lan, client } = both;
    const { c } = established(both);
    client.close(c);
    exchange(lan);
    expect(used(client).connections).toBe(1);
    lan.for(60_000);
    expect(used(client)).toEqual(NOTHING);
  });

  test('abort tells the peer by a RST, and leaves nothing on either side', () => {
    const both = world();
    const { lan, client, server } = both;
    const { c, s } = established(both);
    client.abort(c);
    exchange(lan);
    expect(server.failure(s)).toBe('ECONNRESET');
    expect(linesOf(lan).at(-1)).toBe('client RST 1');
    expect(used(client)).toEqual(NOTHING);
    server.close(s);
    expect(used(server)).toEqual({ ...NOTHING, listeners: 1 });
  });

  test('a SYN on a connection that lives is answered by one ACK, and ends nothing', () => {
    const w = rawWorld();
    const { lan, host, peer } = w;
    const { handle, ...connection } = openedByPeer(w, host.listen(PORT));
    const { sourcePort, destinationPort, sequence, acknowledgment } = connection;
    const heard = peer.segments.length;
    for (const seq of [sequence, next(sequence, 10), 5_000_000]) {
      peer.segment(host, { sourcePort, destinationPort, sequence: seq, flags: 'SYN' });
    }
    exchange(lan);
    expect(host.state(handle)).toBe('ESTABLISHED');
    // RFC 5961 §7: the others within half a second are not answered
    expect(peer.segments.slice(heard)).toHaveLength(1);
    expect([...peer.lastSegment.flags]).toEqual(['ACK']);
    expect([peer.lastSegment.sequence, peer.lastSegment.acknowledgment]).toEqual([acknowledgment, sequence]);
    expect(host.core.statistics().counters.challengeAcksLimited).toBe(2);
  });

  test('RFC 5961 §3.2: a RST in the window that is not exact is asked about, one outside is nothing', () => {
    const w = rawWorld();
    const { lan, host, peer } = w;
    const { handle, sourcePort, destinationPort, sequence } = openedByPeer(w, host.listen(PORT));
    const heard = peer.segments.length;
    peer.segment(host, { sourcePort, destinationPort, sequence: next(sequence, 70_000), flags: 'RST' });
    peer.segment(host, { sourcePort, destinationPort, sequence: next(sequence, -1), flags: 'RST' });
    exchange(lan);
    expect(peer.segments).toHaveLength(heard);
    peer.segment(host, { sourcePort, destinationPort, sequence: next(sequence), flags: 'RST' });
    exchange(lan);
    expect(peer.segments).toHaveLength(heard + 1);
    expect(host.state(handle)).toBe('ESTABLISHED');
    peer.segment(host, { sourcePort, destinationPort, sequence, flags: 'RST' });
    exchange(lan);
    expect(host.failure(handle)).toBe('ECONNRESET');
  });
});

/** The host has closed first and is in TIME-WAIT; numbers are the next ones. */
function inTimeWait(w: RawWorld, listener: number, sourcePort = 4000, isn = 100): RawConnection {
  const { lan, host, peer } = w;
  const connection = openedByPeer(w, listener, sourcePort, isn);
  const { handle, destinationPort, sequence, acknowledgment } = connection;
  host.close(handle);
  exchange(lan);
  const last = { sequence: next(sequence), acknowledgment: next(acknowledgment) };
  peer.segment(host, { sourcePort, destinationPort, sequence, acknowledgment: last.acknowledgment, flags: 'FIN,ACK' });
  exchange(lan);
  return { ...connection, ...last };
}

describe('TIME-WAIT', () => {
  test('it lasts 60 s, then the pool is empty and nothing wakes the board', () => {
    const w = rawWorld();
    const { lan, host } = w;
    inTimeWait(w, host.listen(PORT));
    const remaining = TIME_WAIT_MS - 20;
    lan.for(remaining - 1);
    expect(used(host)).toEqual({ ...NOTHING, timeWait: 1, listeners: 1 });
    lan.for(TIME_WAIT_SLACK_MS + 21);
    expect(used(host)).toEqual({ ...NOTHING, listeners: 1 });
    expect(host.nextWakeUpMs).toBeUndefined();
  });

  test('an app that still holds the handle sees TIME-WAIT, and CLOSED when it is over', () => {
    const both = world();
    const { lan, client, server } = both;
    const { c, s } = established(both);
    client.shutdown(c);
    exchange(lan);
    server.close(s);
    exchange(lan);
    expect(client.state(c)).toBe('TIME-WAIT');
    lan.for(TIME_WAIT_MS + TIME_WAIT_SLACK_MS);
    expect(client.state(c)).toBe('CLOSED');
  });

  test('a SYN above the last sequence number is taken at once', () => {
    const w = rawWorld();
    const { lan, host, peer } = w;
    const listener = host.listen(PORT);
    const { sourcePort, destinationPort, sequence, acknowledgment } = inTimeWait(w, listener);
    peer.segment(host, { sourcePort, destinationPort, sequence: next(sequence), flags: 'SYN', mss: 1460 });
    exchange(lan);
    const answer = peer.lastSegment;
    expect([...answer.flags].sort()).toEqual(['ACK', 'SYN']);
    // Its own number is above the last, too
    expect((answer.sequence - acknowledgment) | 0).toBeGreaterThan(0);
    expect(used(host)).toMatchObject({ timeWait: 0, halfOpen: 1 });
    peer.segment(host, {
      sourcePort,
      destinationPort,
      sequence: next(sequence, 2),
      acknowledgment: next(answer.sequence),
      flags: 'ACK',
    });
    exchange(lan);
    expect(host.accept(listener)).toBeGreaterThan(0);
    expect(host.core.statistics().counters.timeWaitReused).toBe(1);
  });

  test('an old duplicate of a SYN is not taken: it is told where the connection ended', () => {
    const w = rawWorld();
    const { lan, host, peer } = w;
    const { sourcePort, destinationPort, sequence, acknowledgment } = inTimeWait(w, host.listen(PORT));
    for (const old of [sequence, next(sequence, -1), 100, next(sequence, -0x7fffffff)]) {
      peer.segment(host, { sourcePort, destinationPort, sequence: old, flags: 'SYN' });
      exchange(lan);
      expect([...peer.lastSegment.flags]).toEqual(['ACK']);
      expect(peer.lastSegment.sequence).toBe(acknowledgment);
      expect(peer.lastSegment.acknowledgment).toBe(sequence);
    }
    expect(used(host)).toMatchObject({ timeWait: 1, halfOpen: 0 });
  });

  test('a RST does not end it (RFC 1337)', () => {
    const w = rawWorld();
    const { lan, host, peer } = w;
    const { sourcePort, destinationPort, sequence, acknowledgment } = inTimeWait(w, host.listen(PORT));
    const heard = peer.segments.length;
    peer.segment(host, { sourcePort, destinationPort, sequence, flags: 'RST' });
    peer.segment(host, { sourcePort, destinationPort, sequence, acknowledgment, flags: 'RST,ACK' });
    exchange(lan);
    expect(used(host).timeWait).toBe(1);
    expect(peer.segments).toHaveLength(heard);
    expect(host.core.statistics().drops.RESET_TIME_WAIT).toBe(2);
  });

  test('the FIN that comes again is acknowledged again, and the 60 s begin anew', () => {
    const w = rawWorld();
    const { lan, host, peer } = w;
    const { sourcePort, destinationPort, sequence, acknowledgment } = inTimeWait(w, host.listen(PORT));
    lan.for(50_000);
    peer.segment(host, { sourcePort, destinationPort, sequence: next(sequence, -1), acknowledgment, flags: 'FIN,ACK' });
    exchange(lan);
    expect(peer.lastSegment.acknowledgment).toBe(sequence);
    lan.for(TIME_WAIT_MS - 100);
    expect(used(host).timeWait).toBe(1);
    lan.for(100 + TIME_WAIT_SLACK_MS);
    expect(used(host).timeWait).toBe(0);
  });

  test('when the pool is full the oldest gives way, and that is counted', () => {
    const w = rawWorld();
    const { host, lan, peer } = w;
    introduce(w);
    const listener = host.listen(PORT);
    for (let i = 0; i <= LAN_POOLS.timeWait; i++) inTimeWait(w, listener, 4000 + i);
    expect(used(host)).toMatchObject({ timeWait: LAN_POOLS.timeWait, connections: 0 });
    const { counters } = host.core.statistics();
    expect(counters.timeWaitEvicted).toBe(1);
    // The first is unknown by now, the second is guarded still.
    for (const [sourcePort, flags] of [
      [4000, 'RST'],
      [4001, 'ACK'],
    ] as const) {
      const stray = { sequence: 1, acknowledgment: 1, flags: 'ACK', payload: Uint8Array.of(1) };
      peer.segment(host, { sourcePort, destinationPort: PORT, ...stray });
      exchange(lan);
      expect([...peer.lastSegment.flags]).toEqual([flags]);
    }
    lan.for(TIME_WAIT_MS + TIME_WAIT_SLACK_MS);
    expect(used(host).timeWait).toBe(0);
  });

  test('a thousand short connections in a row are all served', () => {
    const both = world({ trace: false });
    const { lan, client, server } = both;
    const listener = server.listen(PORT);
    for (let i = 0; i < 1000; i++) {
      const c = client.connect(server, PORT);
      exchange(lan);
      const s = server.accept(listener);
      expect(client.state(c), `connection ${i}`).toBe('ESTABLISHED');
      client.close(c);
      if (s !== undefined) server.close(s);
      lan.for(5);
    }
    expect(used(client).connections + used(server).connections).toBe(0);
    lan.idle();
    expect(used(client).timeWait).toBe(0);
  });

  test('TIME-WAIT ends after 60 s across the wrap of the clock', () => {
    const w = rawWorld({ startTime: 2 ** 32 - 30_000 });
    const { lan, host } = w;
    inTimeWait(w, host.listen(PORT));
    lan.for(TIME_WAIT_MS - 100);
    expect(used(host).timeWait).toBe(1);
    lan.for(200);
    expect(used(host).timeWait).toBe(0);
  });
});

test('a handle that was closed is nobody else’s: every call with it gives EBADF', () => {
  const both = world();
  const { lan, client, server } = both;
  const { c, listener } = established(both);
  client.abort(c);
  exchange(lan);
  const other = client.connect(server, PORT);
  exchange(lan);
  expect(client.state(other)).toBe('ESTABLISHED');
  expect(other).not.toBe(c);
  const EBADF = expect.objectContaining({ code: 'EBADF', errno: -9 }) as Error;
  for (const stale of [c, 0, -1, 0x7fffffff, listener]) {
    expect(() => client.close(stale)).toThrow(EBADF);
    expect(() => client.shutdown(stale)).toThrow(EBADF);
    expect(() => client.abort(stale)).toThrow(EBADF);
    expect(() => client.state(stale)).toThrow(EBADF);
    expect(() => client.failure(stale)).toThrow(EBADF);
    expect(() => client.accept(stale)).toThrow(EBADF);
    expect(() => client.localPort(stale)).toThrow(EBADF);
    expect(() => client.core.remotePort(stale)).toThrow(EBADF);
    expect(() => client.core.remoteAddress(stale)).toThrow(EBADF);
  }
  expect(client.state(other)).toBe('ESTABLISHED');
  const peers = [client.core.remotePort(other), client.core.remoteAddress(other), server.core.remoteAddress(listener)];
  expect(peers).toEqual([PORT, server.address, '0.0.0.0']);
  expect(CLIENT).toBe(client.address);
});

describe('a connection that its app has closed', () => {
  test('is not kept alive any more: a peer that never closes has a minute, in silence', () => {
    const hand = Hand.open();
    hand.host.setKeepAlive(hand.handle, 10);
    hand.host.close(hand.handle);
    hand.lan.for(5);
    hand.says({ ack: 1 });
    hand.lan.for(5);
    expect(used(hand.host).connections).toBe(1);
    hand.clear();
    hand.lan.for(59_900);
    expect(hand.seen).toEqual([]);
    hand.lan.for(200);
    expect(used(hand.host).connections).toBe(0);
  });
});
