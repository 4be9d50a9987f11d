import { describe, expect, test } from 'vitest';
import { Lan, type Faults } from '../../host/lan/index.js';
import { release, transfer } from './transfer.js';
import { CLIENT, framesOf, moduleOf, PORT, SERVER, TIME_WAIT_MS, used, type Profile } from './world.js';

const BAD: Partial<Faults> = { loss: 0.1, duplication: 0.1, reordering: 0.1 };
const HOUR_MS = 3_600_000;
const NOTHING = { connections: 0, halfOpen: 0, timeWait: 0, listeners: 1 };

function lanOf(module: WebAssembly.Module, seed: number, faults: Partial<Faults>, startTime = 0) {
  const lan = new Lan({ seed, faults, startTime });
  const client = lan.host('client', module, { address: CLIENT });
  const server = lan.host('server', module, { address: SERVER });
  return { lan, client, server };
}

describe('both ends send at once, every byte is compared', () => {
  test.each(['debug', 'lan', 'tiny', 'gateway'] satisfies Profile[])(
    'in each tenth frame lost, duplicated or late (%s)',
    async (profile) => {
      const module = await moduleOf(profile);
      for (let seed = 1; seed <= 5; seed++) {
        const { lan, client, server } = lanOf(module, seed, BAD);
        const apps = transfer(lan, client, server, PORT, 60_000);
        lan.until(() => apps.client.isDone && apps.server.isDone, HOUR_MS);
        expect([apps.client.wrong, apps.server.wrong]).toEqual([0, 0]);
        // Both sides have closed at about the same time: what is left is TIME-WAIT, on one side or on both.
        lan.idle(HOUR_MS);
        release(client, apps.client);
        release(server, apps.server);
        expect(used(server)).toEqual(NOTHING);
        expect(used(client)).toEqual({ ...NOTHING, listeners: 0 });
      }
    },
  );

  test('where nothing is lost nothing is sent twice, and no timer fires but TIME-WAIT’s', async () => {
    const { lan, client, server } = lanOf(await moduleOf('lan'), 1, {});
    const apps = transfer(lan, client, server, PORT, 500_000);
    lan.until(() => apps.client.isDone && apps.server.isDone);
    const counters = [client, server].map((host) => host.core.statistics().counters);
    expect(counters.map((one) => one.segmentsRetransmitted)).toEqual([0, 0]);
    expect(counters.map((one) => one.outOfOrder)).toEqual([0, 0]);
    expect([client.wakeUps, server.wakeUps]).toEqual([0, 0]);
  });

  test('while sequence numbers wrap', async () => {
    const module = await moduleOf('debug');
    // An initial sequence number is a hash and a clock of 250 steps a ms: the clock brings it close to the wrap.
    const probe = lanOf(module, 7, {});
    probe.client.connect(probe.server, PORT);
    const trial = new Lan({ seed: 7, trace: true });
    const hosts = [CLIENT, SERVER].map((address, index) => trial.host(`h${index}`, module, { address }));
    hosts[0]?.connect({ address: SERVER }, PORT);
    trial.for(10);
    const first = framesOf(trial)[0]?.frame.sequence ?? 0;
    const startTime = Math.floor((2 ** 32 - 20_000 - first) / 250);
    const { lan, client, server } = lanOf(module, 7, { loss: 0.05 }, startTime);
    let highest = 0;
    let lowest = 2 ** 32;
    const send = lan.send.bind(lan);
    lan.send = (from, frame) => {
      if (from === client && frame[23] === 6) {
        const sequence = new DataView(frame.buffer, frame.byteOffset).getUint32(38);
        highest = Math.max(highest, sequence);
        lowest = Math.min(lowest, sequence);
      }
      send(from, frame);
    };
    const apps = transfer(lan, client, server, PORT, 60_000);
    lan.until(() => apps.client.isDone && apps.server.isDone, HOUR_MS);
    expect(highest).toBeGreaterThan(2 ** 32 - 30_000);
    expect(lowest).toBeLessThan(60_000);
    expect([apps.client.wrong, apps.server.wrong]).toEqual([0, 0]);
  });

  test('over windows of more than 64 KiB, where rings are larger', async () => {
    const { buildProfile } = await import('../../host/build/build-profile.js');
    const built = await buildProfile({ connections: 2, rxRing: 131_072, txRing: 131_072 });
    const module = await WebAssembly.compile(built.wasm);
    const lan = new Lan({ seed: 2, latencyMs: 50 });
    const client = lan.host('client', module, { address: CLIENT });
    const server = lan.host('server', module, { address: SERVER });
    const apps = transfer(lan, client, server, PORT, 2_000_000);
    lan.until(() => apps.client.isDone && apps.server.isDone, HOUR_MS);
    expect([apps.client.wrong, apps.server.wrong]).toEqual([0, 0]);
    // 64 KiB in each round trip of 100 ms would take more than 3 s.
    expect(lan.nowMs).toBeLessThan(2500);
  });
});

describe('a soak with every fault there is', () => {
  test('200 seeds: equal bytes, or a failure that is told; nothing is left', { timeout: 60_000 }, async () => {
    const module = await moduleOf('lan');
    let failed = 0;
    for (let seed = 1; seed <= 200; seed++) {
      const { lan, client, server } = lanOf(module, seed, { ...BAD, corruption: 0.02 });
      const apps = transfer(lan, client, server, PORT, 20_000);
      lan.for(HOUR_MS);
      const isDone = apps.client.isDone && apps.server.isDone;
      if (!isDone) failed++;
      expect([seed, isDone || apps.client.failure !== undefined]).toEqual([seed, true]);
      expect([apps.client.wrong, apps.server.wrong]).toEqual([0, 0]);
      release(client, apps.client);
      release(server, apps.server);
      lan.for(TIME_WAIT_MS * 3);
      expect([seed, used(server)]).toEqual([seed, NOTHING]);
      expect([seed, used(client)]).toEqual([seed, { ...NOTHING, listeners: 0 }]);
    }
    expect(failed).toBeLessThan(10);
  });
});

describe('a peer that reboots in mid-transfer', () => {
  test('is told by a RST that nobody knows the connection, and its pools are empty again', async () => {
    const { lan, client, server } = lanOf(await moduleOf('debug'), 3, {});
    const apps = transfer(lan, client, server, PORT, 1_000_000);
    lan.until(() => apps.client.received > 100_000);
    server.reboot(new Uint8Array(16).fill(9));
    lan.until(() => apps.client.failure !== undefined, 10_000);
    expect(apps.client.failure).toBe('ECONNRESET');
    release(client, apps.client);
    expect(used(client).connections).toBe(0);
  });
});
