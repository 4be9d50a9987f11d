import { describe, expect, test } from 'vitest';
import { EventQueue } from '../../../host/lan/queue.js';
import { Lan, Random, type LanOptions } from '../../../host/lan/index.js';
import { ladder, traceToJson } from '../../../host/trace/index.js';
import { established, exchange, linesOf, MODULE, PORT, rawWorld, timesOf, world } from '../../simulation/world.js';

const FAULTS = { loss: 0.2, duplication: 0.2, reordering: 0.3, delayMs: 500, corruption: 0.1 };

/** A run with everything that can go wrong, as text. */
function run(options: LanOptions): string {
  const { lan, client, server } = world({ faults: FAULTS, ...options });
  const listener = server.listen(PORT);
  for (let i = 0; i < 5; i++) {
    const c = client.connect(server, PORT, 30_000);
    lan.for(20_000);
    const s = server.accept(listener);
    if (s !== undefined) server.close(s);
    client.close(c);
  }
  lan.for(60_000);
  if (lan.trace === undefined) throw new Error('no trace');
  return traceToJson(lan.trace);
}

describe('a simulation', () => {
  test('with the same seed has the same frames at the same times, bit for bit', () => {
    const first = run({ seed: 42 });
    expect(run({ seed: 42 })).toBe(first);
    expect(first.length).toBeGreaterThan(10_000);
  });

  test('with another seed is another', () => {
    expect(run({ seed: 43 })).not.toBe(run({ seed: 42 }));
  });

  test('is the same whether it is recorded or not', () => {
    const seen = [true, false].map((trace) => {
      const { lan, client, server } = world({ faults: FAULTS, seed: 9, trace });
      server.listen(PORT);
      client.connect(server, PORT, 30_000);
      lan.for(30_000);
      return [client.core.snapshot(), server.core.snapshot()];
    });
    expect(seen[0]).toEqual(seen[1]);
  });

  test('may begin at any time of the clock', () => {
    const { lan, client, server } = world({ startTime: 2 ** 32 - 5 });
    expect(lan.now).toBe(2 ** 32 - 5);
    server.listen(PORT);
    const c = client.connect(server, PORT);
    exchange(lan);
    expect(lan.now).toBe(15);
    expect(lan.nowMs).toBe(20);
    expect(client.state(c)).toBe('ESTABLISHED');
  });

  test('stops where it is told to: after a time, at a condition, or when nothing is left to happen', () => {
    const { lan, client, server } = world();
    lan.for(250);
    expect(lan.nowMs).toBe(250);
    const c = client.connect(server, PORT);
    lan.until(() => client.state(c) === 'CLOSED');
    expect(lan.nowMs).toBeLessThan(260);
    lan.idle();
    expect(lan.nowMs).toBeLessThan(260);
    expect(() => lan.until(() => false, 1000)).toThrow(expect.objectContaining({ code: 'SIM_NEVER' }) as Error);
    client.connect({ address: '10.73.0.77' }, PORT, 100_000);
    expect(() => lan.idle(5000)).toThrow(expect.objectContaining({ code: 'SIM_NEVER' }) as Error);
  });

  test('refuses two hosts with one name or MAC', () => {
    const { lan } = world();
    const refused = expect.objectContaining({ code: 'SIM_DUPLICATE_HOST' }) as Error;
    expect(() => lan.raw('client', { address: '10.73.0.50' })).toThrow(refused);
    expect(() => lan.raw('other', { address: '10.73.0.2' })).toThrow(refused);
  });

  test('notices a core that does not say what it has to do', () => {
    const { lan, client } = world();
    lan.for(10);
    const { exports } = client.core;
    // A core whose pending() forgets the frames
    Object.defineProperty(client.core, 'exports', { value: { ...exports, pending: () => exports.pending() & ~1 } });
    const inconsistent = expect.objectContaining({ code: 'SIM_CORE_INCONSISTENT' }) as Error;
    expect(() => client.connect({ address: '10.73.0.77' }, PORT)).toThrow(inconsistent);
  });

  test('notices a core whose deadline moves in secret', () => {
    const { lan, client } = world();
    lan.for(10);
    const { exports } = client.core;
    Object.defineProperty(client.core, 'exports', { value: { ...exports, pending: () => exports.pending() & ~4 } });
    const inconsistent = expect.objectContaining({ code: 'SIM_CORE_INCONSISTENT' }) as Error;
    expect(() => client.connect({ address: '10.73.0.77' }, PORT)).toThrow(inconsistent);
  });
});

describe('the network', () => {
  test('loses exactly the frame that it is told to', () => {
    const { lan, client, server } = world();
    server.listen(PORT);
    const rule = lan.lose({ flags: 'SYN,ACK', nth: 1 });
    const c = client.connect(server, PORT);
    lan.for(5000);
    expect(rule.hits).toBe(1);
    expect(linesOf(lan).filter((line) => line.endsWith('lost'))).toEqual(['server ACK,SYN 0 1 lost']);
    expect(client.state(c)).toBe('ESTABLISHED');
  });

  test('loses every frame that matches until the rule is removed', () => {
    const { lan, client, server } = world();
    server.listen(PORT);
    const rule = lan.lose({ from: 'client', to: 'server', where: (frame) => frame.kind === 'tcp' });
    const c = client.connect(server, PORT);
    lan.for(8000);
    expect([rule.hits, client.state(c)]).toEqual([4, 'SYN-SENT']);
    rule.remove();
    lan.for(8000);
    expect(client.state(c)).toBe('ESTABLISHED');
  });

  test('doubles, delays and damages what it is told to', () => {
    const { lan, client, server } = world();
    const listener = server.listen(PORT);
    lan.duplicate({ flags: 'SYN' });
    lan.delay({ flags: 'SYN,ACK', nth: 1 }, 100);
    // A bit of the checksum of the third packet: it is lost in effect.
    lan.corrupt({ from: 'client', flags: 'ACK', nth: 1 }, 8 * 50);
    const c = client.connect(server, PORT);
    lan.for(50);
    expect(timesOf(lan, 'server', 'ACK,SYN')).toHaveLength(2);
    expect(client.state(c)).toBe('ESTABLISHED');
    expect(server.accept(listener)).toBeUndefined();
    expect(server.core.statistics().drops.TCP_CHECKSUM).toBe(1);
    lan.for(2000);
    expect(server.accept(listener)).toBeGreaterThan(0);
    const frames = (lan.trace?.records ?? []).flatMap((record) => (record.kind === 'frame' ? [record] : []));
    expect(frames.filter((frame) => frame.duplicate === true)).toHaveLength(1);
    expect(frames.filter((frame) => frame.delayed === true)).toHaveLength(1);
    expect(frames.filter((frame) => frame.dropped === 'TCP_CHECKSUM')).toHaveLength(1);
    expect(frames.filter((frame) => frame.corrupted !== undefined)).toHaveLength(1);
  });

  test('does by chance about as much as it is told to', () => {
    const lan = new Lan({ faults: { loss: 0.3, duplication: 0.1, reordering: 0.2, delayMs: 50, corruption: 0.05 } });
    const sender = lan.raw('sender', { address: '10.73.0.2' });
    const receiver = lan.raw('receiver', { address: '10.73.0.3' });
    const COUNT = 10_000;
    for (let i = 0; i < COUNT; i++) {
      sender.segment(receiver, { sourcePort: 1, destinationPort: 2, sequence: i, flags: 'ACK' });
    }
    lan.for(1000);
    const got = receiver.received;
    const share = got.length / COUNT;
    expect(share).toBeGreaterThan(0.7 * 1.1 - 0.03);
    expect(share).toBeLessThan(0.7 * 1.1 + 0.03);
    const late = got.filter(({ atMs }) => atMs > lan.latencyMs).length / got.length;
    expect(late).toBeGreaterThan(0.17);
    expect(late).toBeLessThan(0.23);
    const damaged = got.filter(({ frame }) => !(frame.kind === 'tcp' && frame.checksumOk && frame.ip.checksumOk));
    expect(damaged.length / got.length).toBeGreaterThan(0.03);
    expect(damaged.length / got.length).toBeLessThan(0.07);
  });

  test('lets nothing pass between two hosts that are parted, until they are healed', () => {
    const { lan, client, server } = world();
    server.listen(PORT);
    lan.partition(client, server);
    const c = client.connect(server, PORT, 60_000);
    lan.for(5000);
    expect(client.state(c)).toBe('SYN-SENT');
    lan.heal();
    lan.for(5000);
    expect(client.state(c)).toBe('ESTABLISHED');
  });

  test('brings a frame to the host that has its address, a broadcast to all, and both to whoever looks', () => {
    const { lan, host, peer } = rawWorld();
    const other = lan.raw('other', { address: '10.73.0.20' });
    const spy = lan.raw('spy', { address: '10.73.0.21', promiscuous: true });
    host.connect(peer, 4000);
    exchange(lan);
    expect(other.segments).toEqual([]);
    expect(peer.segments).toHaveLength(1);
    expect(spy.segments).toHaveLength(1);
    expect(other.received.filter(({ frame }) => frame.kind === 'arp')).toHaveLength(1);
  });

  test('a host without power hears nothing and says nothing; booted again, it has forgotten', () => {
    const w = world();
    const { lan, client, server } = w;
    const { c, s } = established(w);
    server.powerOff();
    client.shutdown(c);
    lan.for(5000);
    expect(client.state(c)).toBe('FIN-WAIT-1');
    server.reboot(new Uint8Array(16).fill(3));
    expect(() => server.state(s)).toThrow(expect.objectContaining({ code: 'EBADF' }) as Error);
    lan.for(5000);
    expect(client.failure(c)).toBe('ECONNRESET');
  });
});

describe('the trace', () => {
  test('shows states, timers, events and pools of both sides', () => {
    const w = world();
    established(w);
    const records = w.lan.trace?.records ?? [];
    expect(new Set(records.map(({ kind }) => kind))).toEqual(new Set(['frame', 'state', 'timer', 'event', 'pools']));
    const armed = records.filter((record) => record.kind === 'timer' && record.host === 'client');
    expect(armed.map((record) => record.kind === 'timer' && record.action)).toContain('stopped');
  });

  test('a failed connect is told with its reason', () => {
    const { lan, client, server } = world();
    const c = client.connect(server, PORT);
    lan.for(100);
    expect(client.failure(c)).toBe('ECONNREFUSED');
    const failed = lan.trace?.records.find((record) => record.kind === 'event' && record.event === 'FAILED');
    expect(failed).toMatchObject({ host: 'client', detail: 'ECONNREFUSED', connection: { remotePort: PORT } });
    if (lan.trace !== undefined) expect(ladder(lan.trace)).toContain('ECONNREFUSED');
  });

  test('is not made unless asked for', () => {
    const lan = new Lan();
    lan.host('host', MODULE, { address: '10.73.0.2' });
    lan.for(10);
    expect(lan.trace).toBeUndefined();
  });
});

describe('the parts', () => {
  test('the queue gives everything in order of time, and at one time in the order it came', () => {
    const random = new Random(5);
    const queue = new EventQueue();
    const expected: [number, number][] = [];
    const got: number[] = [];
    for (let i = 0; i < 1000; i++) {
      const at = random.below(50);
      const cancel = queue.put(at, () => got.push(i));
      if (random.chance(0.3)) cancel();
      else expected.push([at, i]);
    }
    expected.sort(([a, i], [b, j]) => a - b || i - j);
    for (let action = queue.take(); action !== undefined; action = queue.take()) action();
    expect(got).toEqual(expected.map(([, i]) => i));
    expect(queue.nextAt).toBeUndefined();
  });

  test('random numbers are the same for the same seed on every machine, and spread evenly', () => {
    const numbers = Array.from(
      { length: 3 },
      (
        (random) => () =>
          random.u32()
      )(new Random(1)),
    );
    expect(numbers).toEqual(
      Array.from(
        { length: 3 },
        (
          (random) => () =>
            random.u32()
        )(new Random(1)),
      ),
    );
    const random = new Random(2);
    const buckets = new Array<number>(16).fill(0);
    for (let i = 0; i < 160_000; i++) {
      const bucket = random.below(16);
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    }
    for (const count of buckets) expect(Math.abs(count - 10_000)).toBeLessThan(500);
    expect(random.chance(0)).toBe(false);
    expect(random.chance(1)).toBe(true);
  });
});
