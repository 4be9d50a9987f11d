/** The header of a dump, as boards/common/dump.h has it. */
import { RANGES } from '../build/check-sizes.js';
import { ABI, FRAME_BYTES } from '../core/index.js';
import { DumpError } from './errors.js';

/** What every dump begins with. */
export const MAGIC = 'FSKDUMP1';

/** Bytes of the header of ABI 1. */
export const HEADER_BYTES = 168;

/** Later versions may say more; a header of more bytes than this is none. */
const LONGEST_HEADER = 4096;

export interface DumpHeader {
  headerBytes: number;
  memoryBytes: number;
  abi: number;
  /** The board's clock when it trapped, in ms. */
  nowMs: number;
  /** Traps since power-on, this one counted. */
  restarts: number;
  configAt: number;
  rxFrameAt: number;
  txFrameAt: number;
  statisticsAt: number;
  /** Bytes of the frame that was received last; 0: none was. */
  rxLength: number;
  rxRing: number;
  txRing: number;
  /** The export that was called. */
  call: string;
  /** Why it trapped. */
  reason: string;
  profile: string;
  /** Bytes of the memory that are not in the dump, and where they would be: the rings. */
  leftOutAt: number;
  leftOutBytes: number;
}

/** Does a file begin as a dump does? */
export function isDump(bytes: Uint8Array): boolean {
  return textAt(bytes, 0, MAGIC.length) === MAGIC;
}

/** How long a dump is by its own account; undefined: too little of it is there to say. */
export function lengthOf(bytes: Uint8Array): number | undefined {
  if (bytes.length < HEADER_BYTES || !isDump(bytes)) return undefined;
  const { headerBytes, memoryBytes, leftOutBytes } = fieldsOf(bytes);
  return headerBytes + memoryBytes - leftOutBytes;
}

/**
 * Reads the header of a dump that is all of these bytes.
 *
 * @throws DumpError
 */
export function readHeader(bytes: Uint8Array): DumpHeader {
  if (bytes.length < MAGIC.length)
    throw new DumpError('DUMP_CUT_SHORT', 'the dump is cut short: nothing of it is there');
  if (!isDump(bytes)) throw new DumpError('DUMP_MISSING', `this is no dump: it does not begin with ${MAGIC}`);
  if (bytes.length < HEADER_BYTES) {
    throw new DumpError(
      'DUMP_CUT_SHORT',
      `the dump is cut short: ${bytes.length} of the ${HEADER_BYTES} bytes of its header`,
    );
  }
  const header = fieldsOf(bytes);
  if (header.abi !== ABI) {
    throw new DumpError('DUMP_OTHER_MODULE', `the dump is of ABI ${header.abi}, and this version reads ABI ${ABI}`);
  }
  checkLength(header, bytes.length);
  checkRing('receive', header.rxRing, RANGES.rxRing);
  checkRing('send', header.txRing, RANGES.txRing);
  if (header.rxLength > FRAME_BYTES) {
    throw damaged(`its last frame has ${header.rxLength} bytes, and ${FRAME_BYTES} are the most`);
  }
  return header;
}

export function damaged(what: string): DumpError {
  return new DumpError('DUMP_DAMAGED', `the dump is damaged: ${what}`);
}

function fieldsOf(bytes: Uint8Array): DumpHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const u32 = (at: number): number => view.getUint32(at, true);
  return {
    headerBytes: u32(8),
    memoryBytes: u32(12),
    abi: u32(16),
    nowMs: u32(20),
    restarts: u32(24),
    configAt: u32(28),
    rxFrameAt: u32(32),
    txFrameAt: u32(36),
    statisticsAt: u32(40),
    rxLength: u32(44),
    rxRing: u32(48),
    txRing: u32(52),
    call: textAt(bytes, 56, 16),
    reason: textAt(bytes, 72, 64),
    profile: textAt(bytes, 136, 24),
    leftOutAt: u32(160),
    leftOutBytes: u32(164),
  };
}

function checkLength({ headerBytes, memoryBytes, leftOutAt, leftOutBytes }: DumpHeader, length: number): void {
  if (headerBytes < HEADER_BYTES || headerBytes > LONGEST_HEADER) throw damaged(`a header of ${headerBytes} bytes`);
  if (leftOutAt + leftOutBytes > memoryBytes) throw damaged(`${leftOutBytes} bytes left out at ${leftOutAt}`);
  const all = headerBytes + memoryBytes - leftOutBytes;
  if (length < all) throw new DumpError('DUMP_CUT_SHORT', `the dump is cut short: ${length} of ${all} bytes are there`);
  if (length > all) throw damaged(`${length} bytes are there, and it should have ${all}`);
}

function checkRing(name: string, bytes: number, [least, most]: readonly [number, number]): void {
  if (bytes >= least && bytes <= most && bytes % 8 === 0) return;
  throw damaged(`no module has ${name} rings of ${bytes} bytes`);
}

/** Text with zeros behind it. It goes to a terminal, so nothing in it may be more than a letter. */
function textAt(bytes: Uint8Array, at: number, length: number): string {
  const field = bytes.subarray(at, at + length);
  const end = field.indexOf(0);
  const letters = end < 0 ? field : field.subarray(0, end);
  return Array.from(letters, (code) => (code < 0x20 || code > 0x7e ? '?' : String.fromCharCode(code))).join('');
}
