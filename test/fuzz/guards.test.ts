import { expect, test } from 'vitest';
import { foundIn, type Mistake } from './broken.js';
import { obstacle } from './build.mjs';
import { TARGETS } from './targets.mjs';

const sequence = TARGETS.filter(({ name }) => name === 'sequence');

/** Writes that stay within memory: without guards nobody would see them. */
const MISTAKES: Mistake[] = [
  {
    name: 'beyond the end of a receive ring',
    file: 'assembly/tcp/data/rings.ts',
    right: 'const first = min(length, RX_RING - place);',
    wrong: 'const first = min(length, RX_RING - place + 1);',
  },
  {
    name: 'beyond the end of a pool',
    file: 'assembly/pool/pool.ts',
    right: 'entry = base + <usize>free.touched * size;',
    wrong: 'entry = base + (<usize>free.touched + 1) * size;',
  },
  {
    name: 'through a null pointer',
    file: 'assembly/pool/lists/list.ts',
    right: 'if (next != 0) linkOf(addressOf(next), offset).previous = previous;',
    wrong: 'if (next != 1) linkOf(addressOf(next), offset).previous = previous;',
  },
];

test.for(MISTAKES)('a write $name is found by a guard', { timeout: 240_000 }, async (mistake, context) => {
  const reason = obstacle();
  context.skip(reason !== undefined, reason);
  for (const target of sequence) {
    expect(await foundIn(mistake, target)).toMatch(/^after \w+: a write out of bounds: byte \d+, in the guard from/);
  }
});
