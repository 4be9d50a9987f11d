import { loadModule } from '../../../host/core/file.js';
import { coreSource, MODULE_NAMES, type Modules } from '../../../host/simulation/index.js';
import type { CoreSource } from '../../../host/simulation/world/world.js';

const built = MODULE_NAMES.map(
  async (name) => [name, await loadModule(new URL(`../../../build/${name}.wasm`, import.meta.url))] as const,
);

export const MODULES = Object.fromEntries(await Promise.all(built)) as Modules;

const source = coreSource(MODULES);
/** Cores as new, for one run. */
export const cores = (): CoreSource => source();
