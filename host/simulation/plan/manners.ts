import type { Random } from '../../lan/index.js';
import type { Manners } from './acts.js';

/**
 * The most that an app says. It is less than a sequence number's clock goes on in the shortest time that a host is off: so a host
 * that keeps its key never begins a connection with numbers that an old one of the same ports has used. RFC 9293 §3.4.3.
 */
export const MOST_BYTES = 128 * 1024;
/** An initial sequence number grows by 250 in each ms: RFC 9293 §3.4.1. */
export const LEAST_OFF_MS = 1000;

export function choose<T>(random: Random, values: readonly T[]): T {
  const value = values[random.below(values.length)];
  if (value === undefined) throw new RangeError('there is nothing to choose from');
  return value;
}

/** From one of `scales`, each as likely: small numbers matter as much as large ones. */
export function sized(random: Random, scales: readonly number[]): number {
  return random.below(choose(random, scales) + 1);
}

export function drawManners(random: Random): Manners {
  const isSlow = random.chance(0.2);
  const isAbandoned = random.chance(0.07);
  const bytes = sized(random, [0, 1, 100, 2000, 10_000, 40_000]);
  return {
    bytes,
    // At most so many pieces: a byte at a time is for those who say little.
    pieceBytes: Math.max(1 + sized(random, [1, 100, 1500, 5000, 100_000]), bytes >>> 6),
    pauseMs: random.chance(0.5) ? 0 : sized(random, [10, 300, 3000]),
    readBytes: isSlow ? 1 + sized(random, [10, 600, 3000]) : MOST_BYTES,
    readPauseMs: isAbandoned ? -1 : isSlow ? sized(random, [10, 500, 5000]) : 0,
    farewell: choose(random, ['close', 'close', 'close', 'shutdown', 'shutdown', 'abort', 'stay']),
    farewellAfterMs: random.chance(0.6) ? 0 : sized(random, [20, 1000, 20_000]),
    waitsForPeer: random.chance(0.3),
    lingerMs: random.chance(0.7) ? 0 : sized(random, [100, 5000, 70_000]),
    noDelay: random.chance(0.2),
    keepAliveSeconds: random.chance(0.15) ? 1 + random.below(20) : 0,
    userTimeoutMs: random.chance(0.15) ? 64 + sized(random, [500, 5000, 60_000]) : 0,
  };
}
