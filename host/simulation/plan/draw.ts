import { Random } from '../../lan/index.js';
import { MODULE_NAMES, type Act, type HostPlan, type ModuleName, type Plan } from './acts.js';
import { choose, drawManners, LEAST_OFF_MS, sized } from './manners.js';

/** Ports that are listened on, and one more on which nobody listens. */
const PORTS = 3;

/** The plan of a run: every choice of it, but for what befalls a frame by chance (world/fate.ts), is drawn here. */
export function drawPlan(seed: number): Plan {
  const random = new Random(seed);
  const count = hostCount(random);
  const hosts = Array.from({ length: count }, () => drawHost(random));
  const stormMs = 1000 + sized(random, [3000, 15_000, 60_000, 150_000]);
  const latencyMs = choose(random, [1, 1, 1, 5, 40, 150]);
  const listens = hosts.flatMap((_, host) => drawListens(random, host));
  const acts = Array.from({ length: actCount(random, count) }, (): Act => {
    const at = random.below(stormMs);
    return { at, ...drawAct(random, count) };
  });
  return { seed, hosts, stormMs, latencyMs, acts: [...listens, ...acts].sort((a, b) => a.at - b.at) };
}

type Drawn = Act extends infer A ? (A extends Act ? Omit<A, 'at'> : never) : never;

/** Mostly few: what goes wrong goes wrong between two. */
function hostCount(random: Random): number {
  if (random.chance(0.55)) return 2;
  return random.chance(0.8) ? 3 + random.below(3) : 6 + random.below(15);
}

function actCount(random: Random, hosts: number): number {
  return 6 + random.below(40) + random.below(6 * hosts);
}

function drawHost(random: Random): HostPlan {
  return {
    module: drawModule(random),
    rate: random.chance(0.6) ? 1 : 1 + (random.below(2001) - 1000) / 1_000_000 + (random.chance(0.1) ? 0.03 : 0),
    // Near the wrap of a clock of 32 bits as often as not.
    startTime: random.chance(0.5) ? random.u32() : (0 - random.below(200_000)) >>> 0,
    key: keyOf(random),
  };
}

/** The one with assertions is slow, and seldom. */
function drawModule(random: Random): ModuleName {
  if (random.chance(0.08)) return 'debug';
  return choose(random, MODULE_NAMES.slice(0, 4));
}

function keyOf(random: Random): number[] {
  // Never all zeros.
  return [...random.bytes(15), 1];
}

function drawListens(random: Random, host: number): Act[] {
  const ports = random.chance(0.1) ? 0 : 1 + random.below(PORTS - 1);
  return Array.from({ length: ports }, (_, index): Act => ({
    at: random.below(50),
    ...drawListen(random, host, index + 1),
  }));
}

function drawListen(random: Random, host: number, port: number): Drawn {
  return {
    kind: 'listen',
    host,
    port,
    backlog: 1 + random.below(4),
    acceptAfterMs: random.chance(0.7) ? 0 : sized(random, [100, 5000]),
    manners: Array.from({ length: 1 + random.below(3) }, () => drawManners(random)),
  };
}

/** How often each kind of act comes. */
const WEIGHTS: readonly [Drawn['kind'], number][] = [
  ['connect', 40],
  ['meet', 4],
  ['touch', 14],
  ['weather', 12],
  ['cut', 8],
  ['replay', 9],
  ['reboot', 5],
  ['narrow', 3],
  ['strangers', 3],
  ['listen', 3],
  ['abandon', 1],
];
const WEIGHT = WEIGHTS.reduce((sum, [, weight]) => sum + weight, 0);

function drawKind(random: Random): Drawn['kind'] {
  let left = random.below(WEIGHT);
  for (const [kind, weight] of WEIGHTS) {
    if (left < weight) return kind;
    left -= weight;
  }
  return 'connect';
}

function drawAct(random: Random, hosts: number): Drawn {
  const kind = drawKind(random);
  const host = random.below(hosts);
  const other = (host + 1 + random.below(hosts - 1)) % hosts;
  switch (kind) {
    case 'connect':
      return {
        kind,
        host,
        to: random.chance(0.03) ? hosts : other,
        port: random.chance(0.06) ? PORTS : 1 + random.below(PORTS - 1),
        timeoutMs: random.chance(0.5) ? 0 : 500 + sized(random, [2000, 20_000]),
        manners: drawManners(random),
      };
    case 'meet':
      return { kind, host, to: other, lateMs: random.chance(0.6) ? 0 : random.below(8), manners: drawManners(random) };
    case 'touch':
      return {
        kind,
        host,
        pick: random.below(1000) / 1000,
        how: choose(random, ['close', 'abort', 'shutdown', 'read', 'unlisten']),
      };
    case 'listen':
      return drawListen(random, host, 1 + random.below(PORTS));
    case 'abandon':
      return { kind, host };
    case 'strangers':
      return { kind, host, port: 1 + random.below(2), count: 1 + random.below(40) };
    case 'replay':
      return {
        kind,
        pick: random.below(1000) / 1000,
        count: 1 + sized(random, [1, 5, 40]),
        everyMs: sized(random, [0, 2, 50]),
        onlyControl: random.chance(0.4),
      };
    case 'reboot':
      return drawReboot(random, host);
    default:
      return drawFault(random, kind, host, other);
  }
}

function drawReboot(random: Random, host: number): Drawn {
  return {
    kind: 'reboot',
    host,
    offMs: LEAST_OFF_MS + sized(random, [0, 500, 20_000]),
    keepsKey: random.chance(0.5),
    key: keyOf(random),
    startTime: random.u32(),
  };
}

function drawFault(random: Random, kind: 'weather' | 'cut' | 'narrow', host: number, other: number): Drawn {
  const isEverywhere = random.chance(0.4);
  const from = isEverywhere ? -1 : host;
  const to = isEverywhere || random.chance(0.2) ? -1 : other;
  const forMs = 5 + sized(random, [20, 1000, 10_000, 100_000]);
  if (kind === 'cut') {
    const bothWays = random.chance(0.5);
    return { kind, from: host, to: random.chance(0.3) ? -1 : other, bothWays, forMs };
  }
  if (kind === 'narrow') return { kind, from, to, forMs, mtu: 128 + random.below(1373), isTold: random.chance(0.7) };
  const often = (): number => (random.chance(0.5) ? 0 : random.below(random.chance(0.3) ? 60 : 15) / 100);
  return {
    kind,
    from,
    to,
    forMs,
    loss: often(),
    duplication: often(),
    reordering: often(),
    delayMs: 1 + sized(random, [5, 200, 3000]),
    corruption: often() / 3,
  };
}
