export type BenchErrorCode = 'PEER_LOST' | 'PEER_NO_ANSWER' | 'PEER_GARBAGE' | 'PEER_FAILED' | 'BENCH_ABORTED';

/** The peer's fault, not that of what it was to try. What has been measured until then is kept. */
export class BenchError extends Error {
  constructor(
    readonly code: BenchErrorCode,
    message: string,
  ) {
    super(message);
    this.name = 'BenchError';
  }
}
