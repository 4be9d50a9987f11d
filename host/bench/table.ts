/** A result as people read it on a terminal. */
import { timesOf, type BenchResult, type TrialResult } from './bench.js';

export function tableOf({ host, trials, before, after, ended }: BenchResult): string {
  const rows = trials.map(rowOf);
  const head = ['trial', 'result', 'least', 'median', 'most'];
  const widths = head.map((word, column) => Math.max(word.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ');
  const lines = [`board ${host}`, line(head), ...rows.map(line)];
  const drops = dropsOf(after) - dropsOf(before);
  if (Number.isFinite(drops)) lines.push(`the board dropped ${drops} frames meanwhile`);
  if (ended !== undefined) lines.push(`ended early: ${ended}`);
  return `${lines.join('\n')}\n`;
}

function rowOf({ title, outcomes, wrong }: TrialResult): string[] {
  const times = timesOf(outcomes);
  const result = wrong === undefined ? 'not over' : wrong === '' ? 'right' : `WRONG: ${wrong}`;
  const numbers =
    times === undefined ? ['', '', ''] : [times.least, times.median, times.most].map((ms) => `${ms.toFixed(2)} ms`);
  return [title, result, ...numbers];
}

/** How many frames a status page says were dropped, for whatever reason. */
function dropsOf(status: unknown): number {
  const { drops } = (status ?? {}) as { drops?: unknown };
  if (typeof drops !== 'object' || drops === null) return NaN;
  return Object.values(drops).reduce<number>((sum, count) => sum + (typeof count === 'number' ? count : NaN), 0);
}
