import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { differsAt, streamOf } from './ends.js';
import {
  established,
  exchange,
  introduce,
  moduleOf,
  next,
  openedByPeer,
  PORT,
  rawWorld,
  world,
  type Profile,
  type RawConnection,
  type RawWorld,
} from './world.js';

/** Properties: whatever pieces a peer sends in whatever order, whatever sizes an app writes and reads. */

const RINGS: [Profile, number][] = [
  ['debug', 4096],
  ['tiny', 1024],
];
const RUNS = { numRuns: 150, seed: 20, endOnFailure: false };

/** A connection of a peer whose first sequence number is `irs`. */
async function opened(profile: Profile, irs: number): Promise<{ raw: RawWorld; connection: RawConnection }> {
  const raw = rawWorld({ trace: false, latencyMs: 0 }, await moduleOf(profile));
  introduce(raw);
  return { raw, connection: openedByPeer(raw, raw.host.listen(PORT), 4000, irs) };
}

/** The peer sends bytes [from, to) of its stream. */
function throws({ host, peer }: RawWorld, connection: RawConnection, from: number, to: number, flags = 'ACK'): void {
  const { sourcePort, destinationPort, sequence, acknowledgment } = connection;
  const payload = streamOf(1, from, to - from);
  peer.segment(host, { sourcePort, destinationPort, sequence: next(sequence, from), acknowledgment, flags, payload });
}

/** Initial sequence numbers: anywhere, and often where the stream comes over 2^32 or over 2^31. */
const irs = fc.oneof(
  fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  fc.integer({ min: 2 ** 32 - 5000, max: 2 ** 32 - 1 }),
  fc.integer({ min: 2 ** 31 - 5000, max: 2 ** 31 + 10 }),
);

describe.for(RINGS)('what a peer may send in any order (%s)', ([profile, ring]) => {
  const piece = fc.tuple(fc.integer({ min: 0, max: ring + 200 }), fc.integer({ min: 1, max: Math.min(1460, ring) }));

  test('of its stream the app reads exactly, and as much of it as has come without a hole', async () => {
    await fc.assert(
      fc.asyncProperty(irs, fc.array(piece, { minLength: 1, maxLength: 30 }), async (first, pieces) => {
        const { raw, connection } = await opened(profile, first);
        const { lan, host, peer } = raw;
        peer.received.length = 0;
        for (const [from, length] of pieces) throws(raw, connection, from, from + length);
        exchange(lan);
        // RFC 9293 §3.4: what is acknowledged is what the app can read, since it has read nothing yet.
        const acknowledged = (peer.lastSegment.acknowledgment - connection.sequence) >>> 0;
        // What is kept beyond holes is at the core's pleasure (it has room for four), but not what comes without.
        const sure = pieces.reduce((to, [from, length]) => (from <= to ? Math.max(to, from + length) : to), 0);
        expect(acknowledged).toBeGreaterThanOrEqual(Math.min(sure, ring));
        expect(acknowledged).toBeLessThanOrEqual(ring);
        const read = host.read(connection.handle);
        expect(read.length).toBe(acknowledged);
        expect(differsAt(read, 1, 0)).toBe(-1);
        // What is missing comes, and all is there: each SACKed byte included.
        for (let from = acknowledged; from < ring + acknowledged; from += 500)
          throws(raw, connection, from, from + 500);
        exchange(lan);
        const rest = host.read(connection.handle);
        expect(rest.length).toBeGreaterThan(0);
        expect(differsAt(rest, 1, acknowledged)).toBe(-1);
      }),
      RUNS,
    );
  });

  test('while its app reads now and then, comes out as the stream, and the rings wrap', async () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: piece.map(([from, length]) => ({ from, length: length + 1, read: 0 })) },
      { weight: 1, arbitrary: fc.integer({ min: 1, max: ring }).map((read) => ({ from: 0, length: 0, read })) },
    );
    await fc.assert(
      fc.asyncProperty(irs, fc.array(step, { minLength: 20, maxLength: 120 }), async (first, steps) => {
        const { raw, connection } = await opened(profile, first);
        const { lan, host, peer } = raw;
        let read = 0;
        for (const { from, length, read: atMost } of steps) {
          const acknowledged = (peer.lastSegment.acknowledgment - connection.sequence) | 0;
          // Around what is due: before it, at it and beyond it.
          const at = Math.max(acknowledged + (from % 5 === 0 ? 0 : from - Math.floor(ring / 4)), 0);
          if (length !== 0) throws(raw, connection, at, at + Math.min(length, 1460));
          lan.for(1);
          if (atMost === 0) continue;
          const bytes = host.read(connection.handle, atMost);
          expect(differsAt(bytes, 1, read)).toBe(-1);
          read += bytes.length;
        }
        const bytes = host.read(connection.handle);
        expect(differsAt(bytes, 1, read)).toBe(-1);
      }),
      RUNS,
    );
  });

  test('with a FIN anywhere: it counts when all before it has come, and once', async () => {
    // At most ring - 8 bytes, so that the FIN is in the window: where it is not, it counts when the window opens.
    const order = fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7], { minLength: 8, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(irs, order, fc.integer({ min: 1, max: ring / 8 - 1 }), async (first, turns, size) => {
        const { raw, connection } = await opened(profile, first);
        const { lan, host } = raw;
        // Twice in any order: where there are more than four pieces, some are forgotten, and the second fills in.
        for (const turn of [...turns, ...turns, ...turns]) {
          throws(raw, connection, turn * size, (turn + 1) * size, turn === 7 ? 'FIN,ACK' : 'ACK');
        }
        // The peer sends once more what was not acknowledged, in order.
        for (let turn = 0; turn < 8; turn++) {
          throws(raw, connection, turn * size, (turn + 1) * size, turn === 7 ? 'FIN,ACK' : 'ACK');
        }
        exchange(lan);
        expect(host.state(connection.handle)).toBe('CLOSE-WAIT');
        const bytes = host.read(connection.handle);
        expect(bytes.length).toBe(8 * size);
        expect(differsAt(bytes, 1, 0)).toBe(-1);
        expect((raw.peer.lastSegment.acknowledgment - connection.sequence) >>> 0).toBe(8 * size + 1);
        expect(host.told(connection.handle).filter((kind) => kind === 'PEER_CLOSED')).toEqual(['PEER_CLOSED']);
      }),
      RUNS,
    );
  });
});

describe.for(RINGS)('apps that write and read in any sizes (%s)', ([profile, ring]) => {
  test('read what was written, and what is acknowledged is room again', async () => {
    const module = await moduleOf(profile);
    const step = fc.record({
      write: fc.integer({ min: 0, max: ring + 100 }),
      read: fc.integer({ min: 0, max: ring + 100 }),
      wait: fc.integer({ min: 0, max: 60 }),
    });
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 5, maxLength: 60 }),
        fc.integer({ min: 0, max: 2 ** 32 - 1 }),
        (steps, startTime) => {
          const both = world({ trace: false, startTime }, module);
          const { lan, client, server } = both;
          const { c, s } = established(both);
          let [sent, read] = [0, 0];
          const take = (atMost: number): void => {
            const bytes = server.read(s, atMost);
            expect(bytes.length).toBeLessThanOrEqual(atMost);
            expect(differsAt(bytes, 1, read)).toBe(-1);
            read += bytes.length;
          };
          for (const { write, read: atMost, wait } of steps) {
            sent += client.send(c, streamOf(1, sent, write));
            // Nothing lies anywhere but in the two rings.
            expect(sent - read).toBeLessThanOrEqual(2 * ring);
            lan.for(wait);
            take(atMost);
          }
          lan.until(() => (take(ring), read === sent), 200_000);
          lan.for(1000);
          expect(client.core.sendSpace(c)).toBe(ring);
          expect(server.core.received(s)).toBe(0);
        },
      ),
      RUNS,
    );
  });
});

describe('sequence numbers near 2^32 and 2^31', () => {
  const edges = [2 ** 32 - 1, 2 ** 32 - 2, 0, 2 ** 31 - 1, 2 ** 31, 2 ** 31 - 2];

  test.for(edges)('an IRS of %i is like any other: holes, overlaps, windows and FIN', async (first) => {
    const { raw, connection } = await opened('debug', first);
    const { lan, host, peer } = raw;
    const acknowledged = (): number => (peer.lastSegment.acknowledgment - connection.sequence) >>> 0;
    throws(raw, connection, 2, 4);
    exchange(lan);
    expect(acknowledged()).toBe(0);
    throws(raw, connection, 0, 3);
    exchange(lan);
    expect(acknowledged()).toBe(4);
    // All before and all beyond the window: an ACK, and nothing else.
    throws(raw, connection, 0, 4);
    throws(raw, connection, 4096 + 1, 4096 + 2);
    exchange(lan);
    expect(acknowledged()).toBe(4);
    throws(raw, connection, 1, 6, 'FIN,ACK');
    exchange(lan);
    expect(acknowledged()).toBe(7);
    expect(host.state(connection.handle)).toBe('CLOSE-WAIT');
    expect(differsAt(host.read(connection.handle), 1, 0)).toBe(-1);
  });

  test.for(edges)('a RST and a SYN next to RCV.NXT are judged alike for an IRS of %i', async (first) => {
    for (const [offset, state] of [
      [-1, 'ESTABLISHED'],
      [1, 'ESTABLISHED'],
      [0, 'CLOSED'],
    ] as const) {
      const { raw, connection } = await opened('debug', first);
      const { host, peer, lan } = raw;
      const { sourcePort, destinationPort, sequence, handle } = connection;
      peer.segment(host, { sourcePort, destinationPort, sequence: next(sequence, offset), flags: 'RST' });
      exchange(lan);
      expect(host.state(handle)).toBe(state);
    }
  });
});
