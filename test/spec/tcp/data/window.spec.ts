// First: the map of memory is to be seen before what it maps.
import { ACK, arrives, sends, sentAcknowledgment, sentFlags, sentSequence, sentWindow } from '../../support/peer';
import {
  connection,
  established,
  fillsWindow,
  handle,
  ourFirst,
  peerNext,
  peerSays,
  sent,
  writes,
} from '../../support/established';
import { expireAll } from '../../../../assembly/core/deadline';
import { consume, received } from '../../../../assembly/tcp/calls/receive';

/**
 * Our own window: RFC 9293 §3.8.6.2.2. It opens by min(MSS, ring / 2) = 1,460 bytes or not at all, and when it could
 * open by half of the ring, 2,048 bytes, the peer is told even if there is nothing else to say.
 */

/** The right edge that was told last: how many bytes from the first on. */
function edge(base: u32): u32 {
  return sentAcknowledgment + sentWindow - base;
}

describe('our window', () => {
  beforeEach(established);

  it('is the ring at first, and its edge stays while data arrives', () => {
    const base = peerNext;
    for (let part = 0; part < 4; part += 1) {
      peerSays(500, 0, 0);
      peerSays(500, 0, 0);
      sends(0);
      expect<u32>(edge(base)).toBe(4096);
    }
    expect<u32>(sentWindow).toBe(96);
  });

  it('closes when the app reads nothing', () => {
    fillsWindow(0, 0, 0);
    expect<u32>(sentWindow).toBe(0);
  });

  it('does not open by less than a segment', () => {
    const base = peerNext;
    peerSays(1460, 0, 0);
    consume(handle, 1459);
    expireAll(40);
    sends(40);
    expect<u32>(sentAcknowledgment - base).toBe(1460);
    expect<u32>(edge(base)).toBe(4096);
    consume(handle, 1);
    peerSays(10, 0, 50);
    expireAll(90);
    sends(90);
    expect<u32>(edge(base)).toBe(4096 + 1460);
  });

  it('opens by all that was consumed, when it opens', () => {
    const base = peerNext;
    peerSays(1000, 0, 0);
    peerSays(1000, 0, 0);
    consume(handle, 2000);
    sends(0);
    expect<u32>(edge(base)).toBe(4096 + 2000);
    expect<u32>(sentWindow).toBe(4096);
  });

  it('is not told by itself when it could open by less than half of the ring', () => {
    fillsWindow(0, 0, 0);
    consume(handle, 2047);
    expect<u32>(sends(50)).toBe(0);
  });

  it('is told by itself when it could open by half of the ring, once', () => {
    const base = peerNext;
    fillsWindow(0, 0, 0);
    consume(handle, 2048);
    expect<u32>(sends(50)).toBe(1);
    expect<u32>(sentFlags).toBe(ACK);
    expect<u32>(edge(base)).toBe(4096 + 2048);
    consume(handle, 2047);
    expect<u32>(sends(50)).toBe(0);
    consume(handle, 1);
    expect<u32>(sends(50)).toBe(1);
    expect<u32>(edge(base)).toBe(8192);
  });

  it('opens in answer to a probe', () => {
    fillsWindow(0, 0, 0);
    arrives(ACK, peerNext, ourFirst, 1, 50);
    expect<u32>(sends(50)).toBe(1);
    expect<u32>(sentWindow).toBe(0);
    consume(handle, 1460);
    arrives(ACK, peerNext, ourFirst, 1, 60);
    expect<u32>(sends(60)).toBe(1);
    expect<u32>(sentWindow).toBe(1460);
  });

  it('opens with whatever is sent, as with data', () => {
    fillsWindow(0, 0, 0);
    consume(handle, 1460);
    writes(10);
    expect<string>(sent(50)).toBe('0+10');
    expect<u32>(sentWindow).toBe(1460);
  });

  it('opens with an answer to what was not accepted, too', () => {
    fillsWindow(0, 0, 0);
    consume(handle, 1500);
    arrives(ACK, peerNext - 100, ourFirst, 10, 60);
    expect<u32>(sends(60)).toBe(1);
    expect<u32>(sentWindow).toBe(1500);
    // And from then on what lies there is taken.
    peerSays(1460, 0, 70);
    expect<u32>(connection().receiveNext).toBe(peerNext);
  });

  it('never moves its edge to the left, nor by less than a segment, whatever is read when: SHLD-14', () => {
    const base = peerNext;
    let last: u32 = 4096;
    let random: u32 = 1;
    for (let step: u32 = 0; step < 2000; step += 1) {
      random = random * 1664525 + 1013904223;
      const room = base + last - peerNext;
      const length = min(room, 1 + ((random >> 8) % 700));
      if (random >> 31 && length != 0) peerSays(length, 0, step);
      consume(handle, min<u32>(received(handle), (random >> 20) % 500));
      expireAll(step);
      if (sends(step) == 0) continue;
      const moved = <i32>(edge(base) - last);
      expect<bool>(moved == 0 || moved >= 1460).toBe(true, moved.toString());
      expect<u32>(sentSequence).toBe(ourFirst);
      last = edge(base);
    }
    expect<u32>(last).toBeGreaterThan(100000);
  });
});
