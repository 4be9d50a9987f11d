import { checksum, fold, sum } from '../../../assembly/wire/checksum';
import { random } from '../../../assembly/tcp/handshake/random';
import { bootCore, plainChecksum } from '../support/peer';

/** The example of RFC 1071 §3. */
const EXAMPLE: usize = memory.data<u8>([0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7]);
const COPY: usize = memory.data(2048, 16);

describe('the Internet checksum', () => {
  it('is that of the example in RFC 1071 §3', () => {
    expect<u32>(fold(sum(EXAMPLE, 8, 0))).toBe(<u32>bswap<u16>(0xddf2));
    expect<u32>(<u32>checksum(sum(EXAMPLE, 8, 0))).toBe(<u32>bswap<u16>(0x220d));
  });

  it('takes an odd last byte as the high half of a word', () => {
    memory.copy(COPY, EXAMPLE, 7);
    store<u8>(COPY, 0, 7);
    expect<u32>(fold(sum(EXAMPLE, 7, 0))).toBe(fold(sum(COPY, 8, 0)));
  });

  it('folds to 0xffff over a region that holds its own', () => {
    memory.copy(COPY, EXAMPLE, 8);
    store<u16>(COPY, checksum(sum(COPY, 8, 0)), 8);
    expect<u32>(fold(sum(COPY, 10, 0))).toBe(0xffff);
  });

  it('is that of one word after the other, for every length up to a frame and random bytes', () => {
    bootCore(0x0123456789abcdef);
    let wrong = 0;
    for (let length: u32 = 0; length <= 1514; length += length < 130 ? 1 : 37) {
      for (let at: u32 = 0; at < length; at += 8) store<u64>(COPY + at, random());
      const expected = plainChecksum(COPY, length, 0);
      if (<u32>bswap<u16>(checksum(sum(COPY, length, 0))) != expected) wrong += 1;
    }
    expect<i32>(wrong).toBe(0);
  });

  it('carries as often as there is a carry', () => {
    memory.fill(COPY, 0xff, 1514);
    expect<u32>(fold(sum(COPY, 1514, 0))).toBe(0xffff);
    expect<u32>(fold(0xffffffffffffffff)).toBe(0xffff);
    expect<u32>(fold(0x1ffff)).toBe(1);
  });
});
