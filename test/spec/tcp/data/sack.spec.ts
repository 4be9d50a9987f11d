// First: the map of memory is to be seen before what it maps.
import {
  ACK,
  arrives,
  isSentRight,
  saysSack,
  sends,
  sendsOne,
  sentAcknowledgment,
  sentLength,
  sentOption,
  sentOptions,
  sentSequence,
} from '../../support/peer';
import {
  established,
  establishedFrom,
  expiresNext,
  handle,
  ourFirst,
  peerNext,
  sent,
  writes,
} from '../../support/established';
import { comes } from '../../support/pieces';
import { statistics } from '../../../../assembly/statistics';
import { Option, setOption } from '../../../../assembly/tcp/calls/option';

/** Selective acknowledgments that go with data: RFC 2018 §3; and that come with data: RFC 6675 §2. */

/** Bytes of an option with so many blocks: two no-operations, kind, length, and 8 each. */
function optionOf(blocks: u32): u32 {
  return 4 + 8 * blocks;
}

describe('data of ours, while something of the peer has a hole before it', () => {
  beforeEach(() => establishedFrom(1000, 1460, true));

  it('says what has come, and is as much shorter: RFC 6691', () => {
    comes(100, 10);
    sends(0);
    writes(3000);
    expect<bool>(sendsOne(0)).toBe(true);
    expect<u32>(sentOptions).toBe(optionOf(1));
    expect<u32>(sentOption(0)).toBe(0x0101050a);
    expect<u32>(sentOption(1)).toBe(peerNext + 100);
    expect<u32>(sentOption(2)).toBe(peerNext + 110);
    expect<u32>(sentAcknowledgment).toBe(peerNext);
    expect<u32>(sentLength).toBe(1460 - optionOf(1));
    expect<bool>(isSentRight()).toBe(true);
    expect<bool>(sendsOne(0)).toBe(true);
    expect<u32>(sentSequence).toBe(ourFirst + 1448);
    expect<u32>(sentLength).toBe(1448);
    expect<bool>(isSentRight()).toBe(true);
    // 104 are left, which Nagle holds back.
    expect<bool>(sendsOne(0)).toBe(false);
  });

  it('says up to four blocks', () => {
    for (let blocks: u32 = 1; blocks <= 4; blocks += 1) {
      comes(blocks * 100, 10);
      sends(0);
      writes(1000);
      setOption(handle, Option.NO_DELAY, 1, 0);
      expect<bool>(sendsOne(0)).toBe(true);
      expect<u32>(sentOptions).toBe(optionOf(blocks));
      expect<u32>(sentOption(0)).toBe(0x01010502 + 8 * blocks);
      // The one that came last is the first.
      expect<u32>(sentOption(1)).toBe(peerNext + blocks * 100);
      expect<u32>(sentLength).toBe(1000);
      expect<bool>(isSentRight()).toBe(true);
    }
  });

  it('says nothing more when the hole is filled, and is as long as ever', () => {
    comes(100, 10);
    comes(0, 100);
    sends(0);
    writes(1460);
    expect<bool>(sendsOne(0)).toBe(true);
    expect<u32>(sentOptions).toBe(0);
    expect<u32>(sentLength).toBe(1460);
    expect<bool>(isSentRight()).toBe(true);
  });

  it('says nothing to a peer that has not said that it wants it', () => {
    established();
    comes(100, 10);
    sends(0);
    writes(1460);
    expect<bool>(sendsOne(0)).toBe(true);
    expect<u32>(sentOptions).toBe(0);
    expect<u32>(sentLength).toBe(1460);
  });

  it('is right where it lies across the end of the ring', () => {
    setOption(handle, Option.NO_DELAY, 1, 0);
    writes(4096);
    sent(0);
    comes(100, 10, 10);
    sends(10);
    // 24 bytes are left at the end of the ring, and what is written now lies at its beginning.
    arrives(ACK, peerNext, ourFirst + 4072, 0, 20);
    writes(1000);
    expect<string>(sent(20)).toBe('4096+1000');
    const now = expiresNext(20);
    expect<bool>(sendsOne(now)).toBe(true);
    expect<u32>(sentSequence).toBe(ourFirst + 4072);
    expect<u32>(sentLength).toBe(1024);
    expect<u32>(sentOptions).toBe(optionOf(1));
    expect<bool>(isSentRight()).toBe(true);
  });
});

describe('blocks that come with data', () => {
  beforeEach(() => {
    establishedFrom(1000, 100, true);
    writes(1000);
    sent(0);
  });

  it('tell of a loss as those without do: the third has it sent again', () => {
    for (let time: u32 = 0; time < 3; time += 1) {
      saysSack(ourFirst + 100, ourFirst + 200 + time * 100);
      arrives(ACK, peerNext + time * 10, ourFirst, 10, 10);
      // At most an ACK of the peer's data.
      const said = sent(10);
      expect<bool>(said.includes('0+100')).toBe(time == 2, said);
    }
    expect<u32>(statistics().fastRetransmits).toBe(1);
  });

  it('tell of none when they are of what is acknowledged: RFC 2883', () => {
    arrives(ACK, peerNext, ourFirst + 300, 0, 10);
    sent(10);
    for (let time: u32 = 0; time < 4; time += 1) {
      saysSack(ourFirst + 100, ourFirst + 200);
      arrives(ACK, peerNext + time * 10, ourFirst + 300, 10, 10);
      sent(10);
    }
    expect<u32>(statistics().fastRetransmits).toBe(0);
  });

  it('are needed for that: data alone is no duplicate', () => {
    for (let time: u32 = 0; time < 4; time += 1) {
      arrives(ACK, peerNext + time * 10, ourFirst, 10, 10);
      sent(10);
    }
    expect<u32>(statistics().fastRetransmits).toBe(0);
  });
});
