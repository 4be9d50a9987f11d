/** Modules with something wrong, made from the right one. */

import { readFile } from 'node:fs/promises';
import binaryen from 'binaryen';
import { instantiate } from '../../../host/core/exports.js';

/** EtherTypes of the local experiments (IEEE 802, 9.2.3): a frame with one of them makes the test's module trap. */
export const POISON = { unreachable: 0x88b5, outOfBounds: 0x88b6 } as const;

/** Where a frame has its EtherType. */
const ETHERTYPE_AT = 12;
/** Beyond any memory that a board has. */
const FAR = -65536;
/** What `receive` takes. */
const RECEIVES = binaryen.createType([binaryen.i32, binaryen.i32]);

export async function moduleBytes(name: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await readFile(new URL(`../../../build/${name}.wasm`, import.meta.url)));
}

/** The same core, whose `receive` traps when the frame has a poisonous EtherType. */
export async function trapping(wasm: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const rxFrame = instantiate(await WebAssembly.compile(wasm)).rx_frame();
  return changed(wasm, (module) => {
    const { i32, local } = module;
    const isType = (type: number): binaryen.ExpressionRef =>
      i32.eq(i32.load16_u(0, 1, i32.const(rxFrame + ETHERTYPE_AT)), i32.const(((type & 0xff) << 8) | (type >> 8)));
    const steps = [
      module.if(isType(POISON.unreachable), module.unreachable()),
      module.if(isType(POISON.outOfBounds), module.drop(i32.load(0, 4, i32.const(FAR)))),
      module.call(exported(module, 'receive'), [local.get(0, binaryen.i32), local.get(1, binaryen.i32)], binaryen.i32),
    ];
    const body = module.block(null, steps, binaryen.i32);
    replace(module, 'receive', RECEIVES, body);
  });
}

/** The same core, which says that it speaks ABI 2. */
export function otherAbi(wasm: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return changed(wasm, (module) => replace(module, 'abi', binaryen.none, module.i32.const(2)));
}

/** The same core, which boots, and hears nothing. */
export function deaf(wasm: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return changed(wasm, (module) => replace(module, 'receive', RECEIVES, module.i32.const(0)));
}

/** The same core, whose `receive` never ends. */
export function hanging(wasm: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return changed(wasm, (module) => {
    const forever = module.loop('forever', module.br('forever'));
    replace(module, 'receive', RECEIVES, module.block(null, [forever, module.i32.const(0)], binaryen.i32));
  });
}

function changed(wasm: Uint8Array, change: (module: binaryen.Module) => void): Uint8Array<ArrayBuffer> {
  const module = binaryen.readBinary(wasm);
  const { MutableGlobals, SignExt, BulkMemory, BulkMemoryOpt } = binaryen.Features;
  module.setFeatures(MutableGlobals | SignExt | BulkMemory | BulkMemoryOpt);
  change(module);
  if (module.validate() === 0) throw new Error('the changed module is none');
  const bytes = new Uint8Array(module.emitBinary());
  module.dispose();
  return bytes;
}

/** The function behind an export. */
function exported(module: binaryen.Module, name: string): string {
  return binaryen.getExportInfo(module.getExport(name)).value;
}

function replace(module: binaryen.Module, name: string, parameters: binaryen.Type, body: binaryen.ExpressionRef): void {
  const changedName = `changed_${name}`;
  module.addFunction(changedName, parameters, binaryen.i32, [], body);
  module.removeExport(name);
  module.addFunctionExport(changedName, name);
}
