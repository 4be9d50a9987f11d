/** Writes build/modules: the modules with what a firmware has to know of each, for builds that have no Node (boards/esp32). */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hashOf, unlessFresh } from './fresh.mjs';
import { ROOT } from './root.mjs';

/** What boards/esp32/main/Kconfig.projbuild offers. */
const TARGETS = ['tiny', 'lan', 'lan-apps'].flatMap((profile) => [profile, `${profile}-fast`]);

/** After the modules and the host are built. */
export async function buildModules() {
  const code = ['host/boards/module.ts', 'host/boards/shape.ts', 'host/build/targets.ts', 'scripts/build-modules.mjs'];
  const hash = hashOf([...TARGETS.map((target) => `build/${target}.wasm`), ...code]);
  const outputs = TARGETS.map((target) => `build/modules/${target}/sizes.cmake`);
  await unlessFresh({ name: 'modules', hash, outputs, make: writeAll });
}

async function writeAll() {
  const { shapeOf, targetSizes, writeModule } = await import('../build/host/boards/embedding.js');
  for (const target of TARGETS) {
    const bytes = new Uint8Array(await readFile(join(ROOT, `build/${target}.wasm`)));
    const { rxRing, txRing } = targetSizes(target);
    const shape = await shapeOf(bytes, rxRing, txRing);
    const profile = target.replace(/-fast$/, '');
    await writeModule(join(ROOT, 'build/modules', target), { profile, bytes, rxRing, txRing, shape });
  }
  console.error('  build/modules');
}
