/**
 * The last step of a release build. The compiler's own optimiser leaves two to three percent that `wasm-opt` finds, most
 * of it by loading a field before it is known to be needed. That is sound here: a pool entry's address is 0 or right, so
 * no such load leaves memory, and nothing in the core counts on a trap.
 */
import { must } from './run.mjs';

const FEATURES = ['--enable-bulk-memory', '--enable-sign-ext', '--enable-mutable-globals'];

/** Small, or fast: then functions of up to 20 nodes are inlined wherever they are called, which costs next to nothing. */
const AIMS = { size: ['-Oz'], speed: ['-O3', '--always-inline-max-function-size', '20'] };

/**
 * @param {string} file a module, which is replaced
 * @param {keyof typeof AIMS} aim
 */
export async function optimize(file, aim) {
  const order = ['--converge', '--reorder-locals', '--vacuum', '--reorder-functions'];
  const passes = ['--ignore-implicit-traps', ...AIMS[aim], ...order];
  await must(process.execPath, ['node_modules/binaryen/bin/wasm-opt', ...FEATURES, ...passes, file, '-o', file]);
}
