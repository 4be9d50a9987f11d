import { dropOf } from '../core/core.js';
import { CALL_NAMES, type CallName } from '../core/exports.js';
import { Drop, Errno, STATISTICS_BYTES } from '../core/layout.js';
import { dropName, readStatistics, type CounterName, type DropName } from '../core/statistics.js';
import { Content, RecordKind } from './format.js';
import { readRecords } from './reader.js';

/** What of a core a recording reaches. */
export interface Coverage {
  /** How often each export was called. */
  calls: Record<CallName, number>;
  /** How often each error was given, by name of the export and of the error: "listen EINVAL". */
  errors: Map<string, number>;
  /** How often frames were dropped for each reason. */
  drops: Record<DropName, number>;
  /** What the core has counted, over all its boots. */
  counters: Record<CounterName, number>;
  /** The clock went from its highest number to 0. */
  clockWraps: number;
}

const DROPS = Object.values(Drop).filter((reason) => typeof reason === 'number' && reason !== Drop.NONE) as Drop[];

const NOTHING = countersOf(new Uint8Array(STATISTICS_BYTES));

export function coverageOf(recording: Uint8Array): Coverage {
  const coverage: Coverage = {
    calls: Object.fromEntries(CALL_NAMES.map((name) => [name, 0])) as Coverage['calls'],
    errors: new Map(),
    drops: Object.fromEntries(DROPS.map((reason) => [dropName(reason), 0])) as Coverage['drops'],
    counters: NOTHING,
    clockWraps: 0,
  };
  // Since the last boot: it begins from 0.
  let counters = NOTHING;
  let now = 0;
  for (const record of readRecords(recording)) {
    if (record.kind === RecordKind.READ && record.content === Content.STATISTICS) counters = countersOf(record.bytes);
    if (record.kind !== RecordKind.CALL) continue;
    const name = CALL_NAMES[record.call] as CallName;
    coverage.calls[name]++;
    if (name === 'receive') countDrop(coverage, record.result);
    else countError(coverage, name, record.result);
    if (name === 'boot') {
      coverage.counters = sumOf(coverage.counters, counters);
      counters = NOTHING;
    }
    if (name !== 'transmit') continue;
    if ((record.args[0] ?? 0) < now) coverage.clockWraps++;
    now = record.args[0] ?? 0;
  }
  return { ...coverage, counters: sumOf(coverage.counters, counters) };
}

function countersOf(bytes: Uint8Array): Coverage['counters'] {
  return readStatistics(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0).counters;
}

function sumOf(some: Coverage['counters'], more: Coverage['counters']): Coverage['counters'] {
  const sums = Object.entries(some).map(([name, count]) => [name, count + more[name as CounterName]]);
  return Object.fromEntries(sums) as Coverage['counters'];
}

function countDrop({ drops }: Coverage, result: number): void {
  const reason = dropOf(result);
  if (reason !== 0) drops[dropName(reason)]++;
}

function countError({ errors }: Coverage, name: CallName, result: number): void {
  // An address is negative, too, where its first byte is above 127.
  const error = name === 'remote_address' ? undefined : Errno[result];
  if (error === undefined) return;
  const key = `${name} ${error}`;
  errors.set(key, (errors.get(key) ?? 0) + 1);
}
