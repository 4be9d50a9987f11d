/** The memory of a dump with its map: which is made of what the dump says, and must fit it. */
import { RANGES } from '../build/check-sizes.js';
import type { ProfileSizes } from '../build/profile-sizes.js';
import type { PoolKey, PoolUse } from '../core/index.js';
import { STATISTICS, STATISTICS_BYTES } from '../core/layout.js';
import { readPools } from '../core/statistics.js';
import { DumpError } from './errors.js';
import { damaged, type DumpHeader } from './header.js';
import { IDENTITY, memoryMap, type Sizes } from './layout.js';

export type MemoryMap = ReturnType<typeof memoryMap>;

export interface DumpMemory {
  bytes: Uint8Array;
  view: DataView;
  /** Where things lie. */
  at: MemoryMap;
  pools: Record<PoolKey, PoolUse>;
  /** False: nobody has booted it, so there is nothing to see but the frame. */
  isBooted: boolean;
}

/** What a memory is a multiple of where the runtime gave the module more than it said it needs. */
const PAGE_BYTES = 65536;

/** A module ends with its map; one with the status page has more in the map, and the page's texts behind it. */
const KINDS = [
  { apps: 0, mostBehind: 15 },
  { apps: 4, mostBehind: 4096 },
] as const;

const SIZE_OF_POOL: Readonly<Record<PoolKey, keyof ProfileSizes>> = {
  CONNECTIONS: 'connections',
  HALF_OPEN: 'halfOpen',
  TIME_WAIT: 'timeWait',
  LISTENERS: 'listeners',
  NEIGHBOURS: 'neighbours',
};

/** What a header says of the memory behind it. */
export type MemoryHeader = Pick<
  DumpHeader,
  'memoryBytes' | 'configAt' | 'rxFrameAt' | 'txFrameAt' | 'statisticsAt' | 'rxRing' | 'txRing'
>;

/** @throws DumpError: things do not lie where a module of this version has them */
export function openMemory(header: MemoryHeader, memory: Uint8Array): DumpMemory {
  const view = new DataView(memory.buffer, memory.byteOffset, memory.length);
  const none: Sizes = {
    CONNECTIONS: 0,
    HALF_OPEN: 0,
    TIME_WAIT: 0,
    LISTENERS: 0,
    NEIGHBOURS: 0,
    RX_RING: header.rxRing,
    TX_RING: header.txRing,
    APPS: 0,
    // Only debug builds have guards, and they are not flashed.
    GUARD_BYTES: 0,
  };
  // What lies before the pools does not hang on how many there are of anything.
  const start = header.configAt - memoryMap(0, none).bootRecord;
  checkPlaces(header, start, memoryMap(start, none));
  const { statistics, identity } = memoryMap(start, none);
  const pools = readPools(view, statistics);
  const size = view.getUint32(statistics + STATISTICS.offsets.size, true);
  const isBooted = size !== 0 || view.getUint32(identity + IDENTITY.fields.booted.at, true) !== 0;
  if (!isBooted) return { bytes: memory, view, at: memoryMap(start, none), pools, isBooted };

  if (size !== STATISTICS_BYTES) {
    throw otherModule(`it has ${size} bytes of counters, and this version knows ${STATISTICS_BYTES}`);
  }
  const sizes: Sizes = { ...none, ...capacitiesOf(pools) };
  const maps = KINDS.map(({ apps, mostBehind }) => ({ mostBehind, at: memoryMap(start, { ...sizes, APPS: apps }) }));
  const fitting = maps.find(({ at, mostBehind }) => fits(start + at.length, mostBehind, memory.length));
  if (fitting !== undefined) return { bytes: memory, view, at: fitting.at, pools, isBooted };
  const needed = maps.map(({ at }) => start + at.length).join(' or ');
  throw otherModule(`its pools and rings take ${needed} bytes, and it has ${memory.length}`);
}

/** The memory in a dump: all of it, with zeros for what the board has left out. */
export function memoryOf(
  { headerBytes, memoryBytes, leftOutAt, leftOutBytes }: DumpHeader,
  bytes: Uint8Array,
): Uint8Array {
  const memory = new Uint8Array(memoryBytes);
  memory.set(bytes.subarray(headerBytes, headerBytes + leftOutAt));
  memory.set(bytes.subarray(headerBytes + leftOutAt), leftOutAt + leftOutBytes);
  return memory;
}

function otherModule(what: string): DumpError {
  return new DumpError('DUMP_OTHER_MODULE', `the dump is of a module with another memory map: ${what}`);
}

function checkPlaces(header: MemoryHeader, start: number, at: MemoryMap): void {
  const told = [header.rxFrameAt, header.txFrameAt, header.statisticsAt];
  const mapped = [at.rxFrame, at.txFrame, at.statistics];
  if (start <= 0 || start % 16 !== 0 || told.some((place, index) => place !== mapped[index])) {
    throw otherModule(
      `its boot record is at ${header.configAt}, and then its frames and counters at ${told.join(', ')}`,
    );
  }
  if (at.connections > header.memoryBytes) {
    throw damaged(`its counters end beyond its memory of ${header.memoryBytes} bytes`);
  }
}

function capacitiesOf(pools: Record<PoolKey, PoolUse>): Pick<Sizes, PoolKey> {
  const names = Object.keys(SIZE_OF_POOL) as PoolKey[];
  for (const name of names) {
    const [least, most] = RANGES[SIZE_OF_POOL[name]];
    const { capacity } = pools[name];
    if (capacity < least || capacity > most) throw damaged(`no module has a pool ${name} of ${capacity}`);
  }
  const capacities = names.map((name) => [name, pools[name].capacity]);
  return Object.fromEntries(capacities) as Pick<Sizes, PoolKey>;
}

/** A board gives a module what it needs; a desktop gives whole pages. */
function fits(needed: number, mostBehind: number, given: number): boolean {
  return given >= needed && (given - needed <= mostBehind || given % PAGE_BYTES === 0);
}
