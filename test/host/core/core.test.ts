import { describe, expect, test } from 'vitest';
import { ARGUMENTS, CALL_NAMES, instantiate, type CallName } from '../../../host/core/exports.js';
import {
  Core,
  CoreError,
  Drop,
  formatAddress,
  formatMac,
  parseAddress,
  parseMac,
  Pending,
  portOf,
  type Identity,
} from '../../../host/core/index.js';
import { STATISTICS_BYTES } from '../../../host/core/layout.js';
import { Random, segmentFrame } from '../../../host/lan/index.js';
import { established, exchange, moduleOf, PORT, world, type Profile } from '../../simulation/world.js';

const IDENTITY: Identity = {
  mac: '02:00:0a:49:00:02',
  address: '10.73.0.2',
  prefixLength: 24,
  key: Uint8Array.from({ length: 16 }, (_, i) => i + 1),
};
const PROFILES: Profile[] = ['tiny', 'lan', 'gateway', 'debug'];

function refused(code: string, errno?: number): Error {
  return expect.objectContaining({ code, ...(errno === undefined ? {} : { errno }) }) as Error;
}

async function booted(profile: Profile = 'lan'): Promise<Core> {
  const core = new Core(await moduleOf(profile));
  core.boot(IDENTITY, 0);
  return core;
}

describe('a module', () => {
  test.for(PROFILES)('%s is a core: it imports nothing and has all exports of ABI 1', async (profile) => {
    const core = await booted(profile);
    expect(core.exports.abi()).toBe(1);
    expect(core.memoryBytes).toBeGreaterThan(0);
    expect(core.exports.memory.buffer.byteLength).toBeGreaterThanOrEqual(core.memoryBytes);
  });

  test('one that is none is refused, with what is wrong', () => {
    // The smallest module there is, and one that imports a function.
    const magic = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
    const empty = new WebAssembly.Module(Uint8Array.from(magic));
    const importing = new WebAssembly.Module(
      Uint8Array.from([...magic, 1, 4, 1, 0x60, 0, 0, 2, 7, 1, 1, 0x61, 1, 0x62, 0, 0]),
    );
    expect(() => instantiate(empty)).toThrow(refused('CORE_LACKS_EXPORT'));
    expect(() => instantiate(importing)).toThrow(refused('CORE_HAS_IMPORTS'));
    expect(() => instantiate(importing)).toThrow('a.b');
  });

  test('tiny takes less than 16 KiB of memory and lan less than 60 KiB', async () => {
    expect((await booted('tiny')).memoryBytes).toBeLessThan(16 * 1024);
    expect((await booted('lan')).memoryBytes).toBeLessThan(60 * 1024);
  });
});

describe('boot', () => {
  const WRONG: [string, Partial<Identity>][] = [
    ['a MAC of zeros', { mac: '00:00:00:00:00:00' }],
    ['a group MAC', { mac: '01:00:0a:49:00:02' }],
    ['the broadcast MAC', { mac: 'ff:ff:ff:ff:ff:ff' }],
    ['no prefix', { prefixLength: 0 }],
    ['a prefix without hosts', { prefixLength: 31 }],
    ['a prefix that would be 24 in a byte', { prefixLength: 280 }],
    ['the address 0.0.0.0', { address: '0.0.0.0' }],
    ['a network’s own address', { address: '10.73.0.0' }],
    ['a network’s broadcast address', { address: '10.73.0.255' }],
    ['a multicast address', { address: '224.0.0.1' }],
    ['a loopback address', { address: '127.0.0.1' }],
    ['a gateway on another network', { gateway: '10.74.0.1' }],
    ['itself as its gateway', { gateway: '10.73.0.2' }],
    ['the broadcast address as gateway', { gateway: '10.73.0.255' }],
    ['a key that nobody has filled in', { key: new Uint8Array(16) }],
    ['a key of 15 bytes', { key: new Uint8Array(15).fill(1) }],
  ];
  test.for(WRONG)('no host has %s: EINVAL', async ([, wrong]) => {
    const core = new Core(await moduleOf('lan'));
    expect(() => core.boot({ ...IDENTITY, ...wrong }, 0)).toThrow(refused('EINVAL', -22));
  });

  test('before it everything is refused and nothing trapped', async () => {
    const core = new Core(await moduleOf('debug'));
    expect(() => core.listen(PORT, 1)).toThrow(refused('ENETDOWN'));
    expect(() => core.connect('10.73.0.3', PORT, 0, 0)).toThrow(refused('ENETDOWN'));
    expect(core.receive(new Uint8Array(60), 0)).toEqual({ dropped: 'NOT_BOOTED' });
    expect([core.pending(), core.nextDeadline(0), core.expire(0), core.transmit(0)]).toEqual([0, -1, 0, null]);
    expect([...core.events()]).toEqual([]);
    for (const handle of [0, 1, -1]) expect(() => core.state(handle)).toThrow(refused('EBADF'));
  });

  test('again, it forgets everything: handles from before are stale', async () => {
    const core = await booted();
    const before = core.listen(PORT, 1);
    core.boot({ ...IDENTITY, key: new Uint8Array(16).fill(5) }, 0);
    expect(() => core.state(before)).toThrow(refused('EBADF'));
    expect(core.pools().LISTENERS.used).toBe(0);
    expect(core.listen(PORT, 1)).not.toBe(before);
  });
});

describe('calls', () => {
  test('listen refuses ports and backlogs that cannot be, a port in use, and one listener too many', async () => {
    const core = await booted();
    for (const port of [0, -1, 65536, 0x7fffffff]) expect(() => core.listen(port, 1)).toThrow(refused('EINVAL'));
    for (const backlog of [0, -1]) expect(() => core.listen(PORT, backlog)).toThrow(refused('EINVAL'));
    const first = core.listen(PORT, 1);
    expect(() => core.listen(PORT, 1)).toThrow(refused('EADDRINUSE', -98));
    for (const port of [1, 2, 65535]) core.listen(port, 1000);
    expect(() => core.listen(3, 1)).toThrow(refused('ENOBUFS', -105));
    core.close(first, 0);
    expect(core.state(core.listen(3, 1))).toBe('LISTEN');
  });

  test('connect refuses what can be no peer', async () => {
    const core = await booted();
    for (const port of [0, 65536, -1]) {
      expect(() => core.connect('10.73.0.3', port, 0, 0)).toThrow(refused('EINVAL'));
    }
    expect(() => core.connect('10.73.0.3', PORT, 2 ** 31, 0)).toThrow(refused('EINVAL'));
    const nobody = ['0.0.0.0', '127.0.0.1', '224.0.0.1', '255.255.255.255', '10.73.0.0', '10.73.0.255', '10.73.0.2'];
    for (const address of nobody) {
      expect(() => core.connect(address, PORT, 0, 0), address).toThrow(refused('EADDRNOTAVAIL'));
    }
    expect(() => core.connect('192.0.2.1', PORT, 0, 0)).toThrow(refused('ENETUNREACH', -101));
    for (let i = 0; i < 6; i++) core.connect('10.73.0.3', PORT, 0, 0);
    expect(() => core.connect('10.73.0.3', PORT, 0, 0)).toThrow(refused('ENOBUFS'));
  });

  test('wrong arguments give a negative errno and change not one byte of memory', async () => {
    const core = await booted('debug');
    core.listen(PORT, 2);
    core.drain(0);
    const before = core.snapshot();
    const random = new Random(7);
    // None of these is a handle, port or backlog.
    const stale = [0, -1, 1, 0x7fffffff, -0x80000000, ...Array.from({ length: 200 }, () => random.u32() | 0)];
    const e = core.exports;
    const wrong: [CallName, (value: number) => number][] = [
      ['accept', (value) => e.accept(value)],
      ['state', (value) => e.state(value)],
      ['failure', (value) => e.failure(value)],
      ['local_port', (value) => e.local_port(value)],
      ['remote_port', (value) => e.remote_port(value)],
      ['shutdown', (value) => e.shutdown(value)],
      ['close', (value) => e.close(value, 0)],
      ['abort', (value) => e.abort(value)],
    ];
    for (const value of stale) {
      for (const [name, call] of wrong) expect(call(value), `${name}(${value})`).toBe(-9);
      expect(e.remote_address(value)).toBe(0);
    }
    for (const port of [0, 65536, -1, 0x7fffffff, -0x80000000]) {
      expect(e.listen(port, 1)).toBe(-22);
      expect(e.connect(0x0a490003, port, 0, 0)).toBe(-22);
    }
    for (const backlog of [0, -1, -0x80000000]) expect(e.listen(9, backlog)).toBe(-22);
    expect(e.listen(PORT, 1)).toBe(-98);
    expect(e.connect(0x0a490003, PORT, -1, 0)).toBe(-22);
    expect(e.connect(0, PORT, 0, 0)).toBe(-99);
    expect(e.connect(0x0b000001, PORT, 0, 0)).toBe(-101);
    expect(core.snapshot()).toEqual(before);
  });

  test('calls that only look change nothing', async () => {
    const w = world();
    const { c } = established(w);
    const { core } = w.client;
    expect(core.module).toBe(await moduleOf('debug'));
    const before = core.snapshot();
    const e = core.exports;
    for (const call of ['state', 'failure', 'local_port', 'remote_address', 'remote_port'] as const) e[call](c);
    for (const call of ['abi', 'config', 'rx_frame', 'tx_frame', 'statistics', 'pending', 'next_event'] as const)
      e[call]();
    e.transmit(w.lan.now);
    e.next_deadline(w.lan.now);
    core.statistics();
    expect(core.snapshot()).toEqual(before);
  });

  test('every export can be called with any numbers without a trap', async () => {
    const module = await moduleOf('debug');
    const random = new Random(3);
    const values = [0, 1, -1, 2, 7, 1514, 1515, 65535, 65536, 0x7fffffff, -0x80000000, 0x0a490003];
    for (let round = 0; round < 300; round++) {
      const core = new Core(module);
      if (round % 10 > 0) core.boot(IDENTITY, 0);
      const held: number[] = [];
      for (let step = 0; step < 100; step++) {
        const name = CALL_NAMES[random.below(CALL_NAMES.length)] ?? 'abi';
        // Handles among the values, so that calls meet what exists.
        const pool = [...values, ...held, ...held];
        const pick = (): number => (random.chance(0.1) ? random.u32() | 0 : (pool[random.below(pool.length)] ?? 0));
        const given = Array.from({ length: ARGUMENTS[name] }, pick);
        const result = calls(core)[name]?.(...given) ?? 0;
        if (['listen', 'connect', 'accept'].includes(name) && result > 0) held.push(result);
      }
    }
  });
});

/** The exports as functions of any numbers. */
function calls(core: Core): Record<string, (...given: number[]) => number> {
  return core.exports as unknown as Record<string, (...given: number[]) => number>;
}

describe('frames', () => {
  test('what is dropped is told by name, and counted', async () => {
    const core = await booted();
    const from = { mac: '02:00:00:00:00:09', address: '10.73.0.9' };
    const segment = segmentFrame(from, IDENTITY, { sourcePort: 1, destinationPort: 2, sequence: 3, flags: 'SYN' });
    const damaged = segment.slice();
    damaged[40] = 0xff;
    expect(core.receive(damaged, 0)).toEqual({ dropped: 'TCP_CHECKSUM' });
    expect(core.receive(new Uint8Array(13), 0)).toEqual({ dropped: 'FRAME_LENGTH' });
    expect(core.receive(new Uint8Array(1515), 0)).toEqual({ dropped: 'FRAME_LENGTH' });
    expect(core.receive(new Uint8Array(100_000), 0)).toEqual({ dropped: 'FRAME_LENGTH' });
    const { drops, counters } = core.statistics();
    expect([drops.TCP_CHECKSUM, drops.FRAME_LENGTH, counters.framesReceived]).toEqual([1, 3, 4]);
    expect(core.receive(segment, 0)).toEqual({ pending: 1 });
  });

  test('drain gives copies: the next call does not change them', async () => {
    const core = await booted();
    const [announcement] = core.drain(0);
    const before = announcement?.slice();
    core.connect('10.73.0.3', PORT, 0, 0);
    expect(core.drain(0)).toHaveLength(1);
    expect(announcement).toEqual(before);
    expect(core.drain(0)).toEqual([]);
  });

  test('a port has the same results as numbers', async () => {
    const core = await booted();
    const port = portOf(core);
    // Too short; and the announcement of the boot is still to be sent.
    expect(port.receive(new Uint8Array(5), 0)).toBe(-(Drop.FRAME_LENGTH + 256 * Pending.FRAME));
    expect(port.pending()).toBe(core.pending());
    expect(port.transmit(0)).toHaveLength(42);
    expect([port.transmit(0), port.nextDeadline(0), port.expire(0)]).toEqual([null, -1, 0]);
  });
});

describe('snapshots', () => {
  test('a core that is restored goes on exactly as it did', () => {
    const w = world();
    established(w);
    const { core } = w.client;
    const then = core.snapshot();
    const run = (): Uint8Array[] => {
      core.connect('10.73.0.3', 80, 5000, w.lan.now);
      return core.drain(w.lan.now);
    };
    const first = run();
    core.restore(then);
    expect(run()).toEqual(first);
    expect(first).not.toEqual([]);
  });

  test('a fork and its origin do not touch each other', () => {
    const w = world();
    const { c } = established(w);
    const { core } = w.client;
    const fork = core.fork();
    fork.abort(c);
    expect(() => fork.state(c)).toThrow(refused('EBADF'));
    expect(core.state(c)).toBe('ESTABLISHED');
  });

  test('a snapshot of another profile is refused', async () => {
    const [lan, tiny] = [await booted('lan'), await booted('tiny')];
    expect(() => lan.restore(tiny.snapshot())).toThrow(refused('CORE_BAD_SNAPSHOT'));
  });

  test('nothing of a core’s state lies outside of its snapshot', () => {
    const w = world();
    established(w);
    exchange(w.lan);
    const { core } = w.client;
    const rest = new Uint8Array(core.exports.memory.buffer).subarray(core.memoryBytes);
    expect(rest.every((byte) => byte === 0)).toBe(true);
  });
});

test('the record of statistics says how long it is', async () => {
  const core = await booted();
  const view = new DataView(core.exports.memory.buffer);
  expect(view.getUint32(core.exports.statistics(), true)).toBe(STATISTICS_BYTES);
});

describe('addresses', () => {
  test('as text they are what they were', () => {
    for (const text of ['0.0.0.0', '10.73.0.2', '255.255.255.255', '192.0.2.1']) {
      expect(formatAddress(parseAddress(text))).toBe(text);
    }
    expect(parseAddress('10.73.0.2')).toBe(0x0a490002);
    expect(formatMac(parseMac('02:00:0A:49:00:fe'))).toBe('02:00:0a:49:00:fe');
    expect(formatMac(parseMac('02-00-0a-49-00-fe'))).toBe('02:00:0a:49:00:fe');
  });

  test('what is none is refused', () => {
    for (const text of [
      '',
      '10.73.0',
      '10.73.0.256',
      '10.73.0.02',
      '10.73.0.2.1',
      '0x0a490002',
      ' 10.73.0.2',
      '-1.0.0.0',
    ]) {
      expect(() => parseAddress(text), text).toThrow(CoreError);
    }
    for (const text of ['', '02:00:0a:49:00', '02:00:0a:49:00:gg', '02000a490002', '2:0:a:49:0:2']) {
      expect(() => parseMac(text), text).toThrow(CoreError);
    }
  });
});
