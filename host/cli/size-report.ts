/** What a core takes, as a table. */
import type { ProfileSizes } from '../build/profile-sizes.js';
import { Core } from '../core/index.js';
import { ENTRY_BYTES, STATISTICS_BYTES } from '../core/layout.js';

/** What a core takes, in bytes. */
export interface SizeReport {
  name: string;
  moduleBytes: number;
  memoryBytes: number;
  parts: { name: string; entries: number; entryBytes: number; bytes: number }[];
}

export async function sizeReport(
  name: string,
  wasm: Uint8Array<ArrayBuffer>,
  sizes: ProfileSizes,
): Promise<SizeReport> {
  const core = new Core(await WebAssembly.compile(wasm));
  core.boot({ mac: '02:00:00:00:00:01', address: '10.73.0.2', prefixLength: 24, key: new Uint8Array(16).fill(1) }, 0);
  const pools = core.pools();
  const part = (label: string, entries: number, entryBytes: number): SizeReport['parts'][number] => ({
    name: label,
    entries,
    entryBytes,
    bytes: entries * entryBytes,
  });
  const parts = [
    part('connections', pools.CONNECTIONS.capacity, ENTRY_BYTES.connection),
    part('half-open', pools.HALF_OPEN.capacity, ENTRY_BYTES.halfOpen),
    part('time-wait', pools.TIME_WAIT.capacity, ENTRY_BYTES.timeWait),
    part('listeners', pools.LISTENERS.capacity, ENTRY_BYTES.listener),
    part('neighbours', pools.NEIGHBOURS.capacity, ENTRY_BYTES.neighbour),
    part('rings (receive + send)', pools.CONNECTIONS.capacity, sizes.rxRing + sizes.txRing),
    part('frame buffers', 2, 1514),
    part('statistics', 1, STATISTICS_BYTES),
  ];
  const known = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  parts.push(part('indexes, deadlines, the rest', 1, core.memoryBytes - known));
  return { name, moduleBytes: wasm.length, memoryBytes: core.memoryBytes, parts };
}

export function sizeTable({ name, moduleBytes, memoryBytes, parts }: SizeReport): string {
  const number = (value: number): string => value.toLocaleString('en-US');
  const rows = parts.map(
    ({ name: label, entries, entryBytes, bytes }) =>
      `  ${label.padEnd(30)}${number(entries).padStart(8)} × ${number(entryBytes).padStart(7)}  ${number(bytes).padStart(11)}`,
  );
  const kib = (memoryBytes / 1024).toFixed(1);
  return [
    name,
    ...rows,
    `  ${'linear memory'.padEnd(30)}${`${kib} KiB`.padStart(18)}  ${number(memoryBytes).padStart(11)}`,
    `  ${'module'.padEnd(30)}${`${(moduleBytes / 1024).toFixed(1)} KiB`.padStart(18)}  ${number(moduleBytes).padStart(11)}`,
    '',
  ].join('\n');
}
