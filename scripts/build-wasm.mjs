/** Compiles the core: one module for each target in asconfig.json. */
import { mkdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { filesBelow, hashOf, unlessFresh } from './fresh.mjs';
import { optimize } from './optimize.mjs';
import { ROOT } from './root.mjs';
import { runModule } from './run.mjs';

export const TARGETS = Object.keys(JSON.parse(readFileSync(join(ROOT, 'asconfig.json'), 'utf8')).targets);

/**
 * The files whose exports a module has: debug builds tell where their guards are.
 *
 * @param {string} target
 */
export function entriesOf(target) {
  return ['assembly/index.ts', ...(target.startsWith('debug') ? ['assembly/guards.ts'] : [])];
}

/** @param {string} target */
async function compile(target) {
  const started = Date.now();
  // Made aside and then moved: whoever reads build/ meanwhile finds a whole module.
  mkdirSync(join(ROOT, 'build/.new'), { recursive: true });
  const made = `build/.new/${target}`;
  const files = ['--outFile', `${made}.wasm`, '--textFile', `${made}.wat`];
  const code = await runModule('assemblyscript/bin/asc.js', [...entriesOf(target), '--target', target, ...files]);
  if (code !== 0) throw new Error(`the core does not compile (target ${target})`);
  // The debug build keeps its names, its assertions and every step as it was written.
  if (!target.startsWith('debug')) {
    await optimize(`build/.new/${target}.wasm`, target.endsWith('-fast') ? 'speed' : 'size');
  }
  for (const kind of ['wasm', 'wat']) renameSync(join(ROOT, `${made}.${kind}`), join(ROOT, `build/${target}.${kind}`));
  const bytes = statSync(join(ROOT, `build/${target}.wasm`)).size;
  console.error(`  build/${target}.wasm  ${bytes} bytes  ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

export async function buildWasm() {
  const sources = [...filesBelow('assembly'), 'asconfig.json', 'scripts/optimize.mjs', 'package-lock.json'];
  const hash = hashOf(sources);
  const waiting = [...TARGETS];
  const work = async () => {
    for (let target = waiting.shift(); target !== undefined; target = waiting.shift()) {
      const name = target;
      const outputs = [`build/${name}.wasm`];
      await unlessFresh({ name: `${name}.wasm`, hash, outputs, make: () => compile(name) });
    }
  };
  const results = await Promise.allSettled(Array.from({ length: availableParallelism() }, work));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}
