import { describe, expect, test } from 'vitest';
import {
  CLIENT,
  exchange,
  LAN_POOLS,
  moduleOf,
  next,
  openedByPeer,
  PEER,
  PORT,
  rawWorld,
  SERVER,
  used,
  world,
  type RawConnection,
} from './world.js';
import { decode } from '../../host/trace/decode.js';
import { formatAddress, parseAddress } from '../../host/core/index.js';
import { Lan } from '../../host/lan/index.js';

describe('a flood of SYNs from strangers', () => {
  test.for([
    [40, 'debug'],
    [40, 'lan'],
    [10_000, 'lan'],
  ] as const)(
    '%i SYNs are all answered, and an honest peer connects at its first try meanwhile (%s)',
    async ([count, profile]) => {
      const lan = new Lan();
      const server = lan.host('server', await moduleOf(profile), { address: SERVER });
      const client = lan.host('client', await moduleOf(profile), { address: CLIENT });
      const attacker = lan.raw('attacker', { address: PEER });
      const listener = server.listen(PORT);
      const answered = new Set<string>();
      attacker.onFrame = ({ frame }): void => {
        if (frame.kind === 'tcp' && frame.flags.has('SYN') && frame.flags.has('ACK') && frame.checksumOk) {
          answered.add(frame.ip.destination);
        }
      };
      let sent = 0;
      const flood = (upTo: number): void => {
        for (; sent < upTo; sent++) {
          const address = formatAddress(parseAddress('198.18.0.1') + sent);
          const syn = {
            sourcePort: 1024 + (sent % 60_000),
            destinationPort: PORT,
            sequence: sent * 977,
            flags: 'SYN',
            mss: 1460,
          };
          attacker.segment(server, syn, { address });
        }
        exchange(lan);
      };
      flood(count / 2);
      expect(used(server).halfOpen).toBe(LAN_POOLS.halfOpen);
      const begun = lan.nowMs;
      const c = client.connect(server, PORT);
      lan.until(() => server.told(listener).includes('ACCEPTABLE'), 100);
      expect(lan.nowMs - begun).toBeLessThan(10);
      flood(count);
      expect(answered.size).toBe(count);
      expect(client.state(c)).toBe('ESTABLISHED');
      const s = server.accept(listener);
      expect(s !== undefined && server.state(s)).toBe('ESTABLISHED');
      const { counters, pools } = server.core.statistics();
      expect(counters.cookiesSent).toBe(count + 1 - LAN_POOLS.halfOpen);
      expect(counters.cookiesAccepted).toBe(1);
      expect(pools.HALF_OPEN.highWater).toBe(LAN_POOLS.halfOpen);
      expect(pools.CONNECTIONS.highWater).toBe(1);

      lan.for(120_000);
      expect(used(server)).toEqual({ connections: 1, halfOpen: 0, timeWait: 0, listeners: 1 });
      expect(server.nextWakeUpMs).toBeUndefined();
    },
  );

  test('a cookie keeps the MSS, and nobody can make one up', () => {
    const w = rawWorld();
    const { lan, host, peer } = w;
    const listener = host.listen(PORT);
    for (let i = 0; i < LAN_POOLS.halfOpen; i++) {
      peer.segment(host, { sourcePort: 5000 + i, destinationPort: PORT, sequence: 1, flags: 'SYN' });
    }
    exchange(lan);
    const toHost = { sourcePort: 4000, destinationPort: PORT };
    peer.segment(host, { ...toHost, sequence: 100, flags: 'SYN', mss: 1460 });
    exchange(lan);
    const iss = peer.lastSegment.sequence;
    const options = peer.lastSegment.options;
    expect(options).toEqual([{ kind: 'mss', bytes: 1460 }]);
    // Guesses: another number, another peer, another port, another sequence number of the peer
    const guesses = [
      { ...toHost, sequence: 101, acknowledgment: next(iss, 2) },
      { ...toHost, sequence: 101, acknowledgment: next(iss, 17) },
      { ...toHost, sequence: 102, acknowledgment: next(iss) },
      { ...toHost, sourcePort: 4001, sequence: 101, acknowledgment: next(iss) },
    ];
    for (const guess of guesses) {
      peer.segment(host, { ...guess, flags: 'ACK' });
      exchange(lan);
      expect([...peer.lastSegment.flags]).toEqual(['RST']);
    }
    expect(host.core.statistics().counters.cookiesAccepted).toBe(0);
    peer.segment(host, { ...toHost, sequence: 101, acknowledgment: next(iss), flags: 'ACK' });
    exchange(lan);
    expect(host.accept(listener)).toBeGreaterThan(0);
  });

  test('a cookie is good for a minute and not for three', () => {
    for (const [afterMs, isGood] of [
      [60_000, true],
      [180_000, false],
    ] as const) {
      const { lan, host, peer } = rawWorld();
      const listener = host.listen(PORT);
      for (let i = 0; i <= LAN_POOLS.halfOpen; i++) {
        peer.segment(host, { sourcePort: 4000 + i, destinationPort: PORT, sequence: 100, flags: 'SYN' });
      }
      exchange(lan);
      const { destinationPort: sourcePort, sequence } = peer.lastSegment;
      lan.for(afterMs);
      const ack = { destinationPort: PORT, sequence: 101, acknowledgment: next(sequence), flags: 'ACK' };
      peer.segment(host, { sourcePort, ...ack });
      exchange(lan);
      expect(host.accept(listener) !== undefined).toBe(isGood);
    }
  });
});

/** A peer's handshake up to its last ACK, which the host leaves unanswered when it is full. */
function knock(
  w: ReturnType<typeof rawWorld>,
  sourcePort: number,
): { sourcePort: number; sequence: number; acknowledgment: number } {
  const { lan, host, peer } = w;
  peer.segment(host, { sourcePort, destinationPort: PORT, sequence: 100, flags: 'SYN' });
  exchange(lan);
  const acknowledgment = next(peer.lastSegment.sequence);
  peer.segment(host, { sourcePort, destinationPort: PORT, sequence: 101, acknowledgment, flags: 'ACK' });
  exchange(lan);
  return { sourcePort, sequence: 101, acknowledgment };
}

describe('more peers than there is room for', () => {
  test('beyond the backlog the completing ACK is left unanswered, and the handshake completes when accept makes room', () => {
    const w = rawWorld();
    const { lan, host, peer } = w;
    const listener = host.listen(PORT, 2);
    for (let i = 0; i < 3; i++) knock(w, 4000 + i);
    expect(used(host)).toMatchObject({ connections: 2, halfOpen: 1 });
    expect(peer.segments.filter((segment) => segment.flags.has('RST'))).toEqual([]);
    expect(host.core.statistics().drops.NO_ROOM).toBe(1);
    const heard = peer.segments.length;
    lan.for(120_000);
    expect(peer.segments).toHaveLength(heard);
    expect(host.nextWakeUpMs).toBeUndefined();

    const ports = [0, 1, 2].map(() => {
      const handle = host.accept(listener);
      return handle === undefined ? undefined : host.core.remotePort(handle);
    });
    expect(ports).toEqual([4000, 4001, 4002]);
    expect(used(host)).toMatchObject({ connections: 3, halfOpen: 0 });
  });

  test('when all connections are used the handshake completes as soon as one is closed', () => {
    const w = rawWorld();
    const { lan, host, peer } = w;
    const listener = host.listen(PORT, LAN_POOLS.connections);
    const open: RawConnection[] = [];
    for (let i = 0; i < LAN_POOLS.connections; i++) open.push(openedByPeer(w, listener, 4000 + i));
    knock(w, 5000);
    expect(host.accept(listener)).toBeUndefined();
    expect(peer.segments.filter((segment) => segment.flags.has('RST'))).toEqual([]);
    const first = open[0];
    if (first !== undefined) host.abort(first.handle);
    exchange(lan);
    const handle = host.accept(listener);
    expect(handle !== undefined && host.core.remotePort(handle)).toBe(5000);
    expect(handle !== undefined && host.state(handle)).toBe('ESTABLISHED');
    expect(() => host.connect(peer, PORT)).toThrow(expect.objectContaining({ code: 'ENOBUFS' }) as Error);
  });

  test('a cookie that comes back while there is no room is good later, too', () => {
    const w = rawWorld();
    const { lan, host, peer } = w;
    const listener = host.listen(PORT, 1);
    knock(w, 4000);
    for (let i = 0; i < LAN_POOLS.halfOpen; i++) {
      peer.segment(host, { sourcePort: 5000 + i, destinationPort: PORT, sequence: 1, flags: 'SYN' });
    }
    exchange(lan);
    const { sequence, acknowledgment } = knock(w, 4001);
    expect(peer.segments.filter((segment) => segment.flags.has('RST'))).toEqual([]);
    expect(host.accept(listener)).toBeGreaterThan(0);
    peer.segment(host, { sourcePort: 4001, destinationPort: PORT, sequence, acknowledgment, flags: 'ACK' });
    exchange(lan);
    const handle = host.accept(listener);
    expect(handle !== undefined && host.core.remotePort(handle)).toBe(4001);
  });

  test('a client that has only a cookie and says nothing more gets in when there is room', () => {
    const { lan, host, peer } = rawWorld();
    const listener = host.listen(PORT, 1);
    const toHost = { destinationPort: PORT };
    // One connection fills the backlog, strangers fill the half-open pool.
    peer.segment(host, { ...toHost, sourcePort: 1, sequence: 0, flags: 'SYN' });
    exchange(lan);
    const first = next(peer.lastSegment.sequence);
    peer.segment(host, { ...toHost, sourcePort: 1, sequence: 1, acknowledgment: first, flags: 'ACK' });
    for (let port = 100; port < 100 + LAN_POOLS.halfOpen; port++) {
      peer.segment(host, { ...toHost, sourcePort: port, sequence: 0, flags: 'SYN' });
    }
    exchange(lan);
    peer.segment(host, { ...toHost, sourcePort: 2, sequence: 0, flags: 'SYN' });
    exchange(lan);
    expect(host.core.statistics().counters.cookiesSent).toBe(1);
    const cookie = next(peer.lastSegment.sequence);
    // A stranger resets; then the client's only ACK comes.
    peer.segment(host, { ...toHost, sourcePort: 100, sequence: 1, flags: 'RST' });
    peer.segment(host, { ...toHost, sourcePort: 2, sequence: 1, acknowledgment: cookie, flags: 'ACK' });
    exchange(lan);
    expect(used(host)).toMatchObject({ connections: 1, halfOpen: LAN_POOLS.halfOpen });
    expect(host.accept(listener)).toBeGreaterThan(0);
    const second = host.accept(listener);
    expect(second !== undefined && host.core.remotePort(second)).toBe(2);
  });

  test('a peer that waits for room and gives up with a RST frees its place', () => {
    const w = rawWorld();
    const { lan, host, peer } = w;
    const listener = host.listen(PORT, 1);
    knock(w, 4000);
    const { sequence } = knock(w, 4001);
    peer.segment(host, { sourcePort: 4001, destinationPort: PORT, sequence, flags: 'RST' });
    exchange(lan);
    expect(used(host)).toMatchObject({ connections: 1, halfOpen: 0 });
    expect(host.accept(listener)).toBeGreaterThan(0);
    expect(host.accept(listener)).toBeUndefined();
  });

  test('a listener that closes resets whom nobody has accepted, and forgets whom it had no room for', () => {
    const w = rawWorld();
    const { lan, host, peer } = w;
    const listener = host.listen(PORT, 1);
    knock(w, 4000);
    const waiting = knock(w, 4001);
    host.close(listener);
    exchange(lan);
    expect([...peer.lastSegment.flags]).toEqual(['RST']);
    expect(peer.lastSegment.destinationPort).toBe(4000);
    expect(used(host)).toEqual({ connections: 0, halfOpen: 0, timeWait: 0, listeners: 0 });
    const { sourcePort, sequence, acknowledgment } = waiting;
    peer.segment(host, { sourcePort, destinationPort: PORT, sequence, acknowledgment, flags: 'ACK' });
    exchange(lan);
    expect(peer.lastSegment.destinationPort).toBe(4001);
    expect([...peer.lastSegment.flags]).toEqual(['RST']);
  });

  test.for(['LAST-ACK', 'CLOSING'] as const)(
    'a FIN that ends a connection in %s does not touch the one that takes its place at once',
    (last) => {
      const w = rawWorld();
      const { lan, host, peer } = w;
      const listener = host.listen(PORT, LAN_POOLS.connections);
      const open: RawConnection[] = [];
      for (let i = 0; i < LAN_POOLS.connections; i++) open.push(openedByPeer(w, listener, 4000 + i));
      knock(w, 5000);
      const { handle, sourcePort, sequence, acknowledgment } = open[0] ?? openedByPeer(w, listener);
      const toHost = { sourcePort, destinationPort: PORT, flags: 'FIN,ACK' };
      if (last === 'CLOSING') host.close(handle);
      exchange(lan);
      peer.segment(host, { ...toHost, sequence, acknowledgment });
      exchange(lan);
      if (last === 'LAST-ACK') host.close(handle);
      exchange(lan);
      // It acknowledges the host's FIN, and has one of its own where there can be none.
      peer.segment(host, { ...toHost, sequence: next(sequence), acknowledgment: next(acknowledgment) });
      exchange(lan);
      const other = host.accept(listener);
      expect(other !== undefined && host.core.remotePort(other)).toBe(5000);
      expect(other !== undefined && host.state(other)).toBe('ESTABLISHED');
      expect(other !== undefined && host.told(other)).toEqual([]);
    },
  );

  test('who knocks at a full server and has data is heard as soon as there is room', () => {
    const { lan, client, server } = world();
    const listener = server.listen(PORT, 1);
    const first = client.connect(server, PORT);
    exchange(lan);
    const second = client.connect(server, PORT);
    exchange(lan);
    expect([client.state(first), client.state(second)]).toEqual(['ESTABLISHED', 'ESTABLISHED']);
    client.shutdown(second);
    lan.for(500);
    expect(client.state(second)).toBe('FIN-WAIT-1');
    expect(server.accept(listener)).toBeGreaterThan(0);
    lan.for(1000);
    expect(client.state(second)).toBe('FIN-WAIT-2');
    const s = server.accept(listener);
    expect(s !== undefined && server.state(s)).toBe('CLOSE-WAIT');
  });
});

test('the answer to a SYN has an MSS of at most half of the ring', async () => {
  for (const [profile, mss] of [
    ['tiny', 512],
    ['lan', 1460],
    ['gateway', 1460],
  ] as const) {
    const { lan, host, peer } = rawWorld({}, await moduleOf(profile));
    host.listen(PORT);
    peer.segment(host, { sourcePort: 4000, destinationPort: PORT, sequence: 1, flags: 'SYN' });
    exchange(lan);
    const answer = decode(peer.received.at(-1)?.bytes ?? new Uint8Array());
    expect(answer.kind === 'tcp' && answer.options).toEqual([{ kind: 'mss', bytes: mss }]);
  }
});
