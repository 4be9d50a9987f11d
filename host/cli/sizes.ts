/** The sizes of a profile of one's own, as options. */
import { RANGES } from '../build/check-sizes.js';
import { LAN_SIZES, OPTION_NAMES, type ProfileSizes } from '../build/profile-sizes.js';
import { UsageError, wholeNumber, type Given, type OptionTable } from './usage.js';

const SIZE_HELP: Readonly<Record<keyof ProfileSizes, string>> = {
  connections: 'connections that are open at once',
  rxRing: 'bytes of a receive ring',
  txRing: 'bytes of a send ring',
  halfOpen: 'handshakes that peers have begun; beyond these: SYN cookies',
  timeWait: 'finished connections that are guarded',
  listeners: 'ports that are listened on',
  neighbours: 'hosts on the link whose MAC is known',
  timeWaitMs: 'how long TIME-WAIT lasts, in ms',
  apps: 'servers linked in: the sum of 1 echo, 2 discard, 4 status page',
  rtoMinMs: 'the shortest retransmission timeout, in ms',
  ttl: 'how many routers a packet may pass',
};

const SIZE_NAMES = Object.keys(LAN_SIZES) as (keyof ProfileSizes)[];

export const SIZE_OPTIONS: OptionTable = Object.fromEntries(
  SIZE_NAMES.map((name) => [OPTION_NAMES[name], { type: 'string', value: 'N', help: SIZE_HELP[name] } as const]),
);

/** The sizes that were asked for; undefined: none, so it is about a profile by its name. */
export function givenSizes(given: Given): Partial<ProfileSizes> | undefined {
  const entries = SIZE_NAMES.flatMap((name) => {
    const text = given.text(OPTION_NAMES[name]);
    return text === undefined ? [] : [[name, wholeNumber(OPTION_NAMES[name], text, ...RANGES[name])] as const];
  });
  if (entries.length === 0) return undefined;
  if (given.text('profile') !== undefined) throw new UsageError('--profile or sizes of your own: one of the two');
  return Object.fromEntries(entries);
}
