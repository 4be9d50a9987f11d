import { describe, expect, test } from 'vitest';
import { arpFrame } from '../../../host/lan/index.js';
import { Hand } from '../hand.js';
import { arpRequestTimes, exchange, introduce, rawWorld } from '../world.js';

/** How long is waited, for whom, and what is asked meanwhile: RFC 9293 §3.8. */

describe('a window that shrinks', () => {
  test('below what is under way does not end the connection, as long as the peer answers: SHLD-17', () => {
    const hand = Hand.open();
    hand.writes(0, 2920);
    exchange(hand.lan);
    // It had 65,535 from the beginning; now it takes 500 bytes, and nothing more for an hour.
    hand.says({ ack: 500, window: 0 });
    exchange(hand.lan);
    const end = hand.lan.nowMs + 3_600_000;
    hand.clear();
    while (hand.lan.nowMs < end) {
      hand.lan.for(1000);
      if (hand.peer.received.length !== 0) hand.says({});
      expect(hand.data.every(([, seq, length]) => seq === 500 && length === 1)).toBe(true);
      hand.peer.received.length = 0;
    }
    expect(hand.state).toBe('ESTABLISHED');
    hand.says({ window: 65_535 });
    exchange(hand.lan);
    expect(hand.data.map(([, seq, length]) => [seq, length])).toEqual([
      [500, 1460],
      [1960, 960],
    ]);
  });
});

describe('the third retransmission: R1', () => {
  test('of data has the way to the peer doubted, and asked for with the next; none before: MUST-20, SHLD-10', () => {
    const hand = Hand.open();
    hand.writes(0, 100);
    hand.lan.for(60_000);
    const [, , , third = 0, fourth = 0] = hand.data.map(([atMs]) => atMs);
    expect(third).toBe(7000);
    const begun = hand.lan.nowMs - hand.atMs;
    expect(arpRequestTimes(hand.lan, 'host')[0]).toBe(begun + fourth);
  });

  test('of a SYN does, too: MUST-22', () => {
    const world = rawWorld();
    const { lan, host, peer } = world;
    introduce(world);
    host.connect(peer, 9);
    const begun = lan.nowMs;
    lan.for(60_000);
    // SYNs after 0, 1, 3, 7 and 15 s.
    expect(arpRequestTimes(lan, 'host')[0]).toBe(begun + 15_000);
  });
});

describe('segments that arrive before the host sends anything', () => {
  test('have one ACK for all of them: MUST-58, MUST-59', () => {
    const hand = Hand.open();
    const { core } = hand.host;
    const frames: Uint8Array[] = [];
    // The peer's segments are caught on their way, and given to the core all at once, as by a driver with a full ring.
    const arrives = hand.host.arrives.bind(hand.host);
    hand.host.arrives = (frame) => {
      frames.push(frame.slice());
      return undefined;
    };
    for (let count = 0; count < 4; count++) hand.says({ data: 500 });
    exchange(hand.lan);
    hand.host.arrives = arrives;
    expect(frames).toHaveLength(4);
    for (const frame of frames) core.receive(frame, hand.lan.now);
    hand.host.settle();
    hand.lan.for(500);
    expect(hand.acks.map(([, ack]) => ack)).toEqual([2000]);
  });
});

describe('a segment that is sent for the first time', () => {
  test('late, since there was no room for it, has a whole timeout until it is sent again: RFC 6298 §5', () => {
    const hand = Hand.open({ isActive: true, window: 1000 });
    hand.says({ window: 100 });
    exchange(hand.lan);
    hand.clear();
    // A silly window: the 1000 bytes wait, and so does the timer, which would send them all the same after 250 ms.
    hand.writes(0, 1000);
    hand.lan.for(240);
    hand.says({ window: 65_535 });
    hand.lan.for(200);
    expect(hand.data.map(([atMs]) => atMs)).toEqual([241]);
  });

  test('late, since its neighbour had to be asked for, has a whole timeout until it is sent again: RFC 6298 §5', () => {
    const hand = Hand.open({ isActive: true });
    hand.lan.for(61_000);
    // Nobody answers for the peer: its MAC is forgotten after three questions.
    hand.peer.answersArp = false;
    for (let count = 0; count < 4; count++) {
      hand.host.close(hand.host.connect(hand.peer, 99, 100));
      hand.lan.for(1500);
    }
    expect(arpRequestTimes(hand.lan, 'host').length).toBeGreaterThan(2);
    hand.clear();
    hand.writes(0, 1000);
    hand.lan.for(240);
    expect(hand.data).toEqual([]);
    hand.peer.send(arpFrame({ operation: 'reply', sender: hand.peer, target: hand.host }));
    hand.lan.for(200);
    expect(hand.data.map(([atMs]) => atMs)).toEqual([241]);
  });
});
