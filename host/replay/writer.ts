import {
  ADDRESS_BYTES,
  Content,
  HEADER,
  MAGIC,
  MOST_BYTES,
  PROFILE_BYTES,
  RECORD_HEADER_BYTES,
  RecordKind,
} from './format.js';

const FIRST_CAPACITY = 1 << 20;

/** Writes a recording, record by record. */
export class RecordingWriter {
  private bytes = new Uint8Array(FIRST_CAPACITY);
  private view = new DataView(this.bytes.buffer);
  private length: number = HEADER.bytes;
  private calls = 0;

  /** @throws RangeError: the name is too long, or not of ASCII */
  constructor(profile: string, memoryBytes: number) {
    if (!/^[\x21-\x7e]+$/.test(profile) || profile.length >= PROFILE_BYTES) {
      throw new RangeError(`"${profile}" is no name of a profile: 1 to ${PROFILE_BYTES - 1} letters`);
    }
    const { offsets } = HEADER;
    this.bytes.set(new TextEncoder().encode(MAGIC), offsets.magic);
    this.bytes.set(new TextEncoder().encode(profile), offsets.profile);
    this.view.setUint32(offsets.memoryBytes, memoryBytes, true);
  }

  call(call: number, result: number, args: readonly number[]): void {
    this.calls++;
    let at = this.record(RecordKind.CALL, call, 4 + 4 * args.length);
    this.view.setInt32(at, result, true);
    for (const argument of args) this.view.setUint32((at += 4), argument, true);
  }

  write(content: Content, address: number, bytes: Uint8Array): void {
    this.split(RecordKind.WRITE, content, address, bytes);
  }

  read(content: Content, address: number, bytes: Uint8Array): void {
    this.split(RecordKind.READ, content, address, bytes);
  }

  /** The recording is complete: here it is. */
  end(): Uint8Array<ArrayBuffer> {
    this.record(RecordKind.END, 0, 0);
    this.view.setUint32(HEADER.offsets.calls, this.calls, true);
    return this.bytes.slice(0, this.length);
  }

  private split(kind: RecordKind, content: Content, address: number, bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; done += MOST_BYTES) {
      const part = bytes.subarray(done, done + MOST_BYTES);
      const at = this.record(kind, content, ADDRESS_BYTES + part.length);
      this.view.setUint32(at, address + done, true);
      this.bytes.set(part, at + ADDRESS_BYTES);
    }
  }

  /** Begins a record, and says where its body is to be written. */
  private record(kind: RecordKind, second: number, bodyBytes: number): number {
    const at = this.length;
    this.length += RECORD_HEADER_BYTES + bodyBytes;
    this.grow();
    this.view.setUint8(at, kind);
    this.view.setUint8(at + 1, second);
    this.view.setUint16(at + 2, bodyBytes, true);
    return at + RECORD_HEADER_BYTES;
  }

  private grow(): void {
    if (this.length <= this.bytes.length) return;
    const larger = new Uint8Array(this.bytes.length * 2);
    larger.set(this.bytes);
    this.bytes = larger;
    this.view = new DataView(larger.buffer);
  }
}
