/** What can go wrong with a trace as a file. Decoding a frame never fails: it says `malformed` instead. */
export type TraceErrorCode =
  | 'PCAPNG_NOT_A_CAPTURE'
  | 'PCAPNG_TRUNCATED'
  | 'PCAPNG_BAD_BLOCK'
  | 'PCAPNG_NO_INTERFACE'
  | 'TRACE_BAD_JSON'
  | 'TRACE_BAD_RECORD'
  | 'TRACE_BAD_HEX';

export class TraceError extends Error {
  readonly code: TraceErrorCode;

  constructor(code: TraceErrorCode, message: string) {
    super(message);
    this.name = 'TraceError';
    this.code = code;
  }
}
