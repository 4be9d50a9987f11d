export type ReplayErrorCode =
  /** It does not begin as a recording does. */
  | 'REPLAY_NO_RECORDING'
  /** It is of another profile, or of a module with another amount of memory. */
  | 'REPLAY_OTHER_MODULE'
  /** Its end is missing. */
  | 'REPLAY_CUT_SHORT'
  /** It has records that no recorder writes. */
  | 'REPLAY_DAMAGED'
  /** A core did something else than was recorded. */
  | 'REPLAY_DIFFERS';

export class ReplayError extends Error {
  override readonly name = 'ReplayError';
  readonly code: ReplayErrorCode;

  constructor(code: ReplayErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
