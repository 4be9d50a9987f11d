/** What a driver's ring does in a flood: it drops what it has no room for, and the board goes on. */

import { expect, vi } from 'vitest';
import { extraScene } from './extra.js';
import type { FloodReport } from './scripts/flood.js';

const TIMEOUT_MS = 120_000;
vi.setConfig({ testTimeout: TIMEOUT_MS });

for (const engine of ['aot', 'interp'] as const) {
  const title = `xtensa in a flood, ${engine}`;
  await extraScene<FloodReport>(
    title,
    'flood.ts',
    { board: 'xtensa', engine, profile: 'lan-apps' },
    (it) => {
      it('every honest client gets in, and is answered', ({ honest, isFirst, isLast }) => {
        expect([isFirst, isLast]).toEqual([true, true]);
        expect(honest.tried).toBeGreaterThan(0);
        expect(honest.echoed).toBe(honest.tried);
      });

      it('frames that find no room are lost before the stack, and nothing else is', (report) => {
        const { syns, tookMs, given, received, full, honest } = report;
        const lost = given - received;
        console.log(
          `${title}: ${syns} SYNs in ${(tookMs / 1000).toFixed(1)} s; of ${given} frames ${received} reached the stack, ` +
            `${lost} found no room (seen full ${full} times); ${honest.echoed} of ${honest.tried} honest clients served`,
        );
        expect(lost).toBeGreaterThanOrEqual(0);
        expect(received).toBeGreaterThan(0);
      });

      it('and no more is to be seen of it than that it started', ({ lines, exitCode }) => {
        expect(lines).toHaveLength(1);
        expect(exitCode).toBeNull();
      });
    },
    { timeoutMs: TIMEOUT_MS },
  );
}
