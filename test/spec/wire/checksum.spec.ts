import { checksum, fold, sum } from '../../../assembly/wire/checksum';

/** The example of RFC 1071 §3. */
const EXAMPLE: usize = memory.data<u8>([0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7]);
const COPY: usize = memory.data(64, 16);

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
});
