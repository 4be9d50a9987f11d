import { describe, expect, test } from 'vitest';
import { buildProfile } from '../../host/build/build-profile.js';
import { Lan, type Faults } from '../../host/lan/index.js';
import { beginTransfer } from './ends.js';
import { CLIENT, SERVER } from './world.js';

const HOUR_MS = 3_600_000;
const BYTES = 1_000_000;

/** Two cores with rings of 128 KiB, on a link whose round trip is 100 ms. */
async function farApart(faults: Partial<Faults>) {
  const { wasm } = await buildProfile({ connections: 2, rxRing: 131_072, txRing: 131_072 });
  const module = await WebAssembly.compile(wasm);
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
});
