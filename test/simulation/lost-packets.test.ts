import { describe, expect, test } from 'vitest';
import {
  arpRequestTimes,
  exchange,
  introduce,
  linesOf,
  next,
  PEER,
  PORT,
  rawWorld,
  SERVER,
  timesOf,
  used,
  world,
} from './world.js';

/** Cores that have exchanged ARP before: what is lost afterwards is TCP's alone. */
function acquainted(startTime = 0): ReturnType<typeof world> {
  const both = world({ startTime });
  const { client, lan, server } = both;
  const h = client.connect(server, 9);
  exchange(lan);
  expect(client.failure(h)).toBe('ECONNREFUSED');
  client.close(h);
  lan.for(1000 - lan.nowMs);
  return both;
}

describe('the first packet, the SYN, is lost', () => {
  test('it is sent again after 1, 3, 7 … s, and connect fails with ETIMEDOUT at the deadline, to the ms', () => {
    const { lan, client, server } = acquainted();
    lan.lose({ flags: 'SYN' });
    const begun = lan.nowMs;
    const c = client.connect(server, PORT, 12_345);
    lan.for(12_344);
    expect(client.state(c)).toBe('SYN-SENT');
    lan.for(1);
    expect(client.state(c)).toBe('CLOSED');
    expect(client.failure(c)).toBe('ETIMEDOUT');
    expect(client.events.at(-1)).toMatchObject({ handle: c, kinds: ['FAILED'], atMs: begun + 12_345 });
    expect(
      timesOf(lan, 'client', 'SYN')
        .slice(1)
        .map((at) => at - begun),
    ).toEqual([0, 1000, 3000, 7000]);
    client.close(c);
    expect(used(client).connections).toBe(0);
    expect(client.nextWakeUpMs).toBeUndefined();
  });

  test('without a deadline of the caller it goes on for three minutes, a minute apart at most', () => {
    const { lan, client, server } = acquainted();
    lan.lose({ flags: 'SYN' });
    const begun = lan.nowMs;
    const c = client.connect(server, PORT);
    lan.for(180_000);
    expect(client.events.at(-1)).toMatchObject({ kinds: ['FAILED'], atMs: begun + 180_000 });
    expect(client.failure(c)).toBe('ETIMEDOUT');
    const times = timesOf(lan, 'client', 'SYN')
      .slice(1)
      .map((at) => at - begun);
    expect(times).toEqual([0, 1000, 3000, 7000, 15_000, 31_000, 63_000, 123_000]);
  });

  test('a SYN that is lost once connects after 1 s', () => {
    const { lan, client, server } = acquainted();
    lan.lose({ flags: 'SYN', nth: 1 });
    server.listen(PORT);
    const begun = lan.nowMs;
    const c = client.connect(server, PORT);
    lan.until(() => client.state(c) === 'ESTABLISHED');
    expect(lan.nowMs - begun).toBe(1000 + 2 * lan.latencyMs);
  });
});

describe('nobody answers for the neighbour', () => {
  test('it is asked for once a second, and connect fails with EHOSTUNREACH at the deadline, to the ms', () => {
    const { lan, host } = rawWorld();
    const begun = lan.nowMs;
    const h = host.connect({ address: '10.73.0.77' }, PORT, 4500);
    lan.for(4499);
    expect(host.state(h)).toBe('SYN-SENT');
    lan.for(1);
    expect(host.failure(h)).toBe('EHOSTUNREACH');
    expect(host.events.at(-1)).toMatchObject({ kinds: ['FAILED'], atMs: begun + 4500 });
    expect(arpRequestTimes(lan, 'host').map((at) => at - begun)).toEqual([0, 1000, 2000, 3000, 4000]);
    lan.for(10_000);
    expect(arpRequestTimes(lan, 'host')).toHaveLength(5);
    expect(host.nextWakeUpMs).toBeUndefined();
  });

  test('the first SYN is not lost behind ARP: it leaves as soon as the neighbour is known', () => {
    const { lan, host, peer } = rawWorld();
    const h = host.connect(peer, 4000);
    expect(linesOf(lan)).toEqual([]);
    exchange(lan);
    expect(timesOf(lan, 'host', 'SYN')).toEqual([2 * lan.latencyMs]);
    expect(host.state(h)).toBe('SYN-SENT');
  });

  test('a lost ARP request is asked again after a second, and one SYN leaves then', () => {
    const { lan, host, peer } = rawWorld();
    lan.lose({ kind: 'arp', from: 'host', nth: 1 });
    host.connect(peer, 4000, 10_000);
    lan.for(1500);
    expect(timesOf(lan, 'host', 'SYN')).toEqual([1000 + 2 * lan.latencyMs]);
  });

  test('the handshake begins anew with 1 s after a neighbour that was slow to answer', () => {
    const { lan, host, peer } = rawWorld();
    peer.answersArp = false;
    host.connect(peer, 4000, 60_000);
    lan.for(10_500);
    peer.answersArp = true;
    lan.for(10_000);
    const times = timesOf(lan, 'host', 'SYN');
    const first = times[0] ?? 0;
    expect(first).toBe(11_000 + 2 * lan.latencyMs);
    expect(times.map((at) => at - first)).toEqual([0, 1000, 3000, 7000]);
  });
});

describe('the second packet, the SYN-ACK, is lost', () => {
  test('the server sends it again when the SYN comes again, and does not wait for its own timer', () => {
    const { lan, client, server } = acquainted();
    server.listen(PORT);
    const begun = lan.nowMs;
    // Both timers begin a latency apart; with this the client's SYN is the first.
    lan.delay({ flags: 'SYN', from: 'client', nth: 1 }, 100);
    lan.lose({ flags: 'SYN,ACK', nth: 1 });
    const c = client.connect(server, PORT);
    lan.for(1050);
    expect(client.state(c)).toBe('ESTABLISHED');
    expect(timesOf(lan, 'server', 'ACK,SYN').map((at) => at - begun)).toEqual([101, 1001]);
  });

  test('the server sends it again after 1 s by itself', () => {
    const w = rawWorld();
    const { lan, host, peer } = w;
    introduce(w);
    const listener = host.listen(PORT);
    lan.lose({ from: 'host', flags: 'SYN,ACK', nth: 1 });
    const begun = lan.nowMs;
    const toHost = { sourcePort: 4000, destinationPort: PORT };
    peer.segment(host, { ...toHost, sequence: 100, flags: 'SYN' });
    lan.for(1500);
    expect(timesOf(lan, 'host', 'ACK,SYN').map((at) => at - begun)).toEqual([1, 1001]);
    const acknowledgment = next(peer.lastSegment.sequence);
    peer.segment(host, { ...toHost, sequence: 101, acknowledgment, flags: 'ACK' });
    exchange(lan);
    expect(host.accept(listener)).toBeGreaterThan(0);
  });

  test('a peer whose MAC has yet to be asked for gets it a second later, not three', () => {
    const { lan, host, peer } = rawWorld();
    host.listen(PORT);
    lan.lose({ from: 'host', flags: 'SYN,ACK', nth: 1 });
    peer.segment(host, { sourcePort: 4000, destinationPort: PORT, sequence: 100, flags: 'SYN' });
    lan.for(5000);
    expect(arpRequestTimes(lan, 'host')).toEqual([1001]);
    // Sent at 1 s is the question; at 2 s the SYN-ACK, and again 4 s after that.
    expect(timesOf(lan, 'host', 'ACK,SYN')).toEqual([1, 2001]);
    lan.for(30_000);
    expect(used(host).halfOpen).toBe(0);
    expect(host.nextWakeUpMs).toBeUndefined();
  });

  test('nobody hears of it any more from a port that has been closed', () => {
    const { lan, host, peer } = rawWorld();
    const listener = host.listen(PORT);
    const toHost = { sourcePort: 4000, destinationPort: PORT };
    peer.segment(host, { ...toHost, sequence: 100, flags: 'SYN' });
    exchange(lan);
    host.close(listener);
    lan.for(5000);
    expect(timesOf(lan, 'host', 'ACK,SYN')).toEqual([1]);
    expect(used(host).halfOpen).toBe(0);
    peer.segment(host, { ...toHost, sequence: 101, acknowledgment: next(peer.lastSegment.sequence), flags: 'ACK' });
    exchange(lan);
    expect([...peer.lastSegment.flags]).toEqual(['RST']);
  });
});

describe('the third packet, the ACK, is lost', () => {
  const FOURTH = [1001, 3001, 7001, 15_001];

  test('the server sends its SYN-ACK again at 1, 3, 7 and 15 s, gives up at 31 s and tells nobody', () => {
    const w = rawWorld();
    const { lan, host, peer } = w;
    const listener = host.listen(PORT);
    introduce(w);
    const begun = lan.nowMs;
    peer.segment(host, { sourcePort: 4000, destinationPort: PORT, sequence: 100, flags: 'SYN' });
    lan.for(31_000);
    expect(used(host).halfOpen).toBe(1);
    lan.for(1);
    expect(used(host).halfOpen).toBe(0);
    expect(timesOf(lan, 'host', 'ACK,SYN').map((at) => at - begun)).toEqual([1, ...FOURTH]);
    expect(host.core.statistics().counters.halfOpenTimeouts).toBe(1);
    expect(host.accept(listener)).toBeUndefined();
    expect(host.told(listener)).toEqual([]);
    expect(host.nextWakeUpMs).toBeUndefined();
  });

  test('a client that answers the SYN-ACK that came again completes the handshake', () => {
    const { lan, client, server } = acquainted();
    const listener = server.listen(PORT);
    lan.lose({ from: 'client', flags: 'ACK', nth: 1 });
    const c = client.connect(server, PORT);
    lan.for(500);
    expect(client.state(c)).toBe('ESTABLISHED');
    expect(server.accept(listener)).toBeUndefined();
    lan.for(600);
    expect(server.accept(listener)).toBeGreaterThan(0);
  });

  test('a client that has data to send completes the handshake with it', () => {
    const { lan, host, peer } = rawWorld();
    const listener = host.listen(PORT);
    const toHost = { sourcePort: 4000, destinationPort: PORT };
    peer.segment(host, { ...toHost, sequence: 100, flags: 'SYN' });
    exchange(lan);
    const acknowledgment = next(peer.lastSegment.sequence);
    const payload = new Uint8Array(10);
    peer.segment(host, { ...toHost, sequence: 101, acknowledgment, flags: 'ACK,PSH', payload });
    exchange(lan);
    const handle = host.accept(listener);
    expect(handle !== undefined && host.state(handle)).toBe('ESTABLISHED');
  });

  test('a client that closes completes the handshake with its FIN', () => {
    const { lan, client, server } = acquainted();
    const listener = server.listen(PORT);
    lan.lose({ from: 'client', flags: 'ACK', nth: 1 });
    const c = client.connect(server, PORT);
    lan.for(100);
    client.shutdown(c);
    lan.for(100);
    const s = server.accept(listener);
    expect(s !== undefined && server.state(s)).toBe('CLOSE-WAIT');
    expect(client.state(c)).toBe('FIN-WAIT-2');
    expect(s !== undefined && server.told(s)).toEqual(['READABLE', 'PEER_CLOSED']);
  });

  test('a client that sends after the server has given up gets a RST and learns ECONNRESET', () => {
    const { lan, client, server } = acquainted();
    server.listen(PORT);
    lan.lose({ from: 'client', flags: 'ACK' });
    const c = client.connect(server, PORT);
    lan.for(32_000);
    expect(client.state(c)).toBe('ESTABLISHED');
    expect(used(server).halfOpen).toBe(0);
    client.shutdown(c);
    exchange(lan);
    expect(client.state(c)).toBe('CLOSED');
    expect(client.failure(c)).toBe('ECONNRESET');
    expect(client.told(c)).toContain('FAILED');
  });
});

describe('a SYN that nobody stands behind', () => {
  test('a stale SYN costs one half-open entry until its alleged sender resets it', () => {
    const { lan, client, server } = acquainted();
    const listener = server.listen(PORT);
    const ghost = lan.raw('ghost', { address: PEER });
    const syn = { sourcePort: 4000, destinationPort: PORT, sequence: 5, flags: 'SYN' };
    lan.delay({ from: 'client', flags: 'RST' }, 400);
    ghost.segment(server, syn, client);
    lan.for(300);
    expect(used(server)).toMatchObject({ halfOpen: 1, connections: 0 });
    lan.for(300);
    expect(used(server)).toMatchObject({ halfOpen: 0, connections: 0 });
    expect(server.accept(listener)).toBeUndefined();
  });

  test('a RST that is not exactly next does not clear a half-open entry, it is asked about', () => {
    const { lan, host, peer } = rawWorld();
    host.listen(PORT);
    const toHost = { sourcePort: 4000, destinationPort: PORT };
    peer.segment(host, { ...toHost, sequence: 100, flags: 'SYN' });
    exchange(lan);
    peer.segment(host, { ...toHost, sequence: 102, flags: 'RST' });
    exchange(lan);
    expect(used(host).halfOpen).toBe(1);
    expect([...peer.lastSegment.flags]).toEqual(['ACK']);
    peer.segment(host, { ...toHost, sequence: 100_000, flags: 'RST' });
    exchange(lan);
    expect(used(host).halfOpen).toBe(1);
  });
});

describe('a port where nobody listens', () => {
  test('connect fails with ECONNREFUSED as soon as the RST is there', () => {
    const { lan, client, server } = acquainted();
    const begun = lan.nowMs;
    const c = client.connect(server, PORT);
    lan.until(() => client.state(c) === 'CLOSED', 10);
    expect(client.failure(c)).toBe('ECONNREFUSED');
    expect(lan.nowMs - begun).toBe(2 * lan.latencyMs);
    expect(linesOf(lan).slice(2)).toEqual(['client SYN 0', 'server ACK,RST 0 1']);
    expect(client.told(c)).toEqual(['FAILED']);
    client.close(c);
    expect(used(client).connections).toBe(0);
  });

  test('a RST that does not acknowledge the SYN refuses nothing', () => {
    const { lan, host, peer } = rawWorld();
    const h = host.connect(peer, 4000);
    exchange(lan);
    const { sourcePort, sequence } = peer.lastSegment;
    const toHost = { sourcePort: 4000, destinationPort: sourcePort };
    peer.segment(host, { ...toHost, sequence: 0, flags: 'RST' });
    peer.segment(host, { ...toHost, sequence: 0, acknowledgment: sequence, flags: 'RST,ACK' });
    peer.segment(host, { ...toHost, sequence: 0, acknowledgment: next(sequence, 2), flags: 'RST,ACK' });
    exchange(lan);
    expect(host.state(h)).toBe('SYN-SENT');
    expect(peer.segments).toHaveLength(1);
    expect(host.core.statistics().drops.RESET_BLIND).toBe(3);
  });
});

describe('the clock wraps', () => {
  // Each lets the wrap fall on another moment of the same handshake.
  test.for([0, 1, 2, 500, 999, 1000, 1001, 2999, 3000, 3001, 5000])(
    'a handshake that loses two SYNs, and one that fails, are the same when the clock wraps %i ms after its start',
    (beforeWrapMs) => {
      const { lan, client, server } = acquainted((2 ** 32 - 1000 - beforeWrapMs) >>> 0);
      server.listen(PORT);
      lan.lose({ flags: 'SYN', from: 'client', nth: 1 });
      lan.lose({ flags: 'SYN', from: 'client', nth: 2 });
      const begun = lan.nowMs;
      const c = client.connect(server, PORT, 20_000);
      lan.until(() => client.state(c) === 'ESTABLISHED', 5000);
      expect(lan.nowMs - begun).toBe(3000 + 2 * lan.latencyMs);
      lan.lose({ flags: 'SYN' });
      const failing = client.connect({ address: SERVER }, PORT, 4321);
      const failingSince = lan.nowMs;
      lan.until(() => client.state(failing) === 'CLOSED', 5000);
      expect(lan.nowMs - failingSince).toBe(4321);
      expect(client.failure(failing)).toBe('ETIMEDOUT');
    },
  );

  test('a server that waits for the third packet gives up after 31 s across the wrap', () => {
    const w = rawWorld({ startTime: 2 ** 32 - 10_000 });
    const { lan, host, peer } = w;
    host.listen(PORT);
    introduce(w);
    const begun = lan.nowMs;
    peer.segment(host, { sourcePort: 4000, destinationPort: PORT, sequence: 100, flags: 'SYN' });
    lan.for(40_000);
    expect(timesOf(lan, 'host', 'ACK,SYN').map((at) => at - begun)).toEqual([1, 1001, 3001, 7001, 15_001]);
    expect(used(host).halfOpen).toBe(0);
  });
});

test('a board that waits for nothing is never woken: not idle, and not with an idle connection', () => {
  const { lan, client, server } = world();
  lan.for(10);
  expect(client.core.nextDeadline(lan.now)).toBe(-1);
  const listener = server.listen(PORT);
  const c = client.connect(server, PORT);
  exchange(lan);
  const s = server.accept(listener);
  expect([client.state(c), s !== undefined && server.state(s)]).toEqual(['ESTABLISHED', 'ESTABLISHED']);
  const before = [client.wakeUps, server.wakeUps];
  lan.for(3_600_000);
  expect([client.wakeUps, server.wakeUps]).toEqual(before);
  expect(client.core.nextDeadline(lan.now)).toBe(-1);
  expect(server.core.nextDeadline(lan.now)).toBe(-1);
  expect(client.state(c)).toBe('ESTABLISHED');
});
