import { Drop, DROP_COUNT, DROPS_AT, POOL_COUNT, POOL_USE, PoolName, POOLS_AT, STATISTICS } from './layout.js';

export type CounterName = Exclude<keyof typeof STATISTICS.offsets, 'size'>;
/** Why a frame was dropped: "TCP_CHECKSUM". */
export type DropName = Exclude<keyof typeof Drop, 'NONE'>;
export type PoolKey = keyof typeof PoolName;

/** How much of a pool is used. */
export type PoolUse = Record<keyof typeof POOL_USE.offsets, number>;

/** What has happened in a core since boot. */
export interface Statistics {
  counters: Record<CounterName, number>;
  pools: Record<PoolKey, PoolUse>;
  drops: Record<DropName, number>;
}

const COUNTERS = entriesOf(STATISTICS.offsets).filter(([name]) => name !== 'size') as [CounterName, number][];
const POOLS = Array.from({ length: POOL_COUNT }, (_, index) => PoolName[index] as PoolKey);
const DROPS = Array.from({ length: DROP_COUNT }, (_, index) => Drop[index] as keyof typeof Drop);

/** The name of a Drop by its number. */
export function dropName(reason: number): DropName {
  const name = DROPS[reason];
  if (name === undefined || name === 'NONE') throw new RangeError(`no reason to drop has the number ${reason}`);
  return name;
}

/** Reads the statistics that lie at `at`. */
export function readStatistics(memory: DataView, at: number): Statistics {
  const u32 = (offset: number): number => memory.getUint32(at + offset, true);
  return {
    counters: record(COUNTERS.map(([name, offset]) => [name, u32(offset)])),
    pools: readPools(memory, at),
    drops: record(
      DROPS.flatMap((name, i): [DropName, number][] => (name === 'NONE' ? [] : [[name, u32(DROPS_AT + 4 * i)]])),
    ),
  };
}

/** The pools alone: what a simulation looks at after every step. */
export function readPools(memory: DataView, at: number): Record<PoolKey, PoolUse> {
  return record(POOLS.map((pool, index) => [pool, readPool(memory, at + POOLS_AT + index * POOL_USE.bytes)]));
}

function readPool(memory: DataView, at: number): PoolUse {
  return record(entriesOf(POOL_USE.offsets).map(([name, offset]) => [name, memory.getUint32(at + offset, true)]));
}

function entriesOf<K extends string>(offsets: Record<K, number>): [K, number][] {
  return Object.entries(offsets) as [K, number][];
}

function record<K extends string, V>(entries: [K, V][]): Record<K, V> {
  return Object.fromEntries(entries) as Record<K, V>;
}
