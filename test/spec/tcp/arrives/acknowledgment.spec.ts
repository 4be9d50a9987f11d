// First: the map of memory is to be seen before what it maps.
import { ACK, arrives, dropOf, sends, sentAcknowledgment, sentFlags, sentSequence, tells } from '../../support/peer';
import {
  acks,
  connection,
  established,
  establishedFrom,
  handle,
  ourFirst,
  peerNext,
  sent,
  writes,
} from '../../support/established';
import { expireAll } from '../../../../assembly/core/deadline';
import { Drop, statistics } from '../../../../assembly/statistics';
import { received } from '../../../../assembly/tcp/calls/receive';

/**
 * RFC 9293 §3.10.7.4, fifth, with RFC 5961 §5.2: SND.UNA - MAX.SND.WND =< SEG.ACK =< SND.NXT, and what is outside is
 * discarded with its data, and answered by an ACK.
 */

/** 1,000 bytes are sent and 400 acknowledged; the largest window that the peer has told is 2,000, and it is 500 now. */
function underWay(): void {
  establishedFrom(5000, 1460, false, 2000);
  writes(1000);
  sent(0);
  tells(500);
  acks(400, 0);
  sent(0);
}

/** Ten bytes arrive with this acknowledgment, as an offset; each 1 s later, so that no answer is limited. */
let now: u32 = 0;
function arrivesWith(acknowledgment: i32): i32 {
  now += 1000;
  return dropOf(arrives(ACK, peerNext, ourFirst + acknowledgment, 10, now));
}

describe('an acknowledgment', () => {
  beforeEach(() => {
    now = 0;
    underWay();
  });

  it('of what was never sent is discarded with its data, and answered', () => {
    expect<i32>(arrivesWith(1001)).toBe(Drop.ACK_UNACCEPTABLE);
    expect<i32>(received(handle)).toBe(0);
    sends(now);
    expect<u32>(sentFlags).toBe(ACK);
    expect<u32>(sentSequence).toBe(ourFirst + 1000);
    expect<u32>(sentAcknowledgment).toBe(peerNext);
    expect<i32>(arrivesWith(1001 + 0x40000000)).toBe(Drop.ACK_UNACCEPTABLE);
  });

  it('of all that was sent is taken', () => {
    expect<i32>(arrivesWith(1000)).toBe(0);
    expect<u32>(connection().sendUnacknowledged).toBe(ourFirst + 1000);
    expect<i32>(received(handle)).toBe(10);
  });

  it('that is older than the largest window of the peer is discarded with its data, and answered', () => {
    expect<i32>(arrivesWith(400 - 2001)).toBe(Drop.ACK_UNACCEPTABLE);
    expect<i32>(received(handle)).toBe(0);
    sends(now);
    expect<u32>(sentFlags).toBe(ACK);
    expect<u32>(sentAcknowledgment).toBe(peerNext);
    expect<i32>(arrivesWith(400 - 0x40000000)).toBe(Drop.ACK_UNACCEPTABLE);
  });

  it('that is old but within that window is ignored, and its data taken', () => {
    tells(0);
    expect<i32>(arrivesWith(400 - 2000)).toBe(0);
    expect<i32>(received(handle)).toBe(10);
    expect<u32>(connection().sendUnacknowledged).toBe(ourFirst + 400);
    // Nor is its window taken: SND.UNA =< SEG.ACK.
    expect<u32>(connection().sendWindow).toBe(500);
  });

  it('of what was sent before a timeout went back to the beginning is right', () => {
    expireAll(10000);
    expect<string>(sent(10000)).toBe('400+500');
    expect<i32>(arrivesWith(1000)).toBe(0);
    expect<u32>(connection().sendUnacknowledged).toBe(ourFirst + 1000);
    expect<u32>(connection().sendQueued).toBe(0);
    // Nothing but the ACK of the ten bytes.
    expect<string>(sent(now)).toBe('1000+0');
  });

  it('of a byte beyond the window, which probed it, is right', () => {
    established();
    tells(0);
    acks(0, 0);
    writes(100);
    sent(0);
    expireAll(1000);
    sent(1000);
    expect<i32>(arrivesWith(2)).toBe(Drop.ACK_UNACCEPTABLE);
    expect<i32>(arrivesWith(1)).toBe(0);
    expect<u32>(connection().sendUnacknowledged).toBe(ourFirst + 1);
  });

  it('that is not acceptable is answered twice a second at most without data, and always with it', () => {
    arrives(ACK, peerNext, ourFirst + 2000, 0, 10000);
    expect<u32>(sends(10000)).toBe(1);
    arrives(ACK, peerNext, ourFirst + 2000, 0, 10499);
    expect<u32>(sends(10499)).toBe(0);
    expect<u32>(statistics().challengeAcksLimited).toBe(1);
    arrives(ACK, peerNext, ourFirst + 2000, 10, 10499);
    expect<u32>(sends(10499)).toBe(1);
    arrives(ACK, peerNext, ourFirst + 2000, 0, 10500);
    expect<u32>(sends(10500)).toBe(1);
  });
});
