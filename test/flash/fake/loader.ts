/**
 * The loader in a chip's ROM, and the stub that is loaded over it: Espressif's "Serial Protocol"
 * (docs.espressif.com/projects/esptool, advanced topics).
 */
import { constants, inflateSync } from 'node:zlib';
import { FlashMemory } from './flash-memory.js';
import { Registers, type ChipKind } from './registers.js';
import { slip, SlipReader } from './slip.js';

const OK = 0;
const INVALID_MESSAGE = 0x05;
const RUN_FAILED = 0x06;
const CHECKSUM = 0x07;

const OHAI = new TextEncoder().encode('OHAI');

/** A download that is under way: `_BEGIN` began it. */
interface Download {
  offset: number;
  blocks: number;
  blockBytes: number;
  next: number;
  isDeflated: boolean;
  /** All that came deflated, and how much of what it is was written. */
  deflated: Uint8Array[];
  written: number;
}

/** What a command gives. */
interface Result {
  error?: number;
  value?: number;
  body?: Uint8Array;
}

export interface LoaderEvents {
  /** A block was written: so many by now. */
  onBlock?(blocks: number): void;
}

export class Loader {
  isStub = false;
  isAttached = false;
  baudRate = 115_200;
  blocks = 0;
  readonly commands: number[] = [];

  private readonly registers: Registers;
  private readonly reader = new SlipReader((packet) => this.command(packet));
  private download: Download | undefined;
  private ram: { bytes: number; got: number } | undefined;

  constructor(
    readonly kind: ChipKind,
    readonly flash: FlashMemory,
    private readonly send: (bytes: Uint8Array) => void,
    private readonly events: LoaderEvents = {},
  ) {
    this.registers = new Registers(kind);
  }

  add(bytes: Uint8Array): void {
    this.reader.add(bytes);
  }

  private command(packet: Uint8Array): void {
    const view = new DataView(packet.buffer, packet.byteOffset, packet.length);
    if (packet.length < 8 || packet[0] !== 0 || view.getUint16(2, true) !== packet.length - 8) return;
    const op = packet[1] ?? 0;
    this.commands.push(op);
    const words = (at: number): number => (packet.length >= 12 + at * 4 ? view.getUint32(8 + at * 4, true) : 0);
    this.execute(op, words, packet.subarray(8), view.getUint32(4, true));
  }

  private execute(op: number, word: (at: number) => number, data: Uint8Array, checksum: number): void {
    const { error = OK, value = 0, body = new Uint8Array(0) } = this.perform(op, word, data, checksum);
    // The ROM answers SYNC eight times, so that the host is sure; and with a value that is not 0.
    const isRomSync = op === 0x08 && !this.isStub;
    for (let count = 0; count < (isRomSync ? 8 : 1); count++)
      this.answer(op, error, isRomSync ? 0x20120707 : value, body);
    if (op === 0x0f) this.baudRate = word(0);
    if (op !== 0x06 || error !== OK) return;
    // The stub runs, and says so unasked.
    this.isStub = this.isAttached = true;
    this.send(slip(OHAI));
  }

  private perform(op: number, word: (at: number) => number, data: Uint8Array, checksum: number): Result {
    switch (op) {
      case 0x09: // WRITE_REG
        this.registers.write(word(0), word(1));
        return {};
      case 0x0a: // READ_REG
        return { value: this.registers.read(word(0)) };
      case 0x0d: // SPI_ATTACH
        this.isAttached = true;
        return {};
      case 0x05: // MEM_BEGIN
        this.ram = { bytes: word(0), got: 0 };
        return {};
      case 0x07: // MEM_DATA
        return { error: this.intoRam(data, word(0), checksum) };
      case 0x06: // MEM_END
        return { error: this.ram?.got === this.ram?.bytes ? OK : RUN_FAILED };
      case 0x02: // FLASH_BEGIN
      case 0x10: // FLASH_DEFL_BEGIN
        return { error: this.begin(op === 0x10, word) };
      case 0x03: // FLASH_DATA
      case 0x11: // FLASH_DEFL_DATA
        return { error: this.block(op === 0x11, data, word, checksum) };
      case 0x13: // SPI_FLASH_MD5
        return this.md5(word(0), word(1));
      case 0x14: // GET_SECURITY_INFO
        return this.securityInfo();
      case 0x04: // FLASH_END
      case 0x08: // SYNC
      case 0x0b: // SPI_SET_PARAMS
      case 0x0f: // CHANGE_BAUDRATE: the answer is still at the old one
      case 0x12: // FLASH_DEFL_END
        return {};
      default:
        return { error: INVALID_MESSAGE };
    }
  }

  private answer(op: number, error: number, value: number, body: Uint8Array): void {
    // The stub has two bytes of status, the ROM four.
    const status = Uint8Array.from({ length: this.isStub ? 2 : 4 }, (_, at) => (at === 0 ? Number(error !== OK) : 0));
    status[1] = error;
    const packet = new Uint8Array(8 + body.length + status.length);
    const view = new DataView(packet.buffer);
    packet.set([1, op]);
    view.setUint16(2, body.length + status.length, true);
    view.setUint32(4, value, true);
    packet.set(body, 8);
    packet.set(status, 8 + body.length);
    this.send(slip(packet));
  }

  private intoRam(data: Uint8Array, length: number, checksum: number): number {
    if (this.ram === undefined || data.length !== 16 + length) return INVALID_MESSAGE;
    if (sumOf(data.subarray(16)) !== checksum) return CHECKSUM;
    this.ram.got += length;
    return OK;
  }

  private begin(isDeflated: boolean, word: (at: number) => number): number {
    const [bytes, blocks, blockBytes, offset] = [word(0), word(1), word(2), word(3)];
    if (!this.isAttached) return RUN_FAILED;
    // The ROM has a small buffer.
    if (blockBytes > (this.isStub ? 0x4000 : 0x400) || offset + bytes > this.flash.bytes.length) return RUN_FAILED;
    this.flash.erase(offset, bytes);
    this.download = { offset, blocks, blockBytes, next: 0, isDeflated, deflated: [], written: 0 };
    return OK;
  }

  private block(isDeflated: boolean, data: Uint8Array, word: (at: number) => number, checksum: number): number {
    const { download } = this;
    const [length, sequence] = [word(0), word(1)];
    if (download === undefined || download.isDeflated !== isDeflated) return RUN_FAILED;
    if (data.length !== 16 + length || length > download.blockBytes) return INVALID_MESSAGE;
    if (sequence !== download.next || sequence >= download.blocks) return RUN_FAILED;
    if (sumOf(data.subarray(16)) !== checksum) return CHECKSUM;
    download.next++;
    download.deflated.push(data.slice(16));
    const all = Buffer.concat(download.deflated);
    // What has come of it so far can be inflated so far.
    const plain = isDeflated ? inflateSync(all, { finishFlush: constants.Z_SYNC_FLUSH }) : all;
    this.flash.write(download.offset + download.written, plain.subarray(download.written));
    download.written = plain.length;
    this.events.onBlock?.(++this.blocks);
    return OK;
  }

  /** Letters of the ROM, bytes of the stub. */
  private md5(offset: number, length: number): Result {
    if (!this.isAttached) return { error: RUN_FAILED };
    const digest = this.flash.md5(offset, length);
    return { body: this.isStub ? digest : new TextEncoder().encode(digest.toString('hex')) };
  }

  private securityInfo(): Result {
    const { chipId } = this.kind;
    if (chipId === undefined) return { error: INVALID_MESSAGE };
    const body = new Uint8Array(20);
    new DataView(body.buffer).setUint32(12, chipId, true);
    return { body };
  }
}

function sumOf(data: Uint8Array): number {
  return data.reduce((sum, byte) => sum ^ byte, 0xef);
}
