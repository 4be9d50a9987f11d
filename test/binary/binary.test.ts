/** What holds of the binary, whatever the sources say: no import, no heap, no recursion, no floating point, and limits. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { deepest } from './calls.js';
import { BOUNDS } from './loops.js';
import { violations } from './violations.js';
import { readWasm } from './wasm-module.js';

const KIB = 1024;

/** Of the release builds: bytes of the module, and of its linear memory. */
const LIMITS = {
  tiny: { code: 16 * KIB, memory: 16 * KIB },
  lan: { code: 16 * KIB, memory: 60 * KIB },
  'lan-apps': { code: 20 * KIB, memory: 60 * KIB },
  gateway: { code: 17 * KIB, memory: 16 * KIB * KIB },
  'tiny-fast': { code: 26 * KIB, memory: 16 * KIB },
  'lan-fast': { code: 26 * KIB, memory: 60 * KIB },
  'lan-apps-fast': { code: 32 * KIB, memory: 60 * KIB },
};

function read(profile: string): Uint8Array {
  return readFileSync(new URL(`../../build/${profile}.wasm`, import.meta.url));
}

describe.each(Object.entries(LIMITS))('the %s module', (profile, limits) => {
  const binary = read(profile);
  const module = readWasm(binary);

  it('imports nothing, keeps all state in memory, and has no recursion, indirect call, floating point or 64-bit division', () => {
    expect(violations(module)).toEqual([]);
  });

  it(`is smaller than ${limits.code} bytes`, () => {
    expect(binary.length).toBeLessThan(limits.code);
  });

  it(`uses less than ${limits.memory} bytes of memory`, () => {
    expect(module.constants.get('__heap_base')).toBeGreaterThan(0);
    expect(module.constants.get('__heap_base')).toBeLessThan(limits.memory);
    expect(module.constants.get('__data_end')).toBeLessThanOrEqual(module.constants.get('__heap_base') ?? 0);
    // WAMR rounds the first up to 16 before it compares the two, and else gives the module all of its 64 KiB.
    expect((module.constants.get('__heap_base') ?? 1) % 16).toBe(0);
  });

  it('needs a stack whose depth is known', () => {
    const calls = deepest(module, () => 1);
    const bytes = deepest(module, (id) => module.functions.get(id)?.frameBytes ?? 0);
    console.log(`${profile}: at most ${calls.total} calls deep: ${calls.path.join(' → ')}`);
    console.log(`${profile}: at most ${bytes.total} bytes of locals: ${bytes.path.join(' → ')}`);
    expect(calls.total).toBeLessThanOrEqual(24);
    expect(bytes.total).toBeLessThanOrEqual(1 * KIB);
  });
});

describe('every loop', () => {
  it('is in the table of loops, with what bounds it', () => {
    // The debug build's functions have names and are not inlined into each other.
    const found: Record<string, number> = {};
    for (const { name, loops } of readWasm(read('debug-apps')).functions.values()) {
      if (loops > 0) found[name.replace('$assembly/', '')] = loops;
    }
    const known = Object.fromEntries(Object.entries(BOUNDS).map(([name, bounds]) => [name, bounds.length]));
    expect(found).toEqual(known);
  });
});
