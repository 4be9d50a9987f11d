import { initialSequence } from '../../../../assembly/tcp/handshake/isn';
import { localPortOf } from '../../../../assembly/pool/entry';
import { newTuple } from '../../../../assembly/tcp/handshake/ports';
import { swap16 } from '../../../../assembly/wire/byte-order';
import { sipHash } from '../../../../assembly/tcp/handshake/siphash';
import { bootCore } from '../../support/peer';

/** The key of SipHash's published vectors: bytes 00 to 0f. */
const KEY0: u64 = 0x0706050403020100;
const KEY1: u64 = 0x0f0e0d0c0b0a0908;
const BLOCK: u64 = 0x0706050403020100;

describe('SipHash-2-4', () => {
  it('is that of the example in its paper, appendix A: 15 bytes, 00 to 0e', () => {
    const rest: u64 = 0x000e0d0c0b0a0908 | ((<u64>15) << 56);
    expect<u64>(sipHash(KEY0, KEY1, BLOCK, rest)).toBe(0xa129ca6149be45e5);
  });

  it('is that of the published vectors for 8 and 9 bytes', () => {
    // vectors_sip64[8] = 62 24 93 9a 79 f5 f5 93, vectors_sip64[9] = b0 e4 a9 0b df 82 00 9e
    expect<u64>(sipHash(KEY0, KEY1, BLOCK, (<u64>8) << 56)).toBe(0x93f5f5799a932462);
    expect<u64>(sipHash(KEY0, KEY1, BLOCK, 8 | ((<u64>9) << 56))).toBe(0x9e0082df0ba9e4b0);
  });
});

describe('initial sequence numbers', () => {
  it('advance by 250 in a millisecond for the same 4-tuple', () => {
    bootCore(1);
    expect<u32>(initialSequence(42, 1001) - initialSequence(42, 1)).toBe(250000);
  });

  it('of another 4-tuple, or of another boot, have nothing to do with it', () => {
    bootCore(1);
    const here = initialSequence(42, 0);
    const other = initialSequence(43, 0);
    bootCore(2);
    const later = initialSequence(42, 0);
    expect<bool>(here != other && here + 1 != other).toBe(true);
    expect<bool>(here != later).toBe(true);
  });
});

function newPort(): u32 {
  return swap16(localPortOf(newTuple(1, 2)));
}

describe('local ports', () => {
  it('are dynamic ones, spread over all of them, and others after a reboot', () => {
    bootCore(1);
    const first = newPort();
    let least: u32 = 65536;
    let most: u32 = 0;
    for (let count = 0; count < 1000; count += 1) {
      const port = newPort();
      least = min(least, port);
      most = max(most, port);
    }
    bootCore(2);
    expect<u32>(least).toBeGreaterThanOrEqual(49152);
    expect<u32>(most).toBeLessThanOrEqual(65535);
    expect<u32>(most - least).toBeGreaterThan(15000);
    expect<u32>(newPort()).not.toBe(first);
  });
});
