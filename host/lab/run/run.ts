/** A run is what an act becomes with a seed and somebody's changes: the same again whenever it is asked for. */
import type { Trace } from '../../trace/index.js';
import type { Act, Conclusion } from './act.js';
import type { Edit } from './edit.js';
import type { HostPicture } from './picture.js';
import { Stage } from './stage.js';

/** What the hosts were like from a time on. */
export interface Moment {
  atMs: number;
  hosts: HostPicture[];
}

export interface Run {
  trace: Trace;
  /** In order; the first is at 0. */
  moments: Moment[];
  conclusion: Conclusion;
  endMs: number;
}

/** So much happens at most: a flood is to be seen, and not to be waited for. */
const MOST_STEPS = 200_000;
/** Whoever has a hand in sees what comes of it: until nothing is to come, or so long. */
const LONGEST_MS = 70_000;
/** What is seen of the quiet behind the last that happens. */
const QUIET_MS = 20;

export function play(module: WebAssembly.Module, act: Act, seed: number, edits: readonly Edit[]): Run {
  const stage = new Stage(module, seed);
  const start = act.prepare(stage);
  stage.begin(edits);
  const ending = start();
  const moments: Moment[] = [{ atMs: 0, hosts: stage.look() }];
  const untilMs = edits.length === 0 ? act.lastsMs : Math.max(act.lastsMs, LONGEST_MS);
  for (let steps = 0; steps < MOST_STEPS && stage.step(untilMs); steps++) {
    moments.push({ atMs: stage.nowMs, hosts: stage.look() });
  }
  const lastMs = moments.at(-1)?.atMs ?? 0;
  const endMs = Math.min(untilMs, Math.max(act.lastsMs, lastMs + QUIET_MS));
  return { trace: stage.trace, moments: changed(moments), conclusion: ending(), endMs };
}

/** The last moment that is not later. */
export function momentAt(moments: readonly Moment[], atMs: number): Moment | undefined {
  let [low, high] = [0, moments.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((moments[middle]?.atMs ?? Infinity) <= atMs) low = middle + 1;
    else high = middle;
  }
  return moments[Math.max(0, low - 1)];
}

/** Those that differ from the one before; of several at one time the last. */
function changed(moments: readonly Moment[]): Moment[] {
  const kept: Moment[] = [];
  let before = '';
  for (const [index, moment] of moments.entries()) {
    if (moments[index + 1]?.atMs === moment.atMs) continue;
    const text = JSON.stringify(moment.hosts);
    if (text !== before) kept.push(moment);
    before = text;
  }
  return kept;
}
