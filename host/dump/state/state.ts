/** All that is in the pools of a dump. */
import type { DumpHeader } from '../header.js';
import { HALF_OPEN, TIME_WAIT, Waits } from '../layout.js';
import type { DumpMemory } from '../memory.js';
import { connectionReport, type ConnectionReport } from './connection.js';
import { checkHeap, pendingDeadlines, type PendingDeadline } from './deadlines.js';
import {
  halfOpenReport,
  listenerReport,
  neighbourReport,
  timeWaitReport,
  type HalfOpenReport,
  type ListenerReport,
  type NeighbourReport,
  type TimeWaitReport,
} from './entries.js';
import { firstGenerationOf } from './identity.js';
import { indexOf, referredBy, usedEntries, type Doubts } from './pool.js';
import { readRecord } from './record.js';
import { formatTuple } from './tuple.js';

export interface StateReport {
  connections: ConnectionReport[];
  halfOpen: HalfOpenReport[];
  timeWait: TimeWaitReport[];
  listeners: ListenerReport[];
  neighbours: NeighbourReport[];
  deadlines: PendingDeadline[];
  doubts: Doubts;
}

export function readState(
  memory: DumpMemory,
  { nowMs, rxRing, txRing }: DumpHeader,
  localAddress: string,
): StateReport {
  const { view } = memory;
  const doubts: Doubts = [];
  const context = { view, nowMs, localAddress };
  const firstGeneration = firstGenerationOf(memory);
  const used = {
    connections: usedEntries(memory, 'CONNECTIONS', doubts),
    halfOpen: usedEntries(memory, 'HALF_OPEN', doubts),
    timeWait: usedEntries(memory, 'TIME_WAIT', doubts),
    listeners: usedEntries(memory, 'LISTENERS', doubts),
    neighbours: usedEntries(memory, 'NEIGHBOURS', doubts),
  };
  checkHeap(memory, used.connections, doubts);

  const guarded = new Set(used.timeWait.map((at) => readRecord(view, at, TIME_WAIT).key));
  const neighbourOf = (reference: number): string | undefined => {
    const at = referredBy(memory, reference);
    return indexOf(memory, 'NEIGHBOURS', at) === undefined ? undefined : neighbourReport(context, at).address;
  };
  const whole = {
    ...context,
    firstGeneration,
    rxRing,
    txRing,
    isGuarded: (key: bigint) => guarded.has(key),
    neighbourOf,
  };
  const firstListenerSlot = memory.pools.CONNECTIONS.capacity + 1;
  const waiting = waitingForRoom(memory, used.halfOpen);

  const connections = used.connections.map((at) =>
    connectionReport(whole, at, indexOf(memory, 'CONNECTIONS', at) ?? 0),
  );
  const halfOpen = used.halfOpen.map((at) => halfOpenReport(context, at));
  const timeWait = used.timeWait.map((at) => timeWaitReport(context, at));
  const listeners = used.listeners.map((at) => {
    const slot = firstListenerSlot + (indexOf(memory, 'LISTENERS', at) ?? 0);
    return listenerReport(view, at, slot, firstGeneration, waiting.get(at) ?? 0);
  });
  const neighbours = used.neighbours.map((at) => neighbourReport(context, at));
  return {
    connections,
    halfOpen,
    timeWait,
    listeners,
    neighbours,
    deadlines: pendingDeadlines([
      ...connections.map((one) => ({ name: formatTuple(one), deadlines: one.deadlines })),
      ...[...halfOpen, ...timeWait].map((one) => ({ name: formatTuple(one), deadlines: listOf(one.deadline) })),
      ...neighbours.map((one) => ({ name: one.address, deadlines: listOf(one.deadline) })),
    ]),
    doubts,
  };
}

/** How many half-open entries wait for room, by the address of their listener. */
function waitingForRoom(memory: DumpMemory, halfOpen: readonly number[]): Map<number, number> {
  const waiting = new Map<number, number>();
  for (const at of halfOpen) {
    const { waits, listener } = readRecord(memory.view, at, HALF_OPEN);
    const address = referredBy(memory, listener);
    if (waits === Waits.FOR_ROOM) waiting.set(address, (waiting.get(address) ?? 0) + 1);
  }
  return waiting;
}

function listOf<T>(value: T | undefined): T[] {
  return value === undefined ? [] : [value];
}
