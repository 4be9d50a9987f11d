import { viewOf } from './bytes.js';
import {
  BLOCK,
  BYTE_ORDER_MAGIC,
  type Direction,
  DIRECTION_BITS,
  LINKTYPE_ETHERNET,
  OPTION,
  padded,
} from './pcapng-format.js';

/** Where the bytes of a capture go, as they are made. */
export type ByteSink = (bytes: Uint8Array) => void;

export interface PacketDetails {
  direction?: Direction;
  /** Shown by Wireshark with the packet. */
  comment?: string;
}

/** Written in every interface block: timestamps count microseconds. */
const RESOLUTION_MICROSECONDS = 6;
const MINOR_OFFSET_BYTES = 8;

/**
 * Writes a capture that Wireshark opens, block by block: what was written before a crash can be read.
 * Little-endian, as on the machines that write it.
 */
export class PcapngWriter {
  private readonly sink: ByteSink;
  private interfaces = 0;

  constructor(sink: ByteSink, application = 'firmshake') {
    this.sink = sink;
    const body = new Uint8Array(16);
    const view = viewOf(body);
    view.setUint32(0, BYTE_ORDER_MAGIC, true);
    view.setUint16(4, 1, true); // version 1.0
    view.setBigInt64(MINOR_OFFSET_BYTES, -1n, true); // the section's length is not known while it is written
    this.block(BLOCK.SECTION, body, [textOption(OPTION.SECTION_APPLICATION, application)]);
  }

  /** Announces an interface; the number it gives is for `packet`. */
  addInterface(name: string): number {
    const body = new Uint8Array(8);
    viewOf(body).setUint16(0, LINKTYPE_ETHERNET, true); // the snap length that follows stays 0: no limit
    this.block(BLOCK.INTERFACE, body, [
      textOption(OPTION.INTERFACE_NAME, name),
      option(OPTION.INTERFACE_RESOLUTION, Uint8Array.of(RESOLUTION_MICROSECONDS)),
    ]);
    return this.interfaces++;
  }

  /** `atMs` is in ms since 1970, fractions kept to the microsecond. */
  packet(interfaceNumber: number, atMs: number, frame: Uint8Array, details: PacketDetails = {}): void {
    if (!Number.isInteger(interfaceNumber) || interfaceNumber < 0 || interfaceNumber >= this.interfaces) {
      throw new RangeError(`interface ${interfaceNumber} was not added`);
    }
    const body = new Uint8Array(20 + padded(frame.length));
    const view = viewOf(body);
    const microseconds = BigInt(Math.max(0, Math.round(atMs * 1000)));
    view.setUint32(0, interfaceNumber, true);
    view.setUint32(4, Number(microseconds >> 32n), true);
    view.setUint32(8, Number(microseconds & 0xffffffffn), true);
    view.setUint32(12, frame.length, true);
    view.setUint32(16, frame.length, true);
    body.set(frame, 20);
    const options: Uint8Array[] = [];
    if (details.comment !== undefined) options.push(textOption(OPTION.COMMENT, details.comment));
    if (details.direction !== undefined) {
      options.push(option(OPTION.PACKET_FLAGS, Uint8Array.of(DIRECTION_BITS[details.direction], 0, 0, 0)));
    }
    this.block(BLOCK.ENHANCED_PACKET, body, options);
  }

  private block(type: number, body: Uint8Array, options: readonly Uint8Array[]): void {
    const end = options.length > 0 ? [new Uint8Array(4)] : [];
    const bytes = concatenate([new Uint8Array(8), body, ...options, ...end, new Uint8Array(4)]);
    const view = viewOf(bytes);
    view.setUint32(0, type, true);
    view.setUint32(4, bytes.length, true);
    view.setUint32(bytes.length - 4, bytes.length, true);
    this.sink(bytes);
  }
}

/** Keeps a capture in memory: in a browser there is no file to append to. */
export class MemorySink {
  private readonly chunks: Uint8Array[] = [];
  readonly write: ByteSink = (bytes) => {
    this.chunks.push(bytes);
  };

  bytes(): Uint8Array {
    return concatenate(this.chunks);
  }
}

function textOption(code: number, text: string): Uint8Array {
  // an option's length is 16 bits; cut by characters well below, so that no UTF-8 sequence is cut
  return option(code, new TextEncoder().encode(text.slice(0, 16_000)));
}

function option(code: number, value: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(4 + padded(value.length));
  viewOf(bytes).setUint16(0, code, true);
  viewOf(bytes).setUint16(2, value.length, true);
  bytes.set(value, 4);
  return bytes;
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
