import type { WasmModule } from './wasm-module.js';

export interface Deepest {
  /** How much of what was measured lies on the path. */
  total: number;
  /** Names of functions, from an export down. */
  path: string[];
}

/** A cycle in the call graph, as names; undefined: there is none. */
export function findRecursion(module: WasmModule): string[] | undefined {
  const done = new Set<string>();
  const visit = (id: string, path: string[]): string[] | undefined => {
    const from = path.indexOf(id);
    if (from >= 0) return [...path.slice(from), id].map((each) => module.functions.get(each)?.name ?? each);
    if (done.has(id)) return undefined;
    for (const callee of module.functions.get(id)?.calls ?? []) {
      const cycle = visit(callee, [...path, id]);
      if (cycle !== undefined) return cycle;
    }
    done.add(id);
    return undefined;
  };
  for (const id of module.functions.keys()) {
    const cycle = visit(id, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

/** The costliest chain of calls, of a module without recursion. */
export function deepest(module: WasmModule, costOf: (id: string) => number): Deepest {
  const known = new Map<string, Deepest>();
  const below = (id: string): Deepest => {
    const before = known.get(id);
    if (before !== undefined) return before;
    const callees = (module.functions.get(id)?.calls ?? []).map(below);
    const worst = costliest(callees);
    const name = module.functions.get(id)?.name ?? id;
    const found = { total: costOf(id) + worst.total, path: [name, ...worst.path] };
    known.set(id, found);
    return found;
  };
  return costliest([...module.functions.keys()].map(below));
}

function costliest(all: Deepest[]): Deepest {
  return all.reduce((worst, each) => (each.total > worst.total ? each : worst), { total: 0, path: [] });
}
