import { expect, test } from 'vitest';
import { Lan, type CoreHost } from '../../host/lan/index.js';
import { moduleOf, used, type Profile } from './world.js';

/** Hosts that do at random whatever hosts can do to each other, while the network and the power do their worst. */
const STEPS = 150;
const FAULTS = { loss: 0.1, duplication: 0.1, reordering: 0.2, delayMs: 2000, corruption: 0.02 };

function act(lan: Lan, hosts: CoreHost[], host: CoreHost): void {
  const { random } = lan;
  const handles = [...host.handles];
  const handle = handles[random.below(handles.length)];
  const other = hosts[random.below(hosts.length)] ?? host;
  const port = 1 + random.below(3);
  // What is refused for want of room, or of a state that allows it, is part of life.
  const attempt = (call: () => unknown): void => {
    try {
      call();
    } catch (error) {
      const code = (error as { code?: string }).code ?? '';
      if (!['ENOBUFS', 'EADDRINUSE', 'EADDRNOTAVAIL', 'ENOTCONN', 'EBADF'].includes(code)) throw error;
    }
  };
  const actions: (() => unknown)[] = [
    () => host.listen(port, 1 + random.below(4)),
    () => host.connect(other, port, random.below(2) * random.below(20_000)),
    () => host.connect(other, port, 5000),
    () => host.connect({ address: '10.73.0.200' }, port, random.below(9000)),
    () => handle !== undefined && host.accept(handle),
    () => handle !== undefined && host.accept(handle),
    () => handle !== undefined && host.shutdown(handle),
    () => handle !== undefined && host.close(handle),
    () => handle !== undefined && host.abort(handle),
  ];
  attempt(actions[random.below(actions.length)] ?? ((): undefined => undefined));
  if (random.chance(0.005)) host.reboot(random.bytes(16));
  if (random.chance(0.01)) lan.partition(host, other);
  if (random.chance(0.05)) lan.heal();
}

function soak(seed: number, module: WebAssembly.Module): void {
  const lan = new Lan({ seed, startTime: (seed * 0x9e3779b1) >>> 0, faults: FAULTS });
  const hosts = [2, 3, 4].map((n) => lan.host(`host ${n}`, module, { address: `10.73.0.${n}` }));
  for (let step = 0; step < STEPS; step++) {
    const host = hosts[lan.random.below(hosts.length)];
    if (host !== undefined) act(lan, hosts, host);
    lan.for(lan.random.below(lan.random.chance(0.1) ? 20_000 : 300));
  }
  // Everybody lets go of everything, and in a network that works again all ends.
  lan.heal();
  lan.faults = { loss: 0, duplication: 0, reordering: 0, corruption: 0 };
  for (const host of hosts) for (const handle of host.handles) host.close(handle);
  lan.idle(2_000_000);
  for (const host of hosts) {
    expect(used(host), `seed ${seed}, ${host.name}`).toEqual({
      connections: 0,
      halfOpen: 0,
      timeWait: 0,
      listeners: 0,
    });
    expect(host.core.nextDeadline(lan.now)).toBe(-1);
    expect(host.core.pending()).toBe(0);
  }
}

const SEEDS: [Profile, number][] = [
  ['debug', 400],
  ['tiny', 600],
];

test.for(SEEDS)(
  'whatever hosts do to each other at random, no assertion fails, and all is given back (%s, %i runs)',
  { timeout: 120_000 },
  async ([profile, seeds]) => {
    const module = await moduleOf(profile);
    for (let seed = 1; seed <= seeds; seed++) soak(seed, module);
  },
);
