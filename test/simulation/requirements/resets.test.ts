import { describe, expect, test } from 'vitest';
import { Hand } from '../hand.js';
import { exchange } from '../world.js';

/** What a challenge says, and what of the segment that is challenged counts: nothing. RFC 5961. */

/** 100 bytes have come from the peer, 300 of ours are under way. */
function underWay(): Hand {
  const hand = Hand.open();
  hand.says({ data: 100 });
  exchange(hand.lan);
  hand.lan.for(100);
  hand.writes(0, 300);
  exchange(hand.lan);
  hand.clear();
  return hand;
}

function expectChallenged(hand: Hand): void {
  const [challenge, ...more] = hand.seen;
  expect(more).toEqual([]);
  expect(challenge).toMatchObject({ flags: 'ACK', seq: 300, ack: 100, length: 0 });
  expect(hand.state).toBe('ESTABLISHED');
  expect(hand.host.read(hand.handle)).toHaveLength(100);
  // What the challenged segment acknowledged is not: it is sent again.
  hand.lan.for(1000);
  expect(hand.data.map(([, seq, length]) => [seq, length])).toContainEqual([0, 300]);
}

describe('a segment that is challenged', () => {
  test('with a RST that is not exact: <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>, and nothing of it counts: RFC 5961 §3.2', () => {
    for (const at of [101, 2000, 4095]) {
      const hand = underWay();
      hand.says({ at, data: 1, ack: 300, flags: 'RST,ACK' });
      exchange(hand.lan);
      expectChallenged(hand);
    }
  });

  test('with a SYN, in the window or not: <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>, and nothing of it counts: RFC 5961 §4.2', () => {
    for (const at of [99, 100, 101, 4096, 1_000_000]) {
      const hand = underWay();
      hand.says({ at, data: 1, ack: 300, flags: 'SYN,ACK' });
      exchange(hand.lan);
      expectChallenged(hand);
    }
  });
});
