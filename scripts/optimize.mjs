/**
 * The last step of a release build. The compiler's own optimiser leaves two to three percent that `wasm-opt` finds, most
 * of it by loading a field before it is known to be needed. That is sound here: a pool entry's address is 0 or right, so
 * no such load leaves memory, and nothing in the core counts on a trap.
 */
import { must } from './run.mjs';

const FEATURES = ['--enable-bulk-memory', '--enable-sign-ext', '--enable-mutable-globals'];

/** @param {string} file a module, which is replaced */
export async function optimize(file) {
  const passes = [
    '--ignore-implicit-traps',
    '-Oz',
    '--converge',
    '--reorder-locals',
    '--vacuum',
    '--reorder-functions',
  ];
  await must(process.execPath, ['node_modules/binaryen/bin/wasm-opt', ...FEATURES, ...passes, file, '-o', file]);
}
