import { loadModule } from '../core/file.js';
import { Core } from '../core/index.js';
import { MODULE_NAMES, type Modules } from '../simulation/index.js';
import { modulePath } from './modules.js';
import { UsageError } from './usage.js';

/** What hosts of a simulation run: one of several that are built here, or all the same, from a file. @throws UsageError */
export async function simulatedModules(file: string | undefined): Promise<Modules> {
  if (file === undefined) {
    const built = MODULE_NAMES.map(async (name) => [name, await loadModule(modulePath(name))] as const);
    return Object.fromEntries(await Promise.all(built)) as Modules;
  }
  const module = await loadModule(file).catch((error: unknown) => {
    throw new UsageError(`--module ${file}: ${(error as Error).message}`);
  });
  if (hasApps(module)) throw new UsageError(`--module ${file}: it has apps linked in; one without them is allowed`);
  return Object.fromEntries(MODULE_NAMES.map((name) => [name, module])) as Modules;
}

/** Apps that are linked in listen from the first. @throws CoreError: it is no core */
function hasApps(module: WebAssembly.Module): boolean {
  const core = new Core(module);
  core.boot({ mac: '02:00:00:00:00:01', address: '10.73.0.2', prefixLength: 24, key: new Uint8Array(16).fill(1) }, 0);
  return core.statistics().pools.LISTENERS.used > 0;
}
