/** A board with little memory: two frames may wait to be taken, and one to be sent. */

import { expect } from 'vitest';
import { extraScene } from './extra.js';
import type { TinyReport } from './scripts/tiny.js';

const MACHINES = [
  { board: 'rv32', engine: 'interp' },
  { board: 'rv32', engine: 'aot' },
  { board: 'xtensa', engine: 'interp' },
  { board: 'xtensa', engine: 'aot' },
] as const;

for (const { board, engine } of MACHINES) {
  const firmware = { board, engine, profile: 'tiny' } as const;
  await extraScene<TinyReport>(`${board}, profile tiny, ${engine}`, 'tiny.ts', firmware, (it) => {
    it('closes each of many connections at once, though its FIN finds the one buffer taken', ({ tookMs }) => {
      expect(tookMs).toHaveLength(20);
      // A frame that is held up until something else happens is seen a second later at the earliest.
      expect(Math.max(...tookMs)).toBeLessThan(900);
    });

    it('takes all that is sent, in the window that it has', ({ taken, sent, log }) => {
      expect(taken).toBe(sent);
      expect(log.filter((line) => line.endsWith(' closed'))).toHaveLength(21);
    });
  });
}
