// First: the map of memory is to be seen before what it maps.
import { ACK, arrives, dropOf, plainChecksum, sends } from '../support/peer';
import { established, handle, ourFirst, peerNext } from '../support/established';
import { receive, resultOf } from '../../../assembly/core/receive';
import { RX_PAYLOAD } from '../../../assembly/memory';
import { Drop } from '../../../assembly/statistics';
import { consume, received } from '../../../assembly/tcp/calls/receive';

/** What a segment is before it is looked at: RFC 9293 §3.1. The frame that came last is still in the buffer. */

const HEADERS: u32 = 14 + 20;
const SEGMENT: u32 = 20 + 10;
/** The sum of the pseudo header of 10.73.0.1, 10.73.0.2, protocol 6, and the length. */
const PSEUDO: u32 = 0x0a49 + 1 + 0x0a49 + 2 + 6 + SEGMENT;

function again(): i32 {
  return dropOf(resultOf(receive(HEADERS + SEGMENT, 0)));
}

function flip(byte: usize, bit: u32): void {
  const mask: u32 = 1 << bit;
  store<u8>(RX_PAYLOAD + byte, load<u8>(RX_PAYLOAD + byte) ^ (<u8>mask));
}

/** Its checksum is right again. */
function sums(): void {
  store<u16>(RX_PAYLOAD, 0, 16);
  store<u16>(RX_PAYLOAD, bswap<u16>(<u16>plainChecksum(RX_PAYLOAD, SEGMENT, PSEUDO)), 16);
}

describe('a segment', () => {
  beforeEach(() => {
    established();
    arrives(ACK, peerNext, ourFirst, 10, 0);
    sends(0);
    consume(handle, received(handle));
  });

  it('is dropped when any bit of it is wrong: MUST-3', () => {
    for (let byte: usize = 0; byte < SEGMENT; byte += 1) {
      for (let bit: u32 = 0; bit < 8; bit += 1) {
        flip(byte, bit);
        const drop = again();
        // Of the data offset two words more or less are seen first.
        const isRight = drop == Drop.TCP_CHECKSUM || (byte == 12 && drop == Drop.TCP_LENGTH);
        expect<bool>(isRight).toBe(true, `byte ${byte.toString()}, bit ${bit.toString()}: ${drop.toString()}`);
        flip(byte, bit);
      }
    }
    expect<u32>(sends(0)).toBe(0);
    expect<i32>(received(handle)).toBe(0);
    // As it is, it is only old.
    expect<i32>(again()).toBe(Drop.OUT_OF_WINDOW);
  });

  it('is dropped when two of its words are wrong, and not when the checksum is that of them', () => {
    flip(21, 0);
    flip(23, 1);
    expect<i32>(again()).toBe(Drop.TCP_CHECKSUM);
    sums();
    expect<i32>(again()).toBe(Drop.OUT_OF_WINDOW);
  });

  it('has a header of 20 bytes at least, and of no more than there is', () => {
    for (let words: u32 = 0; words < 16; words += 1) {
      store<u8>(RX_PAYLOAD, <u8>(words << 4), 12);
      // Data that begins sooner or later is read as options of none, but for the length.
      for (let byte: usize = 20; byte < SEGMENT; byte += 1) store<u8>(RX_PAYLOAD + byte, 1);
      sums();
      const isRight = words >= 5 && words << 2 <= SEGMENT;
      expect<i32>(again()).toBe(isRight ? Drop.OUT_OF_WINDOW : Drop.TCP_LENGTH, words.toString());
    }
  });
});
