/** A flash chip: erased it is all ones, in sectors; writing makes zeros and nothing else. */
import { createHash } from 'node:crypto';

const SECTOR_BYTES = 4096;

export class FlashMemory {
  readonly bytes = new Uint8Array(4 << 20).fill(0xff);
  /** A cell that has worn out: it stays one. */
  worn: number | undefined;

  constructor(used = 0x5a) {
    // Something was there before: whoever does not erase reads back rubbish.
    this.bytes.fill(used, 0, 1 << 20);
  }

  erase(offset: number, length: number): void {
    const from = offset - (offset % SECTOR_BYTES);
    const to = Math.ceil((offset + length) / SECTOR_BYTES) * SECTOR_BYTES;
    this.bytes.fill(0xff, from, to);
  }

  write(offset: number, data: Uint8Array): void {
    data.forEach((byte, index) => {
      const at = offset + index;
      this.bytes[at] = (this.bytes[at] ?? 0) & (at === this.worn ? 0xff : byte);
    });
  }

  md5(offset: number, length: number): Buffer {
    return createHash('md5')
      .update(this.bytes.subarray(offset, offset + length))
      .digest();
  }
}
