/** What a person can mend: one line says what and how. */
export type BoardErrorCode =
  /** A command is not there. */
  | 'TOOL_MISSING'
  /** WAMR's source cannot be had, or is no WAMR. */
  | 'WAMR_MISSING'
  /** Something does not compile: where its output is stands in the message. */
  | 'BUILD_FAILED'
  /** No module can be embedded so. */
  | 'MODULE_INVALID'
  /** A board did not start. */
  | 'BOARD_FAILED'
  /** A board on the network does not answer. */
  | 'BOARD_UNREACHABLE'
  /** What answers has no slot for a module. */
  | 'NO_SLOT'
  /** A board does not take an upload. */
  | 'UPLOAD_REFUSED'
  /** It took it, tried it, and runs what it ran before. */
  | 'MODULE_ROLLED_BACK';

export class BoardError extends Error {
  override readonly name = 'BoardError';
  readonly code: BoardErrorCode;

  constructor(code: BoardErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
