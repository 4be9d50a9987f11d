import { closeSync, openSync, writeSync } from 'node:fs';
import { PcapngWriter } from '../trace/pcapng.js';

/** A file for Wireshark that is written while the frames go by: a long run needs no memory for it. */
export class Capture {
  private readonly writer: PcapngWriter;
  private readonly wire: number;

  private constructor(private readonly fd: number) {
    this.writer = new PcapngWriter((bytes) => writeSync(fd, bytes));
    this.wire = this.writer.addInterface('wire');
  }

  /** @throws Error with the system's code, such as ENOENT */
  static open(file: string): Capture {
    return new Capture(openSync(file, 'w'));
  }

  /** `atMs` is in ms since 1970; `lost`: why the frame never arrived. */
  frame(atMs: number, frame: Uint8Array, lost: string | undefined): void {
    this.writer.packet(this.wire, atMs, frame, lost === undefined ? {} : { comment: `lost: ${lost}` });
  }

  close(): void {
    closeSync(this.fd);
  }
}
