/** What is due, of all that there is; and whether the heap of deadlines says the same. assembly/pool/lists/deadlines.ts */
import { CONNECTION, HEADS } from '../layout.js';
import type { DumpMemory } from '../memory.js';
import type { Deadline } from './connection.js';
import { indexOf, referredBy, type Doubts } from './pool.js';

export interface PendingDeadline extends Deadline {
  /** Whose: a 4-tuple or an address. */
  of: string;
}

/** What may have deadlines, with what it is called. */
export interface Holder {
  name: string;
  deadlines: readonly Deadline[];
}

/** The deadlines in order of time. */
export function pendingDeadlines(holders: readonly Holder[]): PendingDeadline[] {
  return holders
    .flatMap(({ name, deadlines }) => deadlines.map((deadline) => ({ ...deadline, of: name })))
    .sort((a, b) => a.inMs - b.inMs);
}

/** Each place of the heap is that of one connection, and no connection is due before its parent. */
export function checkHeap(memory: DumpMemory, connections: readonly number[], doubts: Doubts): void {
  const { view, at } = memory;
  const due = (address: number): number => view.getUint32(address + CONNECTION.fields.due.at, true);
  const placeOf = (address: number): number => view.getUint16(address + CONNECTION.fields.heapPosition.at, true);
  const count = view.getUint32(at.heads + HEADS.fields.deadlines.at, true);
  const withDeadline = connections.filter((address) => placeOf(address) !== 0).length;
  if (count !== withDeadline) doubts.push(`deadlines: ${count} are counted, and ${withDeadline} connections have one`);
  const heap = Array.from({ length: Math.min(count, memory.pools.CONNECTIONS.capacity) }, (_, place) =>
    referredBy(memory, view.getUint16(at.deadlineHeap + 2 * place, true)),
  );
  heap.forEach((address, place) => {
    const where = `deadlines: place ${place} of the heap`;
    if (indexOf(memory, 'CONNECTIONS', address) === undefined) {
      doubts.push(`${where} is of no connection: 0x${address.toString(16)}`);
    } else if (placeOf(address) !== place + 1) {
      doubts.push(`${where} is of a connection that is elsewhere in it`);
    } else {
      const parent = heap[(place - 1) >> 1];
      const isBroken =
        place > 0 && parent !== undefined && indexOf(memory, 'CONNECTIONS', parent) !== undefined
          ? ((due(address) - due(parent)) | 0) < 0
          : false;
      if (isBroken) doubts.push(`${where} is due before the place above it`);
    }
  });
}
