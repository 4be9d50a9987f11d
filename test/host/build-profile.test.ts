import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { buildProfile } from '../../host/build/build-profile.js';
import { completeSizes, LAN_SIZES, type ProfileSizes } from '../../host/build/profile-sizes.js';

const WRONG: [Partial<ProfileSizes>, string][] = [
  [{ connections: 0 }, '--connections 0: a whole number from 1 to 2046 is needed'],
  [{ connections: 2.5 }, '--connections 2.5: a whole number'],
  [{ connections: Number.NaN }, '--connections NaN: a whole number'],
  [{ rxRing: 1537 }, '--rx 1537: a multiple of 8 is needed, such as 1536 or 1544'],
  [{ txRing: 128 }, '--tx 128: a whole number from 256'],
  [{ connections: 8, neighbours: 4 }, '--neighbours 4: at least as many as connections (8) are needed'],
  [{ connections: 2000, listeners: 100 }, 'connections and listeners together: 2100, and 2047 are the most'],
  [{ halfOpen: 40_000, timeWait: 40_000 }, 'pool entries together: 80010, and 65535 are the most'],
];

/** The compiler takes its time, the more so on a busy machine. */
const TIMEOUT_MS = 120_000;

describe('a profile of one’s own', { timeout: TIMEOUT_MS }, () => {
  it('is the lan module, bit for bit, where nothing is asked for', async () => {
    const { wasm, memoryBytes } = await buildProfile({});
    expect(Buffer.from(wasm).equals(readFileSync(new URL('../../build/lan.wasm', import.meta.url)))).toBe(true);
    expect(memoryBytes).toBeLessThan(60 * 1024);
  });

  it('takes as much memory as its sizes need, beyond one page too', async () => {
    const small = await buildProfile({ connections: 2, rxRing: 1024, txRing: 512 });
    const large = await buildProfile({ connections: 20 });
    expect(small.memoryBytes).toBeLessThan(16 * 1024);
    expect(large.memoryBytes).toBeGreaterThan(20 * 8192);
    expect(large.sizes.neighbours).toBe(20);
  });

  it.each(WRONG)('is refused with a reason when it cannot be: %j', async (sizes, reason) => {
    await expect(buildProfile(sizes)).rejects.toThrow(reason);
  });

  it('has the numbers of assembly/profile.ts where none are given', () => {
    const source = readFileSync(new URL('../../assembly/profile.ts', import.meta.url), 'utf8');
    const defaults = [...source.matchAll(/isDefined\(PROFILE_(\w+)\) \? PROFILE_\w+ : (\d+)/g)];
    // Guards are the debug builds': nobody flashes them.
    const numbers = defaults.filter(([, name]) => name !== 'GUARD_BYTES').map(([, , value]) => Number(value));
    expect(numbers).toEqual(Object.values(completeSizes({})));
    expect(completeSizes({})).toEqual(LAN_SIZES);
  });
});
