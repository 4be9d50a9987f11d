import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { STATISTICS, STATISTICS_BYTES } from '../../host/core/layout.js';
import { layoutFiles } from '../../scripts/layout/files.mjs';
import { skipWithout } from '../support/needs.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What the running module says of its statistics, after a boot. */
async function sizeInModule(): Promise<number> {
  const { instance } = await WebAssembly.instantiate(readFileSync(join(ROOT, 'build/lan.wasm')), {});
  const core = instance.exports as Record<'config' | 'boot' | 'statistics', (now?: number) => number>;
  const { memory } = instance.exports as { memory: WebAssembly.Memory };
  const record = [2, 0, 0, 0, 0, 1, 24, 0, 10, 73, 0, 2, 0, 0, 0, 0, ...new Array<number>(16).fill(7)];
  new Uint8Array(memory.buffer).set(record, core.config());
  expect(core.boot(0)).toBe(0);
  return new DataView(memory.buffer).getUint32(core.statistics() + STATISTICS.offsets.size, true);
}

/** What a C compiler makes of the header. */
function sizeInC(): number {
  const folder = mkdtempSync(join(tmpdir(), 'firmshake-'));
  try {
    const [source, program] = [join(folder, 'size.c'), join(folder, 'size')];
    const main = 'int main(void) { printf("%zu", sizeof(struct fsk_statistics)); return 0; }\n';
    writeFileSync(source, `#include "firmshake_layout.h"\n#include <stdio.h>\n${main}`);
    const flags = ['-std=c11', '-Wall', '-Wextra', '-Werror', '-pedantic', `-I${join(ROOT, 'boards/common')}`];
    execFileSync('cc', [...flags, source, '-o', program]);
    return Number(execFileSync(program, { encoding: 'utf8' }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('the layout of what the core shares', () => {
  it.each(Object.entries(layoutFiles()))('is in %s as `npm run build` makes it', (file, text) => {
    expect(readFileSync(join(ROOT, file), 'utf8')).toBe(text);
  });

  it('is in TypeScript what the running module says', async () => {
    expect(await sizeInModule()).toBe(STATISTICS_BYTES);
  });

  it('is in C, which compiles without a warning, what the running module says', async (context) => {
    skipWithout(context, 'cc');
    expect(sizeInC()).toBe(await sizeInModule());
  });
});
