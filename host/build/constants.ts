import { fileURLToPath } from 'node:url';
import type { ProfileSizes } from './profile-sizes.js';

/** The constant of assembly/profile.ts that a size sets. */
export const CONSTANTS: Readonly<Record<keyof ProfileSizes, string>> = {
  connections: 'PROFILE_CONNECTIONS',
  rxRing: 'PROFILE_RX_RING',
  txRing: 'PROFILE_TX_RING',
  halfOpen: 'PROFILE_HALF_OPEN',
  timeWait: 'PROFILE_TIME_WAIT',
  listeners: 'PROFILE_LISTENERS',
  neighbours: 'PROFILE_NEIGHBOURS',
  timeWaitMs: 'PROFILE_TIME_WAIT_MS',
  apps: 'PROFILE_APPS',
  rtoMinMs: 'PROFILE_RTO_MIN_MS',
  ttl: 'PROFILE_TTL',
};

/** Where assembly/ and asconfig.json are: the same from host/build and from build/host/build. */
export const ROOT = fileURLToPath(new URL(import.meta.url.includes('/build/host/') ? '../../..' : '../..', import.meta.url));
