/** Which entries of a pool are used: those that were ever taken, but for those on its free list. assembly/pool/pool.ts */
import type { PoolKey } from '../../core/index.js';
import { CONNECTION, HALF_OPEN, HEADS, LISTENER, NEIGHBOUR, TIME_WAIT } from '../layout.js';
import type { DumpMemory, MemoryMap } from '../memory.js';

/** What in a memory contradicts itself, in words. A trap may have been its consequence, so it is told and not refused. */
export type Doubts = string[];

interface PoolPlace {
  name: string;
  record: { readonly bytes: number };
  base: keyof MemoryMap;
  freeAt: number;
}

const PLACES: Readonly<Record<PoolKey, PoolPlace>> = {
  CONNECTIONS: {
    name: 'connections',
    record: CONNECTION,
    base: 'connections',
    freeAt: HEADS.fields.freeConnections.at,
  },
  HALF_OPEN: { name: 'half-open', record: HALF_OPEN, base: 'halfOpen', freeAt: HEADS.fields.freeHalfOpen.at },
  TIME_WAIT: { name: 'time-wait', record: TIME_WAIT, base: 'timeWait', freeAt: HEADS.fields.freeTimeWait.at },
  LISTENERS: { name: 'listeners', record: LISTENER, base: 'listeners', freeAt: HEADS.fields.freeListeners.at },
  NEIGHBOURS: { name: 'neighbours', record: NEIGHBOUR, base: 'neighbours', freeAt: HEADS.fields.freeNeighbours.at },
};

/** The next of a free list, at the same place in every pool's entries. */
const NEXT_AT = CONNECTION.fields.chainNext.at;

/** The addresses of the entries that are used, in order. */
export function usedEntries(memory: DumpMemory, pool: PoolKey, doubts: Doubts): number[] {
  const { name, freeAt } = PLACES[pool];
  const { capacity, used } = memory.pools[pool];
  const told = memory.view.getUint16(memory.at.heads + freeAt + 2, true);
  if (told > capacity) doubts.push(`${name}: ${told} entries were ever taken, of ${capacity}`);
  const touched = Math.min(told, capacity);
  const free = freeEntries(memory, pool, touched, doubts);
  const found = Array.from({ length: touched }, (_, index) => addressOf(memory, pool, index)).filter(
    (address) => !free.has(address),
  );
  if (found.length !== used) doubts.push(`${name}: ${used} are counted as used, and ${found.length} are not free`);
  return found;
}

/** Which entry of its pool lies at an address; undefined: none does. */
export function indexOf(memory: DumpMemory, pool: PoolKey, address: number): number | undefined {
  const index = (address - memory.at[PLACES[pool].base]) / PLACES[pool].record.bytes;
  return Number.isInteger(index) && index >= 0 && index < memory.pools[pool].capacity ? index : undefined;
}

/** What a two-byte reference means: assembly/pool/entry.ts. */
export function referredBy(memory: DumpMemory, reference: number): number {
  return reference << memory.at.referenceShift;
}

function addressOf(memory: DumpMemory, pool: PoolKey, index: number): number {
  return memory.at[PLACES[pool].base] + index * PLACES[pool].record.bytes;
}

function freeEntries(memory: DumpMemory, pool: PoolKey, touched: number, doubts: Doubts): Set<number> {
  const { view, at } = memory;
  const { name, freeAt } = PLACES[pool];
  const free = new Set<number>();
  let reference = view.getUint16(at.heads + freeAt, true);
  // Every round finds one more of a pool's entries, or ends.
  while (reference !== 0) {
    const address = referredBy(memory, reference);
    const index = indexOf(memory, pool, address);
    if (index === undefined || index >= touched || free.has(address)) {
      doubts.push(`${name}: the list of free entries is broken: it leads to 0x${address.toString(16)}`);
      break;
    }
    free.add(address);
    reference = view.getUint16(address + NEXT_AT, true);
  }
  return free;
}
