import { describe, expect, test } from 'vitest';
import { Lan, type LanOptions } from '../../host/lan/index.js';
import { beginTransfer, expectComplete, expectEmpty, type TransferOptions } from './ends.js';
import { CLIENT, exchange, framesOf, moduleOf, SERVER, timesOf, used, type Profile } from './world.js';

const BAD = { loss: 0.1, duplication: 0.05, reordering: 0.2, delayMs: 30 };
const HOURS = 3_600_000;

async function pair(profile: Profile, options: LanOptions) {
  const module = await moduleOf(profile);
  const lan = new Lan(options);
  const client = lan.host('client', module, { address: CLIENT });
  const server = lan.host('server', module, { address: SERVER });
  return { lan, client, server };
}

describe('a stream arrives as it was sent', () => {
  test.for(['lan', 'tiny', 'gateway', 'debug'] as const)(
    'both ways at once, while frames are lost, doubled and overtake each other (%s)',
    async (profile) => {
      for (let seed = 1; seed <= 6; seed++) {
        const { lan, client, server } = await pair(profile, { seed, faults: BAD });
        const options = { toServer: 100_000, toClient: 90_000 };
        const ends = beginTransfer(client, server, options);
        lan.until(() => ends.areOver, HOURS);
        expectComplete(lan, ends, options, `seed ${seed}`);
        expect(client.core.statistics().counters.segmentsRetransmitted).toBeGreaterThan(0);
      }
    },
  );

  test.for(['client', 'server'] as const)('over the end of the sequence numbers of the %s', async (whose) => {
    const size = 60_000;
    const options = { toServer: size, toClient: size };
    const begin = async (startTime: number) => {
      const all = await pair('debug', { seed: 3, startTime, trace: true, faults: BAD });
      return { ...all, ends: beginTransfer(all.client, all.server, options) };
    };
    const firstOf = (lan: Lan): number => {
      lan.until(() => framesOf(lan).some(({ record }) => record.from === whose));
      return framesOf(lan).find(({ record }) => record.from === whose)?.frame.sequence ?? 0;
    };
    // RFC 9293 §3.4.1: one step in 4 us, so the clock decides what the first number is.
    const at0 = firstOf((await begin(0)).lan);
    const startTime = Math.floor(((2 ** 33 - size / 2 - at0) % 2 ** 32) / 250);
    const { lan, ends } = await begin(startTime);
    const first = firstOf(lan);
    lan.until(() => ends.areOver, HOURS);
    expect(first).toBeLessThan(2 ** 32 - size / 4);
    expect(first + size).toBeGreaterThan(2 ** 32 + size / 4);
    expectComplete(lan, ends, options);
  });

  test('while the clock of ms wraps', async () => {
    const options = { toServer: 100_000, toClient: 100_000 };
    const { lan, client, server } = await pair('debug', { seed: 5, startTime: 2 ** 32 - 700, faults: BAD });
    const ends = beginTransfer(client, server, options);
    lan.until(() => ends.areOver, HOURS);
    expect(lan.nowMs).toBeGreaterThan(1000);
    expectComplete(lan, ends, options);
  });

  test('with nothing sent twice and no timer fired, where nothing is lost', async () => {
    const options = { toServer: 1_000_000, toClient: 1_000_000 };
    const { lan, client, server } = await pair('lan', {});
    const ends = beginTransfer(client, server, options);
    lan.until(() => ends.areOver, HOURS);
    expectComplete(lan, ends, options);
    for (const host of [client, server]) {
      const { counters } = host.core.statistics();
      expect([counters.segmentsRetransmitted, counters.timeouts, counters.fastRetransmits]).toEqual([0, 0, 0]);
    }
  });

  test('whatever sizes the apps write and read, while bits are turned as well (200 networks)', async () => {
    const size = 30 * 1024;
    for (let seed = 1; seed <= 200; seed++) {
      const faults = { loss: 0.05, duplication: 0.05, reordering: 0.1, delayMs: 20, corruption: 0.05 };
      const profile = seed % 2 === 0 ? 'debug' : 'tiny';
      const { lan, client, server } = await pair(profile, { seed, startTime: (seed * 0x9e3779b1) >>> 0, faults });
      const atMost = (): number => 1 + lan.random.below(2500);
      const options = { toServer: size, toClient: size, writeAtMost: atMost, readAtMost: atMost };
      const ends = beginTransfer(client, server, options);
      lan.until(() => ends.areOver, HOURS);
      expectComplete(lan, ends, options, `seed ${seed}`);
    }
  });
});

describe('an end in mid-transfer or behind it', () => {
  test('both sides close at the same instant, and both hear all that the other said', async () => {
    const { lan, client, server } = await pair('debug', {});
    const options = { toServer: 20_000, toClient: 20_000 };
    const ends = beginTransfer(client, server, options);
    // The client begins a ms before: that much later is its second ACK, so that the FINs cross (RFC 9293 Figure 13).
    lan.until(() => ends.areOver);
    exchange(lan);
    expect(used(client).timeWait + used(server).timeWait).toBeGreaterThanOrEqual(1);
    expect([used(client).connections, used(server).connections]).toEqual([0, 0]);
    expectComplete(lan, ends, options);
  });

  test.for([1, 2, 3, 4, 5])(
    'both close at about the same time in a network that loses a third (seed %i)',
    async (seed) => {
      const { lan, client, server } = await pair('debug', { seed, faults: { ...BAD, loss: 0.3 } });
      const options = { toServer: 3000, toClient: 3000 };
      const ends = beginTransfer(client, server, options);
      lan.until(() => ends.areOver, HOURS);
      expectComplete(lan, ends, options);
    },
  );

  test('who has closed its half hears all of the other, which begins only then', async () => {
    for (const faults of [{}, BAD]) {
      const { lan, client, server } = await pair('debug', { seed: 9, faults });
      const options: TransferOptions = { toServer: 10_000, toClient: 50_000, serverWaits: true };
      const ends = beginTransfer(client, server, options);
      lan.until(() => ends.server?.hasHeardFin === true, HOURS);
      expect([ends.server?.received, ends.client.received]).toEqual([10_000, 0]);
      lan.until(() => ends.areOver, HOURS);
      expectComplete(lan, ends, options);
    }
  });

  test('who has nothing to say closes its half at once, and hears all', async () => {
    const { lan, client, server } = await pair('tiny', { seed: 4, faults: BAD });
    const options = { toServer: 0, toClient: 50_000 };
    const ends = beginTransfer(client, server, options);
    lan.until(() => ends.areOver, HOURS);
    expectComplete(lan, ends, options);
  });

  test.for(['client', 'server'] as const)(
    'the %s reboots: the other is reset at once, and begins anew',
    async (who) => {
      const { lan, client, server } = await pair('debug', { seed: 2, trace: true });
      const ends = beginTransfer(client, server, { toServer: 200_000, toClient: 200_000 });
      lan.until(() => ends.client.received > 50_000);
      const [gone, other] = who === 'client' ? [client, server] : [server, client];
      gone.onEvent = undefined;
      gone.reboot(lan.random.bytes(16));
      const begun = lan.nowMs;
      const failed = who === 'client' ? ends.server : ends.client;
      lan.until(() => failed?.isOver === true);
      expect(failed?.failure).toBe('ECONNRESET');
      // It has data or an ACK under way, which a RST answers (RFC 9293 §3.5.1, Figure 10).
      expect(lan.nowMs - begun).toBeLessThanOrEqual(250 + 2);
      expect(timesOf(lan, gone.name, 'RST').length).toBeGreaterThan(0);
      expect(other.core.statistics().counters.establishedResets).toBe(1);
      if (who === 'client') server.close(ends.listener);
      const options = { toServer: 20_000, toClient: 20_000 };
      const again = beginTransfer(client, server, options);
      lan.until(() => again.areOver);
      expectComplete(lan, again, options);
    },
  );

  test('a peer without power is given up when the user timeout of two minutes is over, and nothing is left', async () => {
    const { lan, client, server } = await pair('debug', { seed: 2 });
    const ends = beginTransfer(client, server, { toServer: 200_000, toClient: 0, serverWaits: true });
    lan.until(() => (ends.server?.received ?? 0) > 50_000);
    server.powerOff();
    const begun = lan.nowMs;
    lan.until(() => ends.client.isOver);
    expect(ends.client.failure).toBe('ETIMEDOUT');
    // Counted from the last acknowledgment, which was under way for a ms at most.
    expect(lan.nowMs - begun).toBeGreaterThanOrEqual(120_000 - 1);
    expect(lan.nowMs - begun).toBeLessThanOrEqual(120_000 + 2);
    expectEmpty(lan, client);
  });
});
