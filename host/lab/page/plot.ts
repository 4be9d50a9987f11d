/** How long each attempt took, as dots: what is one of many is seen, and what stands out. */
import type { TrialResult } from '../../bench/bench.js';
import { svg } from './dom.js';

const [WIDTH, HEIGHT, LEFT, BOTTOM] = [680, 220, 52, 24];
const LEAST_MS = 0.1;

export function plot(trials: readonly TrialResult[], label: string): SVGSVGElement {
  const points = trials.flatMap(({ id, outcomes }) => outcomes.map(([what, ms]) => ({ id, what, ms })));
  const most = Math.max(10, ...points.map(({ ms }) => ms));
  const decades = Math.log10(most / LEAST_MS);
  const yOf = (ms: number): number =>
    HEIGHT - BOTTOM - (Math.log10(Math.max(ms, LEAST_MS) / LEAST_MS) / decades) * (HEIGHT - BOTTOM - 10);
  const xOf = (index: number): number => LEFT + ((index + 0.5) * (WIDTH - LEFT - 8)) / Math.max(points.length, 1);
  const chart = svg('svg', { class: 'plot', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': label });
  for (let ms = LEAST_MS; ms <= most; ms *= 10) {
    const y = yOf(ms);
    chart.append(
      svg('line', { class: 'grid', x1: LEFT, x2: WIDTH, y1: y, y2: y }),
      svg('text', { x: LEFT - 6, y: y + 4, 'text-anchor': 'end' }, `${Number(ms.toPrecision(1))} ms`),
    );
  }
  points.forEach(({ id, what, ms }, index) => {
    const isGood = what === 'connected' || what === 'same';
    const dot = svg('circle', { class: isGood ? 'good' : 'other', cx: xOf(index), cy: yOf(ms), r: 4 });
    dot.append(svg('title', {}, `${id}: ${what}, ${ms.toFixed(2)} ms`));
    chart.append(dot);
  });
  return chart;
}
