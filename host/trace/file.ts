/** The only file of host/trace that needs Node. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { PcapngWriter } from './pcapng-writer.js';

/** A capture file that is whole after every packet: `tail -f`, a crash and a second reader all see complete blocks. */
export class PcapngFile extends PcapngWriter {
  private readonly descriptor: number;
  private open = true;

  /** Replaces a file that is there. Throws what `fs` throws (ENOENT, EACCES, …). */
  constructor(path: string, application?: string) {
    const descriptor = openSync(path, 'w');
    super((bytes) => writeAll(descriptor, bytes), application);
    this.descriptor = descriptor;
  }

  close(): void {
    if (!this.open) return;
    this.open = false;
    closeSync(this.descriptor);
  }
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) written += writeSync(descriptor, bytes, written);
}
