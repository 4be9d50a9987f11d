import { existsSync } from 'node:fs';
import { loadModule } from '../core/file.js';
import { oneOf } from './usage.js';

export const PROFILES = ['tiny', 'lan', 'gateway'] as const;
export type Profile = (typeof PROFILES)[number];

/** Where the built module of a profile is: the same from host/cli and from build/host/cli. */
export function modulePath(profile: string): URL {
  const built = new URL(`../../${profile}.wasm`, import.meta.url);
  return existsSync(built) ? built : new URL(`../../build/${profile}.wasm`, import.meta.url);
}

export function profileModule(profile: Profile): Promise<WebAssembly.Module> {
  return loadModule(modulePath(profile));
}

/** The profile that an option names; the default is `lan`. @throws UsageError */
export function profileOf(text: string | undefined): Profile {
  return text === undefined ? 'lan' : oneOf('profile', text, PROFILES);
}
