import { expect, test } from 'vitest';
import { buildProfile } from '../../../host/build/build-profile.js';
import { Hand } from '../hand.js';
import { MODULE } from '../world.js';

/** What a profile sets of what RFCs have set by whoever builds or runs a host. */

/** The compiler takes its time, the more so on a busy machine. */
const TIMEOUT_MS = 120_000;

/** When a core sends 100 bytes again that nobody acknowledges, and the TTL of its packets. */
function seenOf(module: WebAssembly.Module): { timesMs: number[]; ttls: Set<number> } {
  const hand = Hand.open({ isActive: true, module });
  hand.writes(0, 100);
  hand.lan.for(5000);
  return { timesMs: hand.data.map(([atMs]) => atMs), ttls: new Set(hand.seen.map(({ frame }) => frame.ip.ttl)) };
}

test(
  'the TTL is 64, and what a profile says: MUST-49; and so is the shortest timeout: RFC 6298 (2.4)',
  { timeout: TIMEOUT_MS },
  async () => {
    const { wasm } = await buildProfile({ ttl: 7, rtoMinMs: 1000 });
    expect(seenOf(await WebAssembly.compile(wasm))).toEqual({ timesMs: [0, 1000, 3000], ttls: new Set([7]) });
    expect(seenOf(MODULE)).toEqual({ timesMs: [0, 250, 750, 1750, 3750], ttls: new Set([64]) });
  },
);
