/** What a dump says, as plain data. */
import type { PoolKey, PoolUse } from '../core/index.js';
import { readStatistics } from '../core/statistics.js';
import { frameReport, type FrameReport } from './frame.js';
import { readHeader } from './header.js';
import { memoryOf, openMemory } from './memory.js';
import { identityReport, type IdentityReport } from './state/identity.js';
import { readState, type StateReport } from './state/state.js';

export interface DumpReport extends StateReport {
  board: {
    profile: string;
    abi: number;
    /** The board's clock when it trapped: a `u32` of ms, which wraps after 49.7 days. */
    uptimeMs: number;
    /** Traps since power-on, this one counted. */
    restarts: number;
    /** Absent: it was not booted. */
    identity?: IdentityReport;
  };
  trap: {
    /** The export that was called. */
    call: string;
    reason: string;
  };
  /** Absent: none was received. */
  lastFrame?: FrameReport;
  pools: Record<PoolKey, PoolUse>;
  /** Those that are not 0. */
  counters: Record<string, number>;
  drops: Record<string, number>;
}

const NOTHING: StateReport = {
  connections: [],
  halfOpen: [],
  timeWait: [],
  listeners: [],
  neighbours: [],
  deadlines: [],
  doubts: [],
};

/**
 * Opens a dump, which is all of these bytes: see `findDumps`. Nothing in it is trusted. What contradicts itself is told
 * in `doubts`, since a trap may come of it. The report has nothing that is secret; the dump has: the key that sequence
 * numbers hang on, and what the connections had to send and to read.
 *
 * @throws DumpError
 */
export function openDump(bytes: Uint8Array): DumpReport {
  const header = readHeader(bytes);
  const memory = openMemory(header, memoryOf(header, bytes));
  const identity = memory.isBooted ? identityReport(memory) : undefined;
  const { counters, drops } = readStatistics(memory.view, memory.at.statistics);
  const lastFrame = frameReport(memory, header);
  return {
    board: {
      profile: header.profile,
      abi: header.abi,
      uptimeMs: header.nowMs,
      restarts: header.restarts,
      ...(identity === undefined ? {} : { identity }),
    },
    trap: { call: header.call, reason: header.reason },
    ...(lastFrame === undefined ? {} : { lastFrame }),
    ...(identity === undefined ? NOTHING : readState(memory, header, identity.address)),
    pools: memory.pools,
    counters: notZero(counters),
    drops: notZero(drops),
  };
}

function notZero(counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0));
}
