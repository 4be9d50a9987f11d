/** README.md's example of a firmware does what it says. */

import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { extraScene } from './extra.js';
import type { ExampleReport } from './scripts/example.js';

const EXAMPLE = 'boards/apps/example.c';

const textOf = (name: string): Promise<string> => readFile(new URL(`../../${name}`, import.meta.url), 'utf8');

test('the example in README.md is the one that is built', async () => {
  expect(await textOf('README.md')).toContain(`\`\`\`c\n${await textOf(EXAMPLE)}\`\`\``);
});

const firmware = { board: 'rv32', engine: 'interp', profile: 'lan', program: 'firmshake-rv32-example.elf' } as const;
await extraScene<ExampleReport>("README.md's example", 'example.ts', firmware, (it) => {
  it('echoes 1 MB, whole, and two connections at once', ({ areWhole }) => {
    expect(areWhole).toEqual([true, true, true]);
  });

  it('closes when its peer has, and forgets whoever is killed', ({ codes, log }) => {
    expect(codes).toEqual([0, 0, 0]);
    expect(log).toHaveLength(1);
  });
});
