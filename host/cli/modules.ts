import { existsSync } from 'node:fs';
import { loadModule } from '../core/file.js';
import { oneOf, UsageError } from './usage.js';

export const PROFILES = ['tiny', 'lan', 'gateway'] as const;
export type Profile = (typeof PROFILES)[number];

/** What is built besides modules for tests: profiles, and such with their apps linked in. */
export const BUILT = ['tiny', 'lan', 'lan-apps', 'gateway', 'gateway-apps'] as const;

/** Where the built module of a profile is: the same from host/cli and from build/host/cli. */
export function modulePath(profile: string): URL {
  const built = new URL(`../../${profile}.wasm`, import.meta.url);
  return existsSync(built) ? built : new URL(`../../build/${profile}.wasm`, import.meta.url);
}

/** The module that boards get, and that every command runs: the profile built for speed, where there is such a build. */
export function boardModulePath(profile: string): URL {
  const fast = modulePath(`${profile}-fast`);
  return existsSync(fast) ? fast : modulePath(profile);
}

export function profileModule(profile: Profile): Promise<WebAssembly.Module> {
  return loadModule(boardModulePath(profile));
}

/** The profile with its apps linked in: echo, discard and the status page. @throws UsageError: `tiny` has none */
export function appsModule(profile: Profile): Promise<WebAssembly.Module> {
  if (profile === 'tiny') throw new UsageError('--profile tiny: it has too few listeners for the apps: --listen PORT');
  return loadModule(boardModulePath(`${profile}-apps`));
}

/** The profile that an option names; the default is `lan`. @throws UsageError */
export function profileOf(text: string | undefined): Profile {
  return text === undefined ? 'lan' : oneOf('profile', text, PROFILES);
}
