/** All chosen trials, one after the other, and what came of them. */
import { BenchError } from './errors.js';
import { runTrial, type Outcome, type Peer } from './peer.js';
import { statusOrder, type Trial } from './trials.js';

export interface TrialResult {
  id: string;
  title: string;
  outcomes: Outcome[];
  /** Absent: it is not over. '': it is right. */
  wrong?: string;
  ms: number;
}

export interface BenchResult {
  host: string;
  /** When it began, as in ISO 8601. */
  at: string;
  trials: TrialResult[];
  /** The board's own figures before and after; absent: it has no status page, or the peer was lost. */
  before?: unknown;
  after?: unknown;
  /** Why it ended early. */
  ended?: string;
}

export interface BenchOptions {
  host: string;
  trials: readonly Trial[];
  signal: AbortSignal;
  /** Something is new in the result. */
  onChange: (result: BenchResult) => void;
}

/** What was measured is never lost: a peer that goes away ends the trials, and says why in `ended`. */
export async function runBench(peer: Peer, { host, trials, signal, onChange }: BenchOptions): Promise<BenchResult> {
  const result: BenchResult = { host, at: new Date().toISOString(), trials: [] };
  /** Answers that come late are not another trial's. */
  const session = Math.random().toString(36).slice(2, 8);
  const change = (): void => onChange(result);
  try {
    result.before = await status(peer, `${session}-before`, host, signal);
    for (const trial of trials) {
      await one(peer, `${session}-${trial.id}`, trial, result, signal, change);
    }
    if (trials.at(-1)?.id !== 'vanish') result.after = await status(peer, `${session}-after`, host, signal);
  } catch (error) {
    if (!(error instanceof BenchError)) throw error;
    result.ended = error.message;
  }
  change();
  return result;
}

async function one(
  peer: Peer,
  id: string,
  trial: Trial,
  result: BenchResult,
  signal: AbortSignal,
  change: () => void,
): Promise<void> {
  const begun = performance.now();
  const mine: TrialResult = { id: trial.id, title: trial.title, outcomes: [], ms: 0 };
  result.trials.push(mine);
  change();
  const told = (outcomes: readonly Outcome[]): void => {
    mine.outcomes.push(...outcomes);
    mine.ms = performance.now() - begun;
    change();
  };
  await runTrial(peer, id, trial.order(result.host), told, signal);
  mine.wrong = trial.wrong(mine.outcomes);
  mine.ms = performance.now() - begun;
  change();
}

/** `/status.json`; undefined: it did not come, or is none. */
async function status(peer: Peer, id: string, host: string, signal: AbortSignal): Promise<unknown> {
  const pieces: string[] = [];
  const told = (outcomes: readonly Outcome[]): void => {
    for (const [what, , piece] of outcomes) if (what === 'body') pieces.push(String(piece));
  };
  await runTrial(peer, id, statusOrder(host), told, signal);
  const text = pieces.join('');
  try {
    return JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4)) as unknown;
  } catch {
    return undefined;
  }
}

/** Of the attempts that succeeded, in ms: least, median, most. */
export function timesOf(outcomes: readonly Outcome[]): { least: number; median: number; most: number } | undefined {
  const times = outcomes.filter(([what]) => what === 'connected' || what === 'same').map(([, ms]) => ms);
  if (times.length === 0) return undefined;
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? NaN;
  return { least: at(0), median: at(0.5), most: times.at(-1) ?? NaN };
}

export function isRight({ trials, ended }: BenchResult): boolean {
  return ended === undefined && trials.every(({ wrong }) => wrong === '');
}
