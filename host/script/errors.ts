/** A script that cannot be played: it is not of the language, or asks for what there is not. */
export class ScriptError extends Error {
  override readonly name = 'ScriptError';
  readonly code = 'SCRIPT_INVALID';
}

/** What a script expects was not so. */
export class ScriptFailure extends Error {
  override readonly name = 'ScriptFailure';
  readonly code = 'SCRIPT_FAILED';

  /** `where`: "file:line". */
  constructor(
    readonly where: string,
    readonly expected: string,
    readonly actual: string,
    /** Virtual time since the script began. */
    readonly atMs: number,
    /** The line of the script, as it is written. */
    readonly line: string,
  ) {
    super(`${where}: at ${(atMs / 1000).toFixed(3)} s: expected ${expected}; actual ${actual}`);
  }
}
