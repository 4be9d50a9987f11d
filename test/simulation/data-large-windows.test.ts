import { describe, expect, test } from 'vitest';
import { buildProfile } from '../../host/build/build-profile.js';
import { Lan, type Faults } from '../../host/lan/index.js';
import { beginTransfer } from './ends.js';
import { Hand } from './hand.js';
import { CLIENT, SERVER } from './world.js';

const HOUR_MS = 3_600_000;
const BYTES = 1_000_000;

async function largeModule(): Promise<WebAssembly.Module> {
  const { wasm } = await buildProfile({ connections: 2, rxRing: 131_072, txRing: 131_072 });
  return await WebAssembly.compile(wasm);
}

/** Two cores with rings of 128 KiB, on a link whose round trip is 100 ms. */
async function farApart(faults: Partial<Faults>) {
  const module = await largeModule();
  const lan = new Lan({ seed: 2, latencyMs: 50, faults });
  const client = lan.host('client', module, { address: CLIENT });
  const server = lan.host('server', module, { address: SERVER });
  const ends = beginTransfer(client, server, { toServer: BYTES, toClient: BYTES });
  lan.until(() => ends.areOver, HOUR_MS);
  return { lan, ends };
}

describe('a ring of more than 64 KiB', () => {
  test('is used in full: windows are scaled (RFC 7323), both ways at once', { timeout: 60_000 }, async () => {
    const { lan, ends } = await farApart({});
    expect([ends.client.received, ends.server?.received]).toEqual([BYTES, BYTES]);
    // 64 KiB in each round trip would take 1.6 s, the handshake and the slow start apart.
    expect(lan.nowMs).toBeLessThan(1500);
  });

  test('with holes beyond 64 KiB loses nothing', { timeout: 60_000 }, async () => {
    const { ends } = await farApart({ loss: 0.02, reordering: 0.1 });
    expect([ends.client.received, ends.server?.received]).toEqual([BYTES, BYTES]);
    expect([ends.client.failure, ends.server?.failure]).toEqual([undefined, undefined]);
  });

  test('with a peer that does not scale: neither side does (RFC 7323 §2.2)', { timeout: 60_000 }, async () => {
    const hand = Hand.open({ module: await largeModule(), window: 1000 });
    hand.writes(0, 5000);
    hand.lan.for(5);
    // What its window says is what it takes.
    expect(hand.data.reduce((sum, [, , length]) => sum + length, 0)).toBe(1000);
    hand.clear();
    hand.says({ data: 1000, ack: 1000, window: 2920 });
    hand.lan.for(50);
    expect(hand.data.map(([, seq, length]) => seq + length).at(-1)).toBe(3920);
    // What its sixteen bits can say, but for what has come and was not read: not the ring's length, scaled.
    for (const { window } of hand.seen) expect(window).toBeGreaterThanOrEqual(65_535 - 1000);
  });
});
