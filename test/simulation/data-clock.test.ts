import { describe, expect, test } from 'vitest';
import { differsAt } from './ends.js';
import { Hand } from './hand.js';
import { established, exchange, framesOf, PORT, timesOf, world } from './world.js';

/** What the core sends by itself, and when: to the ms. */

describe('an acknowledgment: RFC 9293 §3.8.6.3, RFC 5681 §4.2', () => {
  test('of one segment waits for 40 ms', () => {
    const hand = Hand.open();
    hand.says({ data: 100 });
    hand.lan.for(500);
    // One ms under way, then 40.
    expect(hand.acks).toEqual([[1 + 40, 100]]);
    expect(hand.host.nextWakeUpMs).toBeUndefined();
  });

  test('is given at once for the second segment, and is one for both', () => {
    const hand = Hand.open();
    hand.says({ data: 100 });
    hand.lan.for(30);
    hand.says({ data: 100 });
    hand.lan.for(500);
    expect(hand.acks).toEqual([[31, 200]]);
  });

  test('of three segments is two: one for two at once, and the last waits anew', () => {
    const hand = Hand.open();
    for (let count = 0; count < 3; count++) hand.says({ data: 100 });
    hand.lan.for(500);
    expect(hand.acks).toEqual([
      [1, 200],
      [41, 300],
    ]);
  });

  test('goes along with what the app sends in the meantime', () => {
    const hand = Hand.open();
    hand.says({ data: 100 });
    hand.lan.for(20);
    hand.writes(0, 10);
    hand.lan.for(200);
    expect(hand.seen.map(({ atMs, length, ack }) => [atMs, length, ack])).toEqual([[20, 10, 100]]);
  });

  test('is given at once for what comes behind a hole, each time, and for what fills the hole', () => {
    const hand = Hand.open();
    hand.says({ at: 100, data: 100 });
    hand.says({ at: 200, data: 100 });
    hand.says({ at: 300, data: 100 });
    hand.lan.for(10);
    hand.says({ at: 0, data: 100 });
    hand.lan.for(500);
    expect(hand.acks).toEqual([
      [1, 0],
      [1, 0],
      [1, 0],
      [11, 400],
    ]);
    expect(differsAt(hand.host.read(hand.handle), 1, 0)).toBe(-1);
  });

  test('is given at once for what has come before', () => {
    const hand = Hand.open();
    hand.says({ data: 100 });
    hand.lan.for(50);
    hand.clear();
    hand.says({ at: 0, data: 100 });
    hand.lan.for(10);
    expect(hand.acks).toEqual([[1, 100]]);
  });
});

describe('Nagle’s algorithm: RFC 9293 §3.7.4', () => {
  test('holds small segments back while one is under way, and sends them as one then', () => {
    const hand = Hand.open();
    for (let count = 0; count < 5; count++) hand.writes(10 * count, 10);
    hand.lan.for(100);
    expect(hand.data).toEqual([[0, 0, 10]]);
    hand.says({ ack: 10 });
    hand.lan.for(10);
    expect(hand.data[1]).toEqual([101, 10, 40]);
    expect(hand.peer.lastSegment.flags.has('PSH')).toBe(true);
  });

  test('lets whole segments pass, and holds the rest back', () => {
    const hand = Hand.open({ mss: 500 });
    hand.writes(0, 10);
    hand.writes(10, 1100);
    hand.lan.for(100);
    expect(hand.data).toEqual([
      [0, 0, 10],
      [0, 10, 500],
      [0, 510, 500],
    ]);
    hand.says({ ack: 1010 });
    hand.lan.for(10);
    expect(hand.data.at(-1)).toEqual([101, 1010, 100]);
  });

  test('is switched off by the app, and on again', () => {
    const hand = Hand.open();
    hand.host.setNoDelay(hand.handle, true);
    for (let count = 0; count < 3; count++) hand.writes(10 * count, 10);
    hand.host.setNoDelay(hand.handle, false);
    hand.writes(30, 10);
    hand.lan.for(100);
    expect(hand.data).toEqual([
      [0, 0, 10],
      [0, 10, 10],
      [0, 20, 10],
    ]);
  });

  test('does not hold a FIN back, nor what is before it', () => {
    const hand = Hand.open();
    hand.writes(0, 10);
    hand.writes(10, 10);
    hand.host.shutdown(hand.handle);
    hand.lan.for(100);
    expect(hand.seen.map(({ seq, length, flags }) => [seq, length, flags])).toEqual([
      [0, 10, 'ACK'],
      [10, 10, 'ACK,FIN'],
    ]);
  });
});

describe('the retransmission timeout: RFC 6298', () => {
  /** The times at which the first `count` segments with data were sent, nothing being acknowledged. */
  function times(hand: Hand, count: number): number[] {
    hand.clear();
    hand.writes(0, 10);
    hand.lan.until(() => hand.data.length >= count);
    return hand.data.map(([at]) => at).slice(0, count);
  }

  test('is 250 ms at least, and doubled each time, up to a minute', () => {
    const hand = Hand.open({ isActive: true });
    expect(times(hand, 9)).toEqual([0, 250, 750, 1750, 3750, 7750, 15_750, 31_750, 63_750]);
    hand.lan.until(() => hand.state === 'CLOSED');
    // 128 s would be next, and the end is after 120: nothing is sent in the minute between.
    expect([hand.atMs, hand.host.failure(hand.handle)]).toEqual([120_000, 'ETIMEDOUT']);
    expect(hand.data.length).toBe(9);
  });

  test('is SRTT + 4 RTTVAR: three times the first round trip, where one was measured in the handshake', () => {
    // §2.2: SRTT = R, RTTVAR = R/2; RTO = R + 4 R/2. R = 2 ms on the way and 300 of thought.
    const hand = Hand.open({ isActive: true, answersAfterMs: 298 });
    expect(times(hand, 4)).toEqual([0, 900, 2700, 6300]);
  });

  test('follows what is measured next', () => {
    const hand = Hand.open({ isActive: true, answersAfterMs: 298 });
    hand.writes(0, 10);
    hand.lan.for(1 + 98);
    hand.says({ ack: 10 });
    hand.lan.for(1);
    // §2.3, R' = 100: RTTVAR = 3/4 150 + 1/4 |300 - 100| = 162.5; SRTT = 7/8 300 + 1/8 100 = 275; RTO = 925.
    hand.clear();
    hand.writes(10, 10);
    hand.lan.until(() => hand.data.length === 2);
    expect(hand.data).toEqual([
      [0, 10, 10],
      [925, 10, 10],
    ]);
  });

  test('stays doubled until something was measured that was sent once: Karn’s algorithm, §3, §5', () => {
    const hand = Hand.open({ isActive: true, answersAfterMs: 298 });
    hand.writes(0, 10);
    hand.lan.for(1000);
    expect(hand.data.length).toBe(2);
    hand.says({ ack: 10 });
    hand.lan.for(1);
    hand.clear();
    hand.writes(10, 10);
    hand.lan.until(() => hand.data.length === 2);
    expect(hand.data.map(([at]) => at)).toEqual([0, 1800]);
  });

  test('is 1 s where nothing was measured, and 3 s where our SYN-ACK was sent twice: §2.1, §5.7', () => {
    expect(times(Hand.open(), 3)).toEqual([0, 1000, 3000]);
    const hand = new Hand();
    hand.syn();
    // The SYN-ACK goes again a second later, and then the answer comes.
    hand.lan.for(1100);
    hand.synAckArrived();
    hand.says({});
    hand.lan.for(1);
    hand.accept();
    hand.clear();
    hand.writes(0, 4000);
    hand.lan.until(() => hand.data.length === 2);
    // RFC 5681 §3.1: then one segment to begin with.
    expect(hand.data).toEqual([
      [0, 0, 1460],
      [3000, 0, 1460],
    ]);
  });

  test('starts anew with each acknowledgment of something new: §5.3', () => {
    const hand = Hand.open({ isActive: true, mss: 500 });
    hand.writes(0, 1500);
    hand.lan.for(200);
    hand.says({ ack: 500 });
    hand.lan.for(1);
    hand.clear();
    hand.lan.until(() => hand.data.length === 1);
    // A sample of 201 ms: SRTT = 7/8 2 + 1/8 201, RTTVAR = 3/4 1 + 1/4 199: 26.9 + 202.
    expect(hand.data[0]?.[1]).toBe(500);
    expect(hand.data[0]?.[0]).toBeGreaterThanOrEqual(249);
    expect(hand.data[0]?.[0]).toBeLessThanOrEqual(250);
  });
});

describe('a lost segment', () => {
  test('is sent again at the third duplicate ACK, not before, without a timeout: RFC 5681 §3.2', () => {
    const hand = Hand.open({ mss: 400 });
    hand.writes(0, 4000);
    hand.lan.for(5);
    expect(hand.data.map(([, seq]) => seq)).toEqual([0, 400, 800, 1200, 1600, 2000, 2400, 2800, 3200, 3600]);
    hand.clear();
    hand.says({ ack: 0 });
    hand.says({ ack: 0 });
    hand.lan.for(10);
    expect(hand.data).toEqual([]);
    hand.says({ ack: 0 });
    hand.lan.for(10);
    expect(hand.data).toEqual([[11, 0, 400]]);
    hand.says({ ack: 4000 });
    hand.lan.for(10_000);
    expect(hand.data.length).toBe(1);
    const { counters } = hand.host.core.statistics();
    expect([counters.timeouts, counters.fastRetransmits, counters.segmentsRetransmitted]).toEqual([0, 1, 1]);
  });

  test('and the next one in the same window go one after the other by partial ACKs: RFC 6582', () => {
    const hand = Hand.open({ mss: 400 });
    hand.writes(0, 4000);
    hand.lan.for(5);
    hand.clear();
    // 0 and 1200 are lost.
    for (let count = 0; count < 8; count++) hand.says({ ack: 0 });
    hand.lan.for(5);
    hand.says({ ack: 1200 });
    hand.lan.for(5);
    hand.says({ ack: 4000 });
    hand.lan.for(5000);
    expect(hand.data).toEqual([
      [1, 0, 400],
      [6, 1200, 400],
    ]);
    expect(hand.host.core.statistics().counters.timeouts).toBe(0);
  });

  test('of two or three under way is sent again at the first or second duplicate: RFC 5827 §3.1', () => {
    for (const segments of [2, 3]) {
      const hand = Hand.open({ mss: 400 });
      hand.writes(0, 400 * segments);
      hand.lan.for(5);
      hand.clear();
      for (let count = 0; count < segments - 2; count++) hand.says({ ack: 0 });
      hand.lan.for(5);
      expect(hand.data).toEqual([]);
      hand.says({ ack: 0 });
      hand.lan.for(5);
      expect(hand.data).toEqual([[6, 0, 400]]);
    }
  });

  test('of two under way between two cores costs a few ms and no timeout', () => {
    const both = world();
    const { lan, client, server } = both;
    const { c, s } = established(both);
    lan.lose({ from: 'client', where: (frame) => frame.kind === 'tcp' && frame.payload.length > 0, nth: 1 });
    // Two whole segments; Nagle holds back the third.
    client.send(c, new Uint8Array(4096).fill(7));
    const begun = lan.nowMs;
    lan.until(() => server.core.received(s) === 4096, 200);
    expect(lan.nowMs - begun).toBeLessThanOrEqual(5);
    expect(client.core.statistics().counters).toMatchObject({ timeouts: 0, fastRetransmits: 1 });
  });

  test('that carried a FIN is sent again, and the connection ends in order', () => {
    const both = world();
    const { lan, client, server } = both;
    const { c, s } = established(both);
    const lost = lan.lose({ from: 'client', flags: 'FIN,ACK', nth: 1 });
    client.send(c, new Uint8Array(10));
    client.shutdown(c);
    exchange(lan);
    expect([lost.hits, server.state(s)]).toEqual([1, 'ESTABLISHED']);
    lan.for(300);
    expect([client.state(c), server.state(s)]).toEqual(['FIN-WAIT-2', 'CLOSE-WAIT']);
    expect(server.read(s).length).toBe(10);
    server.shutdown(s);
    exchange(lan);
    expect([client.state(c), server.state(s)]).toEqual(['TIME-WAIT', 'CLOSED']);
    // 10 bytes, then the FIN alone: lost once.
    expect(timesOf(lan, 'client', 'ACK,FIN').length).toBe(2);
  });

  test('behind which nothing comes is sent again when the time measured in the handshake is over', () => {
    const both = world({ latencyMs: 100 });
    const { lan, client, server } = both;
    const listener = server.listen(PORT);
    const c = client.connect(server, PORT);
    lan.until(() => client.state(c) === 'ESTABLISHED');
    lan.lose({ from: 'client', nth: 1, where: (frame) => frame.kind === 'tcp' && frame.payload.length > 0 });
    client.send(c, new Uint8Array(20));
    const begun = lan.nowMs;
    lan.for(3000);
    const sent = framesOf(lan).filter(({ frame, record }) => record.from === 'client' && frame.payload.length > 0);
    // R = 200: RTO = 200 + 4 x 100.
    expect(sent.map(({ record }) => record.at - begun)).toEqual([0, 600]);
    expect(server.core.received(server.accept(listener) ?? 0)).toBe(20);
  });
});
