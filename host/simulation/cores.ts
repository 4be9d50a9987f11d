import type { ModuleName } from './plan/acts.js';
import { ProbedCore } from './world/probe.js';
import type { CoreSource } from './world/world.js';

export type Modules = Readonly<Record<ModuleName, WebAssembly.Module>>;

/**
 * Gives cores to one run after the other. Making an instance costs as much as a short run, so those of the run before are taken again, with all
 * of their memory as it was at first: no run knows of another.
 */
export function coreSource(modules: Modules): () => CoreSource {
  const made = new Map<ModuleName, { core: ProbedCore; fresh: Uint8Array }[]>();
  return () => {
    const taken = new Map<ModuleName, number>();
    return (name) => {
      const nth = taken.get(name) ?? 0;
      taken.set(name, nth + 1);
      const list = made.get(name) ?? [];
      made.set(name, list);
      const known = list[nth];
      if (known !== undefined) {
        known.core.observer = undefined;
        known.core.restore({ memory: known.fresh });
        return known.core;
      }
      const core = new ProbedCore(modules[name]);
      list.push({ core, fresh: core.snapshot().memory });
      return core;
    };
  };
}
