/**
 * Writes what is generated from the core's sources, and is committed: their layout for TypeScript and C, and the texts
 * of the status page.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { filesBelow, hashOf, unlessFresh } from './fresh.mjs';
import { ROOT } from './root.mjs';

export async function buildLayout() {
  const outputs = [
    'host/core/layout.ts',
    'host/dump/layout.ts',
    'boards/common/firmshake_layout.h',
    'assembly/apps/status/text.ts',
  ];
  const hash = hashOf([...filesBelow('assembly'), ...filesBelow('scripts/layout'), ...outputs]);
  const make = async () => {
    // Loaded here, because it needs the TypeScript package, which may just have been installed.
    const { layoutFiles } = await import('./layout/files.mjs');
    for (const [file, text] of Object.entries(layoutFiles())) {
      const path = join(ROOT, file);
      if (existsSync(path) && readFileSync(path, 'utf8') === text) continue;
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
      console.error(`  ${file}`);
    }
  };
  await unlessFresh({ name: 'layout', hash, outputs, make });
}
