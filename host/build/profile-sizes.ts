/** How many of everything a profile has. What each number means: assembly/profile.ts. */
export interface ProfileSizes {
  connections: number;
  /** Bytes of a connection's receive ring. */
  rxRing: number;
  /** Bytes of a connection's send ring. */
  txRing: number;
  halfOpen: number;
  timeWait: number;
  listeners: number;
  neighbours: number;
  /** How long TIME-WAIT lasts, in ms. */
  timeWaitMs: number;
  /** The small servers that are linked in: the sum of 1 echo, 2 discard, 4 status page. */
  apps: number;
  /** The shortest retransmission timeout, in ms. */
  rtoMinMs: number;
  /** How many routers an IP packet may pass. */
  ttl: number;
}

/** The `lan` profile, as assembly/profile.ts has it. */
export const LAN_SIZES: Readonly<ProfileSizes> = {
  connections: 6,
  rxRing: 4096,
  txRing: 4096,
  halfOpen: 16,
  timeWait: 64,
  listeners: 4,
  neighbours: 16,
  timeWaitMs: 60_000,
  apps: 0,
  rtoMinMs: 250,
  ttl: 64,
};

/** The sizes with what was not said filled in: the `lan` profile's, and a neighbour for each connection at least. */
export function completeSizes(given: Partial<ProfileSizes>): ProfileSizes {
  const sizes = { ...LAN_SIZES, ...given };
  return { ...sizes, neighbours: given.neighbours ?? Math.max(LAN_SIZES.neighbours, sizes.connections) };
}

/** The names of the sizes to those who type them, as in `--rx 2048`. */
export const OPTION_NAMES: Readonly<Record<keyof ProfileSizes, string>> = {
  connections: 'connections',
  rxRing: 'rx',
  txRing: 'tx',
  halfOpen: 'half-open',
  timeWait: 'time-wait',
  listeners: 'listeners',
  neighbours: 'neighbours',
  timeWaitMs: 'time-wait-ms',
  apps: 'apps',
  rtoMinMs: 'rto-min-ms',
  ttl: 'ttl',
};
