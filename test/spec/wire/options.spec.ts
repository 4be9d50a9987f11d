import { parseOptions, TcpOptions } from '../../../assembly/wire/options';

const PARSED: usize = memory.data(offsetof<TcpOptions>(), 16);
const BYTES: usize = memory.data(64, 16);

function parsed(): TcpOptions {
  return changetype<TcpOptions>(PARSED);
}

/** Parses these bytes, with what would be data behind them. */
function parse(bytes: StaticArray<u8>): bool {
  memory.fill(BYTES, 0x02, 64);
  memory.copy(BYTES, changetype<usize>(bytes), bytes.length);
  return parseOptions(parsed(), BYTES, bytes.length);
}

describe('the options of a segment', () => {
  it('are read as Linux sends them in a SYN', () => {
    // MSS 1460, SACK permitted, timestamps 0x01020304 and 0x05060708, no operation, window scale 7.
    expect<bool>(parse([2, 4, 5, 0xb4, 4, 2, 8, 10, 1, 2, 3, 4, 5, 6, 7, 8, 1, 3, 3, 7])).toBe(true);
    expect<u32>(<u32>parsed().maximumSegmentSize).toBe(1460);
    expect<bool>(parsed().sackPermitted).toBe(true);
    expect<bool>(parsed().hasSack).toBe(false);
  });

  it('tell where the first SACK block begins', () => {
    expect<bool>(parse([1, 1, 5, 18, 0, 0, 1, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4])).toBe(true);
    expect<bool>(parsed().hasSack).toBe(true);
    expect<u32>(parsed().sackedFrom).toBe(257);
  });

  it('of an unknown kind are skipped by their length', () => {
    expect<bool>(parse([254, 6, 2, 4, 9, 9, 2, 4, 0, 88])).toBe(true);
    expect<u32>(<u32>parsed().maximumSegmentSize).toBe(88);
  });

  it('end at the end of the list, whatever follows', () => {
    expect<bool>(parse([1, 0, 2, 0])).toBe(true);
    expect<u32>(<u32>parsed().maximumSegmentSize).toBe(0);
  });

  it('that are absent are told as absent, whatever the last segment had', () => {
    parse([2, 4, 5, 0xb4, 4, 2, 5, 10, 0, 0, 0, 1, 0, 0, 0, 2]);
    expect<bool>(parse([1, 1, 1, 1])).toBe(true);
    expect<u32>(<u32>parsed().maximumSegmentSize).toBe(0);
    expect<bool>(parsed().sackPermitted).toBe(false);
    expect<bool>(parsed().hasSack).toBe(false);
  });

  it('with a length of 0 or 1 are refused', () => {
    expect<bool>(parse([2, 0, 0, 0])).toBe(false);
    expect<bool>(parse([2, 1, 0, 0])).toBe(false);
    expect<bool>(parse([254, 0, 0, 0])).toBe(false);
  });

  it('that go past the end are refused', () => {
    expect<bool>(parse([1, 1, 2, 4])).toBe(false);
    expect<bool>(parse([1, 1, 1, 2])).toBe(false);
    expect<bool>(parse([254, 5, 0, 0])).toBe(false);
  });

  it('with another length than their kind has are refused', () => {
    expect<bool>(parse([2, 3, 0, 1])).toBe(false);
    expect<bool>(parse([4, 3, 0, 1])).toBe(false);
    expect<bool>(parse([5, 4, 0, 1])).toBe(false);
    expect<bool>(parse([5, 2, 0, 1])).toBe(false);
  });
});
