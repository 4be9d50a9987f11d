import { ARGUMENTS, CALL_NAMES } from '../core/exports.js';
import { ReplayError } from './errors.js';
import {
  ADDRESS_BYTES,
  Content,
  HEADER,
  MAGIC,
  MOST_BYTES,
  PROFILE_BYTES,
  RECORD_HEADER_BYTES,
  RecordKind,
  type Header,
  type ReplayRecord,
} from './format.js';

const CONTENTS: readonly (Content | undefined)[] = Object.values(Content).filter((value) => typeof value === 'number');

/** @throws ReplayError REPLAY_NO_RECORDING, REPLAY_CUT_SHORT */
export function readHeader(recording: Uint8Array): Header {
  const { offsets } = HEADER;
  const begins = textAt(recording, offsets.magic, MAGIC.length);
  if (begins !== MAGIC) throw new ReplayError('REPLAY_NO_RECORDING', `no recording: it does not begin with ${MAGIC}`);
  if (recording.length < HEADER.bytes) {
    throw new ReplayError('REPLAY_CUT_SHORT', 'the recording is cut short: it ends in its header');
  }
  const view = viewOf(recording);
  return {
    profile: textAt(recording, offsets.profile, PROFILE_BYTES - 1),
    memoryBytes: view.getUint32(offsets.memoryBytes, true),
    calls: view.getUint32(offsets.calls, true),
  };
}

/**
 * The records behind the header, END among them. The bytes are views of the recording.
 * @throws ReplayError REPLAY_CUT_SHORT, REPLAY_DAMAGED
 */
export function* readRecords(recording: Uint8Array): Generator<ReplayRecord, void, undefined> {
  const { calls: all } = readHeader(recording);
  let calls = 0;
  for (let at: number = HEADER.bytes; ;) {
    const body = bodyAt(recording, at, calls, all);
    const record = recordOf(recording[at] ?? 0, recording[at + 1] ?? 0, body);
    if (record === undefined) {
      throw new ReplayError('REPLAY_DAMAGED', `the recording is damaged: no record can be as the one at byte ${at} is`);
    }
    at += RECORD_HEADER_BYTES + body.length;
    if (record.kind === RecordKind.CALL) calls++;
    if (record.kind === RecordKind.END) checkEnd(calls, all, recording.length - at);
    yield record;
    if (record.kind === RecordKind.END) return;
  }
}

/**
 * Has it the form of a recording, from its beginning to its end? Gives its header.
 * @throws ReplayError REPLAY_NO_RECORDING, REPLAY_CUT_SHORT, REPLAY_DAMAGED
 */
export function checkRecording(recording: Uint8Array): Header {
  const records = readRecords(recording);
  while (records.next().done !== true);
  return readHeader(recording);
}

function checkEnd(calls: number, all: number, rest: number): void {
  if (calls === all && rest === 0) return;
  const what = calls !== all ? `it has ${calls} calls, not ${all}` : 'something follows its end';
  throw new ReplayError('REPLAY_DAMAGED', `the recording is damaged: ${what}`);
}

function bodyAt(recording: Uint8Array, at: number, calls: number, all: number): Uint8Array {
  const start = at + RECORD_HEADER_BYTES;
  const length = start <= recording.length ? viewOf(recording).getUint16(at + 2, true) : 0;
  if (start + length > recording.length) {
    const message = `the recording is cut short: it ends behind call ${calls} of ${all}`;
    throw new ReplayError('REPLAY_CUT_SHORT', message);
  }
  return recording.subarray(start, start + length);
}

/** Undefined: there are no such records. */
function recordOf(kind: number, second: number, body: Uint8Array): ReplayRecord | undefined {
  if (kind === RecordKind.CALL) return callOf(second, body);
  if (kind === RecordKind.END) return second === 0 && body.length === 0 ? { kind } : undefined;
  if (kind !== RecordKind.WRITE && kind !== RecordKind.READ) return undefined;
  const count = body.length - ADDRESS_BYTES;
  const content = CONTENTS[second];
  if (content === undefined || count < 1 || count > MOST_BYTES) return undefined;
  const address = viewOf(body).getUint32(0, true);
  return { kind, content, address, bytes: body.subarray(ADDRESS_BYTES) };
}

function callOf(call: number, body: Uint8Array): ReplayRecord | undefined {
  const name = CALL_NAMES[call];
  if (name === undefined || body.length !== 4 + 4 * ARGUMENTS[name]) return undefined;
  const view = viewOf(body);
  const args = Array.from({ length: ARGUMENTS[name] }, (_, i) => view.getUint32(4 + 4 * i, true));
  return { kind: RecordKind.CALL, call, result: view.getInt32(0, true), args };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Up to the first zero. */
function textAt(bytes: Uint8Array, at: number, length: number): string {
  const field = bytes.subarray(at, at + length);
  const end = field.indexOf(0);
  return String.fromCharCode(...(end < 0 ? field : field.subarray(0, end)));
}
