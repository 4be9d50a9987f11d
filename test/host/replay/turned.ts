/** Recordings in which something is otherwise than it was. */

import { CALL_NAMES, type CallName } from '../../../host/core/exports.js';
import {
  ADDRESS_BYTES,
  HEADER,
  RECORD_HEADER_BYTES,
  RecordKind,
  type BytesRecord,
  type ReplayRecord,
} from '../../../host/replay/format.js';
import { readRecords } from '../../../host/replay/reader.js';

export interface Found {
  record: BytesRecord;
  /** How many calls come before it. */
  calls: number;
}

/** The last bytes of which this holds. */
export function lastBytes(recording: Uint8Array, isWanted: (record: BytesRecord) => boolean): Found {
  let found: Found | undefined;
  let calls = 0;
  for (const record of readRecords(recording)) {
    if (record.kind === RecordKind.CALL) calls++;
    if (isBytes(record) && isWanted(record)) found = { record, calls };
  }
  if (found === undefined) throw new Error('the recording has no such bytes');
  return found;
}

/** A copy of the recording with one bit of a byte turned: `at` counts within these bytes of it. */
export function turned(recording: Uint8Array, { byteOffset }: Uint8Array, at: number): Uint8Array {
  const copy = recording.slice();
  const index = byteOffset - recording.byteOffset + at;
  copy[index] = (copy[index] ?? 0) ^ 1;
  return copy;
}

/** The same with the last result of a call, and which call that is, counted from 1. */
export function turnedResult(recording: Uint8Array, name: CallName): { recording: Uint8Array; atCall: number } {
  let found: { at: number; atCall: number } | undefined;
  let at: number = HEADER.bytes;
  let calls = 0;
  for (const record of readRecords(recording)) {
    at += RECORD_HEADER_BYTES;
    if (record.kind === RecordKind.CALL) {
      calls++;
      if (CALL_NAMES[record.call] === name) found = { at, atCall: calls };
      at += 4 + 4 * record.args.length;
    } else if (isBytes(record)) at += ADDRESS_BYTES + record.bytes.length;
  }
  if (found === undefined) throw new Error(`the recording has no call of ${name}`);
  return { recording: turned(recording, recording, found.at), atCall: found.atCall };
}

export function isBytes(record: ReplayRecord): record is BytesRecord {
  return record.kind === RecordKind.WRITE || record.kind === RecordKind.READ;
}
