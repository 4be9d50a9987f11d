/** Bytes and how long they took. */
export interface Pace {
  bytes: number;
  ms: number;
}

/** Measures until the promise is kept. */
export async function timed<T>(bytes: number, work: Promise<T>): Promise<{ result: T; pace: Pace }> {
  const begun = performance.now();
  const result = await work;
  return { result, pace: { bytes, ms: performance.now() - begun } };
}

export function megabytesPerSecond({ bytes, ms }: Pace): string {
  return `${(bytes / 1000 / ms).toFixed(2)} MB/s`;
}
