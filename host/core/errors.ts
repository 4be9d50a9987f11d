import { Errno } from './layout.js';

/** The name of an errno that the core knows: "ETIMEDOUT". */
export type ErrnoName = keyof typeof Errno;

/** What can be wrong with a module, before there is a core to make calls. */
export type ModuleErrorCode = 'CORE_WRONG_ABI' | 'CORE_HAS_IMPORTS' | 'CORE_LACKS_EXPORT' | 'CORE_BAD_SNAPSHOT';

export type CoreErrorCode = ErrnoName | ModuleErrorCode | 'EUNKNOWN' | 'ERR_INVALID_ADDRESS';

/** A call that the core refused, or a module that is no core. `errno` is negative as in Node; 0: not of a call. */
export class CoreError extends Error {
  readonly code: CoreErrorCode;
  readonly errno: number;

  constructor(code: CoreErrorCode, errno: number, message: string) {
    super(message);
    this.name = 'CoreError';
    this.code = code;
    this.errno = errno;
  }
}

/** "ETIMEDOUT" for -110. */
export function errnoName(errno: number): ErrnoName | 'EUNKNOWN' {
  return (Errno as Record<number, ErrnoName | undefined>)[errno] ?? 'EUNKNOWN';
}

/** Gives the result of a call back, or throws what it says when negative. */
export function checked(result: number, call: string): number {
  if (result >= 0) return result;
  const code = errnoName(result);
  throw new CoreError(code, result, `${call}: ${code}`);
}
