import { viewOf } from './bytes.js';
import { TraceError } from './error.js';
import { BLOCK, BYTE_ORDER_MAGIC, type Direction, OPTION, padded } from './pcapng-format.js';

export interface CapturedInterface {
  name: string | null;
  linkType: number;
}

export interface CapturedPacket {
  /** Index into `interfaces`. */
  interface: number;
  /** ms since 1970; null where the file does not say (simple packet blocks). */
  atMs: number | null;
  direction: Direction | null;
  comment: string | null;
  /** What was on the wire may have been longer than what was kept. */
  originalBytes: number;
  data: Uint8Array;
}

export interface Capture {
  interfaces: CapturedInterface[];
  packets: CapturedPacket[];
  /** Where reading stopped early, and why. What comes before it is all there. */
  problem: TraceError | null;
}

/** Reads either byte order, several sections, and over blocks it does not know. Never throws. */
export function readPcapng(bytes: Uint8Array): Capture {
  const reader = new Reader(bytes);
  try {
    reader.readAll();
    return { ...reader.capture, problem: null };
  } catch (error) {
    if (!(error instanceof TraceError)) throw error;
    return { ...reader.capture, problem: error };
  }
}

interface Clock {
  unitsPerSecond: bigint;
  offsetSeconds: bigint;
  snapBytes: number;
}

interface Block {
  type: number;
  /** Without the type, the two lengths. */
  start: number;
  end: number;
}

class Reader {
  readonly capture: Omit<Capture, 'problem'> = { interfaces: [], packets: [] };
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private littleEndian = true;
  /** Interfaces are numbered anew in every section. */
  private firstInterface = 0;
  private clocks: Clock[] = [];

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = viewOf(bytes);
  }

  readAll(): void {
    if (this.bytes.length < 4 || this.view.getUint32(0) !== BLOCK.SECTION) {
      throw new TraceError('PCAPNG_NOT_A_CAPTURE', 'does not start with a pcapng section header');
    }
    let at = 0;
    while (at < this.bytes.length) {
      const block = this.blockAt(at);
      this.readBlock(block);
      at = block.end + 4;
    }
  }

  private blockAt(at: number): Block {
    if (at + 12 > this.bytes.length) throw this.truncated(at);
    // the section header's type reads the same in both orders, and its magic tells the order of all that follows
    if (this.view.getUint32(at) === BLOCK.SECTION) this.readByteOrder(at + 8);
    const type = this.u32(at);
    const length = this.u32(at + 4);
    if (length < 12 || length % 4 !== 0) throw this.bad(at, `block length ${length}`);
    if (at + length > this.bytes.length) throw this.truncated(at);
    if (this.u32(at + length - 4) !== length) throw this.bad(at, 'the two block lengths differ');
    return { type, start: at + 8, end: at + length - 4 };
  }

  private readByteOrder(at: number): void {
    const magic = this.view.getUint32(at, true);
    const swapped = this.view.getUint32(at, false);
    if (magic !== BYTE_ORDER_MAGIC && swapped !== BYTE_ORDER_MAGIC) throw this.bad(at - 8, 'no byte-order magic');
    this.littleEndian = magic === BYTE_ORDER_MAGIC;
  }

  private readBlock(block: Block): void {
    switch (block.type) {
      case BLOCK.SECTION:
        this.need(block, 16);
        this.firstInterface = this.capture.interfaces.length;
        this.clocks = [];
        return;
      case BLOCK.INTERFACE:
        this.readInterface(block);
        return;
      case BLOCK.ENHANCED_PACKET:
        this.readEnhancedPacket(block);
        return;
      case BLOCK.SIMPLE_PACKET:
        this.readSimplePacket(block);
        return;
      default:
        return; // the format asks readers to skip what they do not know
    }
  }

  private readInterface(block: Block): void {
    this.need(block, 8);
    const options = this.options(block.start + 8, block.end);
    const name = options.get(OPTION.INTERFACE_NAME);
    const resolution = options.get(OPTION.INTERFACE_RESOLUTION)?.[0] ?? 6;
    const offset = options.get(OPTION.INTERFACE_OFFSET);
    this.capture.interfaces.push({
      name: name === undefined ? null : text(name),
      linkType: this.u16(block.start),
    });
    this.clocks.push({
      unitsPerSecond: (resolution & 0x80) !== 0 ? 2n ** BigInt(resolution & 0x7f) : 10n ** BigInt(resolution),
      offsetSeconds: offset?.length === 8 ? viewOf(offset).getBigInt64(0, this.littleEndian) : 0n,
      snapBytes: this.u32(block.start + 4),
    });
  }

  private readEnhancedPacket(block: Block): void {
    this.need(block, 20);
    const at = block.start;
    const number = this.u32(at);
    const clock = this.clockOf(number, at);
    const kept = this.u32(at + 12);
    if (at + 20 + padded(kept) > block.end) throw this.bad(at - 8, `${kept} packet bytes do not fit the block`);
    const options = this.options(at + 20 + padded(kept), block.end);
    const flags = options.get(OPTION.PACKET_FLAGS);
    const comment = options.get(OPTION.COMMENT);
    this.capture.packets.push({
      interface: this.firstInterface + number,
      atMs: toMs((BigInt(this.u32(at + 4)) << 32n) | BigInt(this.u32(at + 8)), clock),
      direction: flags?.length === 4 ? directionOf(viewOf(flags).getUint32(0, this.littleEndian)) : null,
      comment: comment === undefined ? null : text(comment),
      originalBytes: this.u32(at + 16),
      data: this.bytes.slice(at + 20, at + 20 + kept),
    });
  }

  private readSimplePacket(block: Block): void {
    this.need(block, 4);
    const { snapBytes } = this.clockOf(0, block.start);
    const originalBytes = this.u32(block.start);
    const room = block.end - block.start - 4;
    const kept = Math.min(originalBytes, room, snapBytes === 0 ? room : snapBytes);
    this.capture.packets.push({
      interface: this.firstInterface,
      atMs: null,
      direction: null,
      comment: null,
      originalBytes,
      data: this.bytes.slice(block.start + 4, block.start + 4 + kept),
    });
  }

  /** The first value of each option. */
  private options(start: number, end: number): Map<number, Uint8Array> {
    const found = new Map<number, Uint8Array>();
    let at = start;
    while (at + 4 <= end) {
      const code = this.u16(at);
      const length = this.u16(at + 2);
      if (code === OPTION.END) break;
      if (at + 4 + length > end) throw this.bad(start, `option ${code} runs over its block`);
      if (!found.has(code)) found.set(code, this.bytes.subarray(at + 4, at + 4 + length));
      at += 4 + padded(length);
    }
    return found;
  }

  private clockOf(number: number, at: number): Clock {
    const clock = this.clocks[number];
    if (clock === undefined) {
      throw new TraceError(
        'PCAPNG_NO_INTERFACE',
        `the block at ${at - 8} is of interface ${number}, which is not described`,
      );
    }
    return clock;
  }

  private need(block: Block, lengthBytes: number): void {
    if (block.end - block.start < lengthBytes) throw this.bad(block.start - 8, 'the block is too short for its type');
  }

  private u16(at: number): number {
    return this.view.getUint16(at, this.littleEndian);
  }

  private u32(at: number): number {
    return this.view.getUint32(at, this.littleEndian);
  }

  private truncated(at: number): TraceError {
    return new TraceError('PCAPNG_TRUNCATED', `the file ends inside the block at ${at}`);
  }

  private bad(at: number, why: string): TraceError {
    return new TraceError('PCAPNG_BAD_BLOCK', `the block at ${at}: ${why}`);
  }
}

/** Whole milliseconds and their fraction apart, since nanoseconds since 1970 do not fit a number. */
function toMs(units: bigint, clock: Clock): number {
  const seconds = units / clock.unitsPerSecond;
  const rest = units % clock.unitsPerSecond;
  return Number(seconds + clock.offsetSeconds) * 1000 + (Number(rest) * 1000) / Number(clock.unitsPerSecond);
}

function directionOf(flags: number): Direction | null {
  const bits = flags & 3;
  return bits === 1 ? 'inbound' : bits === 2 ? 'outbound' : null;
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
