import { OPTION_NAMES, type ProfileSizes } from './profile-sizes.js';

/** Sizes that no core can be built with; the message says which, why, and what would do. */
export class ProfileError extends Error {
  override readonly name = 'ProfileError';
}

const LARGEST_RING = 1 << 20;

/** The least and the most of each size. */
export const RANGES: Readonly<Record<keyof ProfileSizes, [least: number, most: number]>> = {
  connections: [1, 2046],
  rxRing: [256, LARGEST_RING],
  txRing: [256, LARGEST_RING],
  halfOpen: [1, 65_532],
  timeWait: [1, 65_532],
  listeners: [1, 2046],
  neighbours: [1, 65_535],
  timeWaitMs: [1, 0x1fffff],
  apps: [0, 7],
  rtoMinMs: [1, 60_000],
  ttl: [1, 255],
};

function checkRange(name: keyof ProfileSizes, value: number): void {
  const [least, most] = RANGES[name];
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new ProfileError(`--${OPTION_NAMES[name]} ${value}: a whole number from ${least} to ${most} is needed`);
}

function checkRing(name: 'rxRing' | 'txRing', value: number): void {
  if (value % 8 === 0) return;
  const below = value - (value % 8);
  throw new ProfileError(`--${OPTION_NAMES[name]} ${value}: a multiple of 8 is needed, such as ${below} or ${below + 8}`);
}

/** Throws a ProfileError on sizes that assembly/core/boot.ts would refuse to compile. */
export function checkSizes(sizes: ProfileSizes): void {
  const names = Object.keys(RANGES) as (keyof ProfileSizes)[];
  for (const name of names) checkRange(name, sizes[name]);
  checkRing('rxRing', sizes.rxRing);
  checkRing('txRing', sizes.txRing);
  const { connections, halfOpen, timeWait, listeners, neighbours } = sizes;
  if (neighbours < connections) {
    throw new ProfileError(`--neighbours ${neighbours}: at least as many as connections (${connections}) are needed`);
  }
  if (connections + listeners > 2047) {
    throw new ProfileError(`connections and listeners together: ${connections + listeners}, and 2047 are the most`);
  }
  const entries = connections + halfOpen + timeWait + listeners;
  if (entries > 65_535) throw new ProfileError(`pool entries together: ${entries}, and 65535 are the most`);
}
