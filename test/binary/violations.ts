/** What the core promises of its binary, read from the binary. */
import { findRecursion } from './calls.js';
import { atoms, type Expression } from './sexpr.js';
import type { WasmModule } from './wasm-module.js';

const FLOATING_POINT = /(^|[._])f(32|64)|^f(32|64)x/;
const VECTOR = /^v128|^[if]\d+x\d+/;
/** A KB of code each where the chip divides 32 bits: boards/rv32/firmware/absent.c leaves them out. */
const LONG_DIVISION = /^i64\.(div|rem)_[su]$/;
const INDIRECT_CALL = /^(return_)?call_(indirect|ref)$/;
const TABLE = /^(table|elem)\b/;

function ofDeclaration(node: Expression[]): string[] {
  const [kind] = node;
  const words = [...atoms(node)].filter((word) => !/^[$"]/.test(word));
  const text = words.slice(0, 8).join(' ');
  const found: string[] = [];
  if (kind === 'import') found.push(`import: ${[...atoms(node)].slice(1, 3).join(' ')}`);
  if (kind === 'global' && words.includes('mut')) found.push(`mutable global: ${text}`);
  if (kind === 'elem') found.push(`table entries: ${text}`);
  if (words.some((word) => FLOATING_POINT.test(word))) found.push(`floating point: ${text}`);
  return found;
}

function ofWord(word: string): string | undefined {
  if (word === 'memory.grow') return 'memory.grow';
  if (INDIRECT_CALL.test(word)) return `indirect call: ${word}`;
  if (TABLE.test(word)) return `table: ${word}`;
  if (FLOATING_POINT.test(word)) return `floating point: ${word}`;
  if (LONG_DIVISION.test(word)) return `64-bit division: ${word}`;
  if (VECTOR.test(word)) return `vector: ${word}`;
  return undefined;
}

/** Every broken promise, in words; none: all are kept. */
export function violations(module: WasmModule): string[] {
  const found = module.declarations.flatMap(ofDeclaration);
  for (const { name, words } of module.functions.values()) {
    const broken = new Set(words.map(ofWord).filter((word) => word !== undefined));
    found.push(...[...broken].map((what) => `${what} in ${name}`));
  }
  const cycle = findRecursion(module);
  if (cycle !== undefined) found.push(`recursion: ${cycle.join(' → ')}`);
  return found;
}
