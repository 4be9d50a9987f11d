/**
 * as-pect 8.1.0: the AssemblyScript unit tests in test/spec. What to know of it:
 *
 * - It reads assembly/__tests__ unless told otherwise; an `include` that is not set falls back to a glob there as well.
 * - It compiles every spec with as-pect.asconfig.json's target `noCoverage`, and does not stop at this file's options.
 * - `expect`, `it`, `describe` come from its own entry file, whose reflection allocates. So specs need an allocator:
 *   runtime `stub` (a bump allocator) is enough and leaves the statics of assembly/memory.ts where they are.
 * - asconfig.json sets `abort=` for the core; here that is left out, since a failed `expect` and `throw` end in it.
 * - `expect(actual).toBe(expected)` compares types too: say `<u32>3`, and widen u8 and u16 fields with a cast.
 * - A function that is given to `it` cannot close over local variables: use globals of the file.
 */
export default {
  entries: ['test/spec/**/*.spec.ts'],
  include: ['test/spec/**/*.include.ts'],
  disclude: [/node_modules/],
  reporter: 'scripts/suites/spec-reporter.mjs',
  async instantiate(memory, createImports, instantiate, binary) {
    return instantiate(binary, createImports({ env: { memory } }));
  },
  outputBinary: false,
};
