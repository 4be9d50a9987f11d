/** Compiles host/ to build/host. */
import { filesBelow, hashOf, unlessFresh } from './fresh.mjs';
import { runModule } from './run.mjs';

const CONFIGURATION = ['tsconfig.base.json', 'host/tsconfig.json', 'node_modules/typescript/package.json'];

export async function buildHost() {
  const hash = hashOf([...filesBelow('host'), ...CONFIGURATION]);
  const make = async () => {
    console.error('  build/host');
    const code = await runModule('typescript/bin/tsc', ['-p', 'host/tsconfig.json']);
    if (code !== 0) throw new Error('host/ does not compile');
  };
  await unlessFresh({ name: 'host', hash, outputs: ['build/host/tsconfig.tsbuildinfo'], make });
}
