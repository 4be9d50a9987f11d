/** Why a dump cannot be opened: one line each, for whoever has the file. */
export type DumpErrorCode =
  /** It neither is a dump nor has one between its lines. */
  | 'DUMP_MISSING'
  /** A log has fewer. */
  | 'DUMP_NO_SUCH'
  /** Its end is missing. */
  | 'DUMP_CUT_SHORT'
  /** It says what cannot be. */
  | 'DUMP_DAMAGED'
  /** It is of a module whose memory this version does not know. */
  | 'DUMP_OTHER_MODULE'
  /** No board has so much memory. */
  | 'DUMP_TOO_LARGE';

export class DumpError extends Error {
  override readonly name = 'DumpError';
  readonly code: DumpErrorCode;

  constructor(code: DumpErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
