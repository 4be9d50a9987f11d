/** What a trap leaves, read by what boards/common/dump.h says. */

const MAGIC = 'FSKDUMP1';
const BEGIN = '----- BEGIN FIRMSHAKE DUMP -----';
const END = '----- END FIRMSHAKE DUMP -----';

export interface Dump {
  magic: string;
  headerBytes: number;
  memoryBytes: number;
  /** Bytes that are there behind the header. */
  rest: number;
  abi: number;
  restarts: number;
  call: string;
  reason: string;
  profile: string;
  /** The frame that was received last. */
  frame: string;
}

export function readDump(bytes: Buffer): Dump {
  const u32 = (index: number): number => bytes.readUInt32LE(8 + 4 * index);
  const text = (from: number, length: number): string =>
    bytes.toString('latin1', from, from + length).replace(/\0.*$/s, '');
  const frameAt = u32(0) + u32(6);
  return {
    magic: text(0, MAGIC.length),
    headerBytes: u32(0),
    memoryBytes: u32(1),
    rest: bytes.length - u32(0),
    abi: u32(2),
    restarts: u32(4),
    call: text(56, 16),
    reason: text(72, 64),
    profile: text(136, 24),
    frame: bytes.toString('hex', frameAt, frameAt + u32(9)),
  };
}

/** The dumps that are on a log, in order. */
export function dumpsOnLog(lines: readonly string[]): Buffer[] {
  const dumps: Buffer[] = [];
  let letters: string[] | undefined;
  for (const line of lines) {
    if (line === BEGIN) letters = [];
    else if (line === END) {
      if (letters !== undefined) dumps.push(Buffer.concat(letters.map((text) => Buffer.from(text, 'base64'))));
      letters = undefined;
    } else letters?.push(line);
  }
  return dumps;
}
