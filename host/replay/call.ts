import type { CallName, CoreExports } from '../core/exports.js';

/** Makes any call of a core by its name. */
export function callByName(exports: CoreExports, name: CallName, args: readonly number[]): number {
  const calls: Record<CallName, (...args: number[]) => number> = exports;
  return calls[name](...args);
}
