/** What cannot be compiled ahead of time is refused there, with the reason, and not by a board. */

import binaryen from 'binaryen';
import { describe, expect, it } from 'vitest';
import { compileAot } from '../../host/boards/aot.js';
import { BOARD_KINDS } from '../../host/boards/index.js';
import { wamrSource } from '../../host/boards/wamr.js';
import { obstacle } from './scene.js';

/** Of a product of floats: for a CPU that has none it is a call of the C library, at an address that code in flash does not know. */
function withFloats(): Uint8Array {
  const module = new binaryen.Module();
  const { f64, local } = module;
  const product = f64.mul(local.get(0, binaryen.f64), local.get(0, binaryen.f64));
  module.addFunction('square', binaryen.createType([binaryen.f64]), binaryen.f64, [], product);
  module.addFunctionExport('square', 'square');
  return module.emitBinary();
}

describe('a module with floats is not compiled', () => {
  for (const [board, says] of [
    ['rv32', /text relocations/],
    ['xtensa', /firmshake-aotc: code for Xtensa that cannot run in place: .*__muldf3/],
  ] as const) {
    const reason = obstacle({ name: board, board, engine: 'aot' });
    it.skipIf(reason)(
      `for ${board}, and the reason is told${reason === undefined ? '' : ` (skipped: ${reason})`}`,
      async () => {
        const compiled = compileAot(withFloats(), BOARD_KINDS[board].aot, await wamrSource(), () => {});
        await expect(compiled).rejects.toMatchObject({
          code: 'BUILD_FAILED',
          message: expect.stringMatching(says) as unknown,
        });
      },
    );
  }
});
