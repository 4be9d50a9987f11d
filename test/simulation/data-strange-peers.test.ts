import { describe, expect, test } from 'vitest';
import { differsAt, streamOf } from './ends.js';
import { Hand, type HandOptions } from './hand.js';

/** Peers that do what none should: the stream stays what it is, and the core's work stays bounded. */

const RING = 4096;

function readAll({ host, handle }: Hand, at = 0): number {
  const bytes = host.read(handle);
  expect(differsAt(bytes, 1, at)).toBe(-1);
  return bytes.length;
}

describe('a peer that sends', () => {
  test('beyond the window: what is in it is taken, and no more', () => {
    const hand = Hand.open();
    for (let at = 0; at < 8000; at += 1000) hand.says({ at, data: 1000 });
    hand.lan.for(100);
    expect(hand.seen.at(-1)).toMatchObject({ ack: RING, window: 0 });
    expect(hand.host.core.received(hand.handle)).toBe(RING);
    // At a closed window: an ACK for each, so that the peer learns where it stands. RFC 9293 §3.10.7.4, first.
    hand.clear();
    hand.says({ at: RING, data: 1 });
    hand.says({ at: RING, data: 1000 });
    hand.lan.for(5);
    expect(hand.acks.map(([, ack]) => ack)).toEqual([RING, RING]);
    expect(readAll(hand)).toBe(RING);
    hand.lan.for(100);
    expect(readAll(hand, RING)).toBe(0);
  });

  test('far beyond the window, or long before it: only an ACK, and nothing is kept', () => {
    for (const at of [RING, RING + 1, 65_536, 2 ** 20, 2 ** 31 - 1, -(2 ** 31), -70_000, -1000]) {
      const hand = Hand.open({ firstByte: 2 ** 31 - 2000 });
      hand.says({ at, data: streamOf(3, 0, 1000) });
      hand.lan.for(5);
      expect(hand.acks, `at ${at}`).toEqual([[1, 0]]);
      hand.says({ at: 0, data: 1000 });
      hand.says({ at: 1000, data: 1000 });
      hand.lan.for(5);
      expect(readAll(hand)).toBe(2000);
    }
  });

  test('other bytes for what it has sent: those that came first stay', () => {
    const hand = Hand.open();
    const other = (length: number): Uint8Array => streamOf(9, 0, length);
    hand.says({ at: 100, data: 100 });
    hand.says({ at: 300, data: 100 });
    // Over two pieces and what is around them: only what lies around them is new.
    hand.says({ at: 100, data: other(100) });
    hand.says({ at: 120, data: other(30) });
    const wide = streamOf(1, 50, 400);
    wide.set(other(100), 50);
    wide.set(other(100), 250);
    hand.says({ at: 50, data: wide });
    hand.lan.for(5);
    const first = streamOf(1, 0, 200);
    first.set(other(150), 50);
    hand.says({ at: 0, data: first });
    hand.lan.for(5);
    expect(hand.acks.at(-1)?.[1]).toBe(450);
    // What was acknowledged and not read does not change any more.
    hand.says({ at: 0, data: other(450) });
    const more = streamOf(1, 400, 100);
    more.set(other(50), 0);
    hand.says({ at: 400, data: more });
    hand.lan.for(5);
    expect(readAll(hand)).toBe(500);
  });

  test('tiny pieces with holes between them: four are kept, and each is answered by one ACK', () => {
    const hand = Hand.open({ sack: true });
    for (let at = 1; at < 4001; at += 2) hand.says({ at, data: 1 });
    hand.lan.for(5);
    expect(hand.seen.length).toBe(2000);
    for (const { sack, ack } of hand.seen) {
      expect(ack).toBe(0);
      expect(sack.length).toBeLessThanOrEqual(4);
      for (const [from, to] of sack) expect(to - from).toBe(1);
    }
    const last = hand.seen.at(-1)?.sack.map(([from]) => from) ?? [];
    expect(new Set(last).size).toBe(4);
    hand.clear();
    for (let at = 0; at < 4000; at += 1000) hand.says({ at, data: 1000 });
    hand.lan.for(5);
    expect(readAll(hand)).toBeGreaterThanOrEqual(4000);
  });

  test('the same pieces from the last to the first: those that are nearest are kept', () => {
    const hand = Hand.open({ sack: true });
    for (let at = 3999; at > 0; at -= 2) hand.says({ at, data: 1 });
    hand.lan.for(5);
    expect(
      hand.seen
        .at(-1)
        ?.sack.map(([from]) => from)
        .toSorted((a, b) => a - b),
    ).toEqual([1, 3, 5, 7]);
    hand.says({ at: 0, data: 1 });
    hand.says({ at: 2, data: 5 });
    hand.lan.for(5);
    expect(hand.seen.at(-1)?.ack).toBe(8);
    expect(readAll(hand)).toBe(8);
  });

  test('data without ACK, or with URG: nothing without, and the bytes in line with it', () => {
    const hand = Hand.open();
    hand.says({ data: 100, at: 0, flags: '' });
    hand.lan.for(100);
    expect(hand.host.core.received(hand.handle)).toBe(0);
    hand.says({ data: 100, at: 0, flags: 'URG,ACK' });
    hand.lan.for(100);
    expect(readAll(hand)).toBe(100);
  });
});

describe('a peer that acknowledges', () => {
  test('what was never sent: it is told where we stand, and nothing else happens', () => {
    const hand = Hand.open();
    hand.writes(0, 100);
    hand.lan.for(5);
    for (const ack of [101, 5000, 2 ** 31 - 1, -70_000]) {
      hand.clear();
      hand.says({ ack, data: 10, at: 0 });
      hand.lan.for(5);
      // RFC 9293 §3.10.7.4, fifth: send an ACK, drop the segment; its data does not count.
      expect(hand.seen.map(({ seq, ack: told, length }) => [seq, told, length])).toEqual([[100, 0, 0]]);
      hand.lan.for(600);
    }
    expect(hand.host.core.received(hand.handle)).toBe(0);
    expect(hand.state).toBe('ESTABLISHED');
    expect(hand.host.core.sendSpace(hand.handle)).toBe(RING - 100);
  });

  test('without data what was never sent, a thousand times: it is told so twice in a second', () => {
    const hand = Hand.open();
    for (let count = 0; count < 1000; count++) {
      hand.says({ ack: 1000 + count });
      hand.lan.for(1);
    }
    // RFC 5961 §5.2 and §7.
    expect(hand.seen.length).toBe(2);
  });

  test('each byte by itself gains no more than one that acknowledges the segment: RFC 3465', () => {
    const inFlight = (step: number): number => {
      const hand = Hand.open({ mss: 100, isActive: true });
      hand.writes(0, 4000);
      hand.lan.for(5);
      // All is lost, and the first is sent again: one segment is what may be under way.
      hand.lan.until(() => hand.data.length > 10);
      hand.lan.for(2);
      hand.clear();
      for (let ack = step; ack <= 100; ack += step) hand.says({ ack });
      hand.lan.for(5);
      return Math.max(...hand.data.map(([, seq, length]) => seq + length)) - 100;
    };
    expect(inFlight(100)).toBe(200);
    expect(inFlight(1)).toBeLessThanOrEqual(200);
    expect(inFlight(7)).toBeLessThanOrEqual(200);
  });

  test('the same again and again: one retransmission, and nothing beyond its window', () => {
    const hand = Hand.open({ mss: 100, window: 2000 });
    hand.writes(0, 4000);
    hand.lan.for(5);
    hand.clear();
    for (let count = 0; count < 500; count++) hand.says({ ack: 0 });
    hand.lan.for(100);
    expect(hand.data.filter(([, seq]) => seq === 0).length).toBe(1);
    expect(Math.max(...hand.data.map(([, seq, length]) => seq + length))).toBeLessThanOrEqual(2000);
    // What was let out beyond the window of congestion is not sent twice.
    expect(new Set(hand.data.map(([, seq]) => seq)).size).toBe(hand.data.length);
    expect(hand.host.core.statistics().counters.fastRetransmits).toBe(1);
  });

  test('any nonsense by SACK: nothing but a hint of a loss', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const hand = Hand.open({ seed, mss: 400, sack: true });
      const { random } = hand.lan;
      const edge = (): number => random.u32() >> random.below(32);
      let acknowledged = 0;
      let written = 0;
      while (acknowledged < 20_000) {
        written += hand.writes(written, Math.min(4000, 20_000 - written));
        hand.lan.for(random.below(30));
        for (const { seq, frame, length } of hand.seen) {
          expect(differsAt(frame.payload, 2, seq)).toBe(-1);
          if (seq <= acknowledged) acknowledged = Math.max(acknowledged, seq + length);
        }
        hand.peer.received.length = 0;
        const sack = Array.from({ length: random.below(4) }, (): [number, number] => [edge(), edge()]);
        hand.says({ ack: acknowledged, sack });
      }
      expect(hand.state).toBe('ESTABLISHED');
    }
  });

  test('nothing at all: the end comes after two minutes, with what waits unsent', () => {
    const hand = Hand.open();
    hand.writes(0, 4000);
    hand.lan.until(() => hand.state === 'CLOSED');
    expect([hand.atMs, hand.host.failure(hand.handle)]).toEqual([120_000, 'ETIMEDOUT']);
    expect(hand.host.told(hand.handle).at(-1)).toBe('FAILED');
    expect(hand.host.nextWakeUpMs).toBeUndefined();
  });

  test('only the first part of what was sent, ever: two minutes from then', () => {
    const hand = Hand.open({ mss: 400 });
    hand.writes(0, 4000);
    hand.lan.for(50_000);
    hand.says({ ack: 400 });
    hand.lan.for(1);
    const heard = hand.atMs;
    hand.lan.until(() => hand.state === 'CLOSED');
    expect(hand.atMs - heard).toBe(120_000);
  });
});

describe('a peer whose window', () => {
  test('shrinks below what is under way: nothing is sent beyond it, and all arrives: RFC 9293 §3.8.6, MUST-34', () => {
    const hand = Hand.open({ mss: 400, window: 4000 });
    hand.writes(0, 4000);
    hand.lan.for(5);
    expect(hand.data.length).toBe(10);
    hand.clear();
    hand.says({ ack: 400, window: 600 });
    hand.lan.for(3000);
    expect(hand.data.length).toBeGreaterThan(0);
    // It had 400..4000, and lets go of what is beyond 1000.
    for (const [, seq, length] of hand.data) expect(seq + length).toBeLessThanOrEqual(1000);
    hand.says({ ack: 1000, window: 0 });
    hand.lan.for(10);
    hand.clear();
    hand.lan.for(10_000);
    // One byte to probe with, no more.
    for (const [, seq, length] of hand.data) expect([seq, length]).toEqual([1000, 1]);
    hand.clear();
    hand.says({ ack: 1000, window: 4000 });
    hand.lan.for(10);
    let acknowledged = 1000;
    for (let round = 0; round < 20; round++) {
      for (const { seq, length, frame } of hand.seen) {
        expect(differsAt(frame.payload, 2, seq)).toBe(-1);
        if (seq <= acknowledged) acknowledged = Math.max(acknowledged, seq + length);
      }
      hand.says({ ack: acknowledged });
      hand.lan.for(10);
    }
    expect(acknowledged).toBe(4000);
  });

  const dribbles: [string, HandOptions, number][] = [
    ['is one byte, always', { window: 1 }, 200],
    ['is smaller than an MSS, always', { window: 300 }, 3000],
    ['takes segments of 1 byte, as it says: it gets 88', { mss: 1 }, 3000],
  ];
  test.for(dribbles)('%s: all arrives, and nothing beyond it', ([, options, total]) => {
    const hand = Hand.open(options);
    const window = options.window ?? 65_535;
    let written = 0;
    let acknowledged = 0;
    for (let round = 0; round < 2000 && acknowledged < total; round++) {
      written += hand.writes(written, total - written);
      hand.lan.for(10);
      for (const { seq, length, frame } of hand.seen) {
        expect(seq + length).toBeLessThanOrEqual(acknowledged + window);
        // CVE-2019-11479: a peer cannot have us send mostly headers.
        if (options.mss !== undefined && seq + length < total) expect(length).toBe(88);
        expect(differsAt(frame.payload, 2, seq)).toBe(-1);
      }
      for (const { seq, length } of hand.seen)
        if (seq <= acknowledged) acknowledged = Math.max(acknowledged, seq + length);
      hand.peer.received.length = 0;
      hand.says({ ack: acknowledged });
    }
    expect(acknowledged).toBe(total);
    expect(hand.host.core.statistics().counters.timeouts).toBe(0);
  });

  test('opens byte by byte: nothing is sent until it is worth it: RFC 9293 §3.8.6.2.1', () => {
    const hand = Hand.open({ mss: 1000, window: 4000 });
    hand.writes(0, 4000);
    hand.lan.for(5);
    expect(hand.data.length).toBe(4);
    hand.says({ ack: 4000, window: 0 });
    hand.lan.for(5);
    hand.writes(4000, 4000);
    hand.clear();
    for (let window = 10; window <= 200; window += 10) {
      hand.says({ window });
      hand.lan.for(2);
    }
    expect(hand.data).toEqual([]);
    hand.says({ window: 1000 });
    hand.lan.for(2);
    expect(hand.data.map(([, seq, length]) => [seq, length])).toEqual([[4000, 1000]]);
  });
});
