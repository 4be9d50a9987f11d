import { fromHex, toHex } from './bytes.js';
import { TraceError } from './error.js';
import type { Trace, TraceRecord } from './trace.js';

/** One record per line, so that two traces can be compared with `diff`. Frames are hexadecimal. */
export function traceToJson(trace: Trace): string {
  const { records, ...head } = trace;
  const lines = records.map((record) => JSON.stringify(record, bytesToHex));
  const start = JSON.stringify(head).slice(0, -1);
  return `${start},"records":[\n${lines.join(',\n')}\n]}\n`;
}

/** @throws TraceError TRACE_BAD_JSON, TRACE_BAD_RECORD, TRACE_BAD_HEX */
export function traceFromJson(text: string): Trace {
  const value = parse(text);
  if (!isObject(value) || value.version !== 1 || !Array.isArray(value.hosts) || !Array.isArray(value.records)) {
    throw new TraceError('TRACE_BAD_JSON', 'not a trace of version 1');
  }
  const hosts: unknown[] = value.hosts;
  if (!hosts.every((host) => isObject(host) && typeof host.id === 'string')) {
    throw new TraceError('TRACE_BAD_JSON', 'a host has no id');
  }
  const records: unknown[] = value.records;
  const trace: Trace = { version: 1, hosts: hosts as Trace['hosts'], records: records.map(readRecord) };
  if (typeof value.epochMs === 'number') trace.epochMs = value.epochMs;
  return trace;
}

/** The fields without which a record of this kind cannot be drawn. */
const REQUIRED: Record<TraceRecord['kind'], Record<string, 'string' | 'object'>> = {
  frame: { from: 'string', to: 'string', bytes: 'string' },
  state: { host: 'string', state: 'string' },
  timer: { host: 'string', timer: 'string', action: 'string' },
  event: { host: 'string', event: 'string' },
  pools: { host: 'string', pools: 'object' },
  note: { text: 'string' },
};

function readRecord(value: unknown, index: number): TraceRecord {
  if (!isObject(value) || !isKind(value.kind) || !Number.isFinite(value.at)) {
    throw new TraceError('TRACE_BAD_RECORD', `record ${index} has no kind or no time`);
  }
  for (const [field, type] of Object.entries(REQUIRED[value.kind])) {
    if (typeof value[field] !== type || value[field] === null) {
      throw new TraceError('TRACE_BAD_RECORD', `record ${index} (${value.kind}) has no ${field}`);
    }
  }
  if (value.kind === 'pools' && !Array.isArray(value.pools)) {
    throw new TraceError('TRACE_BAD_RECORD', `record ${index}: pools is not a list`);
  }
  for (const part of [value.connection ?? {}, ...(Array.isArray(value.pools) ? (value.pools as unknown[]) : [])]) {
    if (!isObject(part)) throw new TraceError('TRACE_BAD_RECORD', `record ${index}: a part of it is not an object`);
  }
  const record: Unread = { ...value };
  if (value.connection === null) delete record.connection;
  if (typeof value.bytes === 'string') record.bytes = fromHex(value.bytes);
  if (typeof value.corrupted === 'string') record.corrupted = fromHex(value.corrupted);
  return record as unknown as TraceRecord;
}

function bytesToHex(_key: string, value: unknown): unknown {
  return value instanceof Uint8Array ? toHex(value) : value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new TraceError('TRACE_BAD_JSON', error instanceof Error ? error.message : 'not JSON');
  }
}

function isKind(value: unknown): value is TraceRecord['kind'] {
  return typeof value === 'string' && Object.hasOwn(REQUIRED, value);
}

/** What is read before it is known to be right: fields that may be there, and may be anything. */
type Field =
  'version' | 'hosts' | 'records' | 'epochMs' | 'id' | 'kind' | 'at' | 'pools' | 'bytes' | 'corrupted' | 'connection';
type Unread = Record<string, unknown> & Partial<Record<Field, unknown>>;

function isObject(value: unknown): value is Unread {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
