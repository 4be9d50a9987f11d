import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CONSTANTS, ROOT } from './constants.js';
import { LAN_SIZES, type ProfileSizes } from './profile-sizes.js';

/** The sizes of a target in asconfig.json: what it does not set is as in assembly/profile.ts. */
export function targetSizes(target: string): ProfileSizes {
  const config = JSON.parse(readFileSync(join(ROOT, 'asconfig.json'), 'utf8')) as {
    targets: Record<string, { use?: string[] } | undefined>;
  };
  const set = new Map((config.targets[target]?.use ?? []).map((use) => use.split('=') as [string, string]));
  const names = Object.keys(CONSTANTS) as (keyof ProfileSizes)[];
  const given = names.flatMap((name) => {
    const value = set.get(CONSTANTS[name]);
    return value === undefined ? [] : [[name, Number(value)] as const];
  });
  return { ...LAN_SIZES, ...Object.fromEntries(given) };
}
