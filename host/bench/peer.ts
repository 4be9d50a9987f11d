/** The peer that trials are made with, wherever it is: it is started and asked (boards/espruino/peer.js). */
import { BenchError } from './errors.js';

export type TrialOrder =
  | { kind: 'connect'; host: string; port: number; count: number; gapMs: number; limitMs: number }
  | { kind: 'echo'; host: string; port: number; bytes: number; limitMs: number }
  | { kind: 'get'; host: string; port: number; path: string; limitMs: number }
  | { kind: 'vanish'; host: string; port: number; limitMs: number };

/** What came of one attempt: what, after how many ms, and a detail. */
export type Outcome = readonly [what: string, ms: number, detail?: number | string];

/** What poll() gives. */
export interface PeerState {
  id: string;
  done: boolean;
  error: string;
  total: number;
  results: Outcome[];
}

/** Whoever runs peer.js. Both calls reject with a BenchError when the peer is not to be had. */
export interface Peer {
  start(id: string, order: TrialOrder): Promise<void>;
  poll(id: string, from: number): Promise<PeerState>;
}

const POLL_MS = 100;

/** One trial, to its end. `told` is called with the outcomes as they come. */
export async function runTrial(
  peer: Peer,
  id: string,
  order: TrialOrder,
  told: (outcomes: readonly Outcome[]) => void,
  signal: AbortSignal,
): Promise<void> {
  await peer.start(id, order);
  for (let from = 0; ;) {
    if (signal.aborted) throw new BenchError('BENCH_ABORTED', 'the trials were ended');
    const state = await peer.poll(id, from);
    from += state.results.length;
    if (state.results.length > 0) told(state.results);
    if (state.error !== '') throw new BenchError('PEER_FAILED', `the peer says: ${state.error}`);
    if (state.done && from >= state.total) return;
    if (state.results.length === 0) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** What somebody else has sent: is it what poll() gives? @throws BenchError PEER_GARBAGE */
export function checkedState(value: unknown, id: string): PeerState {
  const state = value as Partial<PeerState> | null;
  const isState =
    typeof state === 'object' &&
    state !== null &&
    state.id === id &&
    typeof state.done === 'boolean' &&
    typeof state.error === 'string' &&
    typeof state.total === 'number' &&
    Array.isArray(state.results) &&
    state.results.every(isOutcome);
  if (!isState) throw new BenchError('PEER_GARBAGE', `no answer of the peer: ${JSON.stringify(value).slice(0, 80)}`);
  return state as PeerState;
}

function isOutcome(value: unknown): boolean {
  return Array.isArray(value) && typeof value[0] === 'string' && typeof value[1] === 'number';
}
