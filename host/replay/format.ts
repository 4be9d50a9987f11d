/**
 * A recording: every call of one core with what went in and what came out. All numbers are little-endian; it is read
 * from its beginning to its end, by boards too (boards/apps/replay.c), and no part of it needs more than 1,600 bytes.
 *
 * Header, 40 bytes:
 *
 *     0   8  "FSKREPL1"
 *     8  24  the profile's name, zeros behind it: 23 bytes at most
 *    32   4  bytes of memory that the module uses: __heap_base
 *    36   4  number of calls
 *
 * Records follow, in the order in which it happened. Each has 4 bytes and a body:
 *
 *     0   1  kind: 1 CALL, 2 WRITE, 3 READ, 4 END. Never 0: zeros are no recording
 *     1   1  CALL: the call's number. WRITE, READ: what the bytes are (`Content`). END: 0
 *     2   2  bytes of the body: 1,596 at most
 *
 * CALL is made now: its result, then each argument (4 bytes each). A call's number is its place in the table of ABI 1
 * (ARCHITECTURE.md, host/core/exports.ts, boards/common/core.h), from 0.
 *
 * WRITE: the host puts these bytes into the module's memory. An address (4 bytes), then the bytes.
 *
 * READ: the host finds these bytes in the module's memory. An address (4 bytes), then the bytes. What is longer than a
 * record is told in several, one behind the other.
 *
 * END has an empty body, and nothing follows it. Before it all of the module's memory is read.
 *
 * Addresses are the module's own: it is the same module that is replayed, so what lies where is a result as others are.
 */

export const MAGIC = 'FSKREPL1';
export const HEADER = { bytes: 40, offsets: { magic: 0, profile: 8, memoryBytes: 32, calls: 36 } } as const;
/** Bytes of the profile's field, of which the last is zero. */
export const PROFILE_BYTES = 24;

export const RECORD_HEADER_BYTES = 4;
export const ADDRESS_BYTES = 4;
/** Bytes that one WRITE or READ can tell of. */
export const MOST_BYTES = 1592;

export enum RecordKind {
  CALL = 1,
  WRITE = 2,
  READ = 3,
  END = 4,
}

/** What the bytes of a WRITE or READ are. */
export enum Content {
  BOOT_RECORD = 0,
  FRAME = 1,
  EVENT = 2,
  DATA = 3,
  STATISTICS = 4,
  MEMORY = 5,
}

export interface Header {
  profile: string;
  memoryBytes: number;
  calls: number;
}

export interface CallRecord {
  kind: RecordKind.CALL;
  /** The call's place in CALL_NAMES. */
  call: number;
  /** Signed, as the module gives it. */
  result: number;
  args: number[];
}

export interface BytesRecord {
  kind: RecordKind.WRITE | RecordKind.READ;
  content: Content;
  address: number;
  bytes: Uint8Array;
}

export type ReplayRecord = CallRecord | BytesRecord | { kind: RecordKind.END };
