/**
 * What apps say: a byte of a stream is a function of who says it, on which connection, and how far into it. So a byte that is
 * lost, doubled, altered, or of another connection, is seen by whoever reads.
 */
import { Random } from '../../lan/index.js';

/** A prime, above the longest stream: no shift of a stream is the stream. */
const TABLE_BYTES = 131_101;
const TABLE = new Random(0x5eed).bytes(TABLE_BYTES);

/** `length` bytes of the stream of the end with this port and initial sequence number, from `offset` on. */
export function pattern(port: number, initialSequence: number, offset: number, length: number): Uint8Array {
  const start = (Math.imul(initialSequence ^ Math.imul(port, 0x9e3779b1), 0x85ebca6b) >>> 0) % TABLE_BYTES;
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const from = (start + offset + done) % TABLE_BYTES;
    const part = TABLE.subarray(from, Math.min(from + length - done, TABLE_BYTES));
    bytes.set(part, done);
    done += part.length;
  }
  return bytes;
}
