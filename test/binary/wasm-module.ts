import binaryen from 'binaryen';
import { atoms, children, lists, parse, type Expression } from './sexpr.js';

export interface WasmFunction {
  /** As the module names it, or the export's name. */
  name: string;
  /** Bytes of its parameters and locals: what an interpreter keeps on its stack for a call. */
  frameBytes: number;
  calls: string[];
  loops: number;
  /** Every word in it: instructions and types. */
  words: string[];
}

export interface WasmModule {
  functions: Map<string, WasmFunction>;
  /** Everything outside functions. */
  declarations: Expression[][];
  /** Values of the constant globals that are exported, by the export's name. */
  constants: Map<string, number>;
}

const BYTES: Record<string, number> = { i32: 4, i64: 8, f32: 4, f64: 8, v128: 16 };

/** Reads a binary. */
export function readWasm(binary: Uint8Array): WasmModule {
  const module = binaryen.readBinary(binary);
  try {
    return readText(module.emitText());
  } finally {
    module.dispose();
  }
}

/** Assembles a text and reads the binary. */
export function readWat(text: string): WasmModule {
  const module = binaryen.parseText(text);
  try {
    module.setFeatures(binaryen.Features.All);
    return readWasm(module.emitBinary());
  } finally {
    module.dispose();
  }
}

function readText(text: string): WasmModule {
  const root = parse(text);
  const exported = new Map<string, string>();
  for (const [, name, what] of children(root, 'export')) {
    if (Array.isArray(what)) exported.set(`${String(what[0])} ${String(what[1])}`, String(name).slice(1, -1));
  }
  const functions = new Map<string, WasmFunction>();
  for (const node of children(root, 'func')) functions.set(String(node[1]), readFunction(node, exported));
  const constants = new Map<string, number>();
  for (const [, id, , value] of children(root, 'global')) {
    const name = exported.get(`global ${String(id)}`);
    if (name !== undefined && Array.isArray(value)) constants.set(name, Number(value[1]));
  }
  const declarations = Array.isArray(root)
    ? root.filter((node): node is Expression[] => Array.isArray(node) && node[0] !== 'func')
    : [];
  return { functions, declarations, constants };
}

function readFunction(node: Expression[], exported: Map<string, string>): WasmFunction {
  const id = String(node[1]);
  const slots = [...children(node, 'param'), ...children(node, 'local')].flatMap((slot) => slot.slice(1).map(String));
  const calls = [...lists(node)].filter(([word]) => word === 'call' || word === 'return_call' || word === 'ref.func');
  return {
    name: exported.get(`func ${id}`) ?? id,
    frameBytes: slots.reduce((total, slot) => total + (BYTES[slot] ?? 0), 0),
    calls: calls.map(([, target]) => String(target)),
    loops: [...lists(node)].filter(([word]) => word === 'loop').length,
    words: [...atoms(node)].filter((word) => !/^[$"]/.test(word)),
  };
}
