/** Modules with something wrong, made from the right one. */

import { readFile } from 'node:fs/promises';
import binaryen from 'binaryen';
import { instantiate } from '../../../host/core/exports.js';

/** EtherTypes of the local experiments (IEEE 802, 9.2.3): a frame with one of them makes the test's module trap. */
export const POISON = { unreachable: 0x88b5, outOfBounds: 0x88b6 } as const;

const IPV4 = 0x0800;

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
  const isType = await typeTest(wasm);
  return changed(wasm, (module) => {
    const { i32 } = module;
    const steps = [
      module.if(isType(module, POISON.unreachable), module.unreachable()),
      module.if(isType(module, POISON.outOfBounds), module.drop(i32.load(0, 4, i32.const(FAR)))),
      module.call(exported(module, 'receive'), parameters(module), binaryen.i32),
    ];
    replace(module, 'receive', RECEIVES, module.block(null, steps, binaryen.i32));
  });
}

/** Whether the frame that has come is of a type. */
async function typeTest(wasm: Uint8Array<ArrayBuffer>) {
  const at = instantiate(await WebAssembly.compile(wasm)).rx_frame() + ETHERTYPE_AT;
  return ({ i32 }: binaryen.Module, type: number): binaryen.ExpressionRef =>
    i32.eq(i32.load16_u(0, 1, i32.const(at)), i32.const(((type & 0xff) << 8) | (type >> 8)));
}

function parameters({ local }: binaryen.Module): binaryen.ExpressionRef[] {
  return [local.get(0, binaryen.i32), local.get(1, binaryen.i32)];
}

/** The same core, which says that it speaks ABI 2. */
export function otherAbi(wasm: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return changed(wasm, (module) => replace(module, 'abi', binaryen.none, module.i32.const(2)));
}

/** The same core, which boots, finds its neighbours, and drops whatever else they say. */
export async function deaf(wasm: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const isType = await typeTest(wasm);
  return changed(wasm, (module) => {
    const rest = module.call(exported(module, 'receive'), parameters(module), binaryen.i32);
    replace(module, 'receive', RECEIVES, module.if(isType(module, IPV4), module.i32.const(0), rest));
  });
}

/** The same core, whose `receive` never ends. */
export function hanging(wasm: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return changed(wasm, (module) => {
    const forever = module.loop('forever', module.br('forever'));
    replace(module, 'receive', RECEIVES, module.block(null, [forever, module.i32.const(0)], binaryen.i32));
  });
}

/** The same core with more functions than a board's runtime has room for. Nobody calls them. */
export function fat(wasm: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return changed(wasm, (module) => {
    for (let i = 0; i < FAT_FUNCTIONS; i++)
      module.addFunction(`fat_${i}`, binaryen.none, binaryen.none, [], module.nop());
  });
}
const FAT_FUNCTIONS = 10_000;

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
