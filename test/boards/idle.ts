/** A board on which nothing happens does nothing: the one timer is not armed, and the processor sleeps. */

import { describe, expect } from 'vitest';
import { VARIANTS } from './helpers/variants.js';
import { boardScene } from './scene.js';
import type { IdleReport } from './scripts/idle.js';

const TIMEOUT_MS = 120_000;
/** Of a minute: what a machine that is busy with others may add to some ms. Whoever does not sleep takes all of it. */
const SHARE = 0.01;

/** Takes more than a minute, and nothing of anybody else: to be called where other scenes are played meanwhile. */
export function idleScenes(): void {
  describe.concurrent('a board with one connection on which nothing is said for 60 s', () => {
    for (const variant of VARIANTS) {
      boardScene<IdleReport>(variant, 'idle.ts', { timeoutMs: TIMEOUT_MS }, (it) => {
        it('says nothing, and answers when it is asked after that', ({ frames, states, log, exitCode }) => {
          expect(frames).toBe(0);
          expect(states).toEqual(['ESTAB']);
          expect(log).toHaveLength(1);
          expect(exitCode).toBeNull();
        });

        if (variant.board === 'linux') {
          it('does not wake up once, as the kernel counts it', ({ processes }) => {
            const [before, after, , awoken] = processes.map(({ sleeps }) => sleeps);
            expect(after).toBe(before);
            // The same count sees what it does when it is spoken to.
            expect(awoken).toBeGreaterThan((after ?? NaN) + 2);
          });
        } else {
          it('takes no timer interrupt, as it counts itself; and then one where a SYN-ACK is not answered', ({
            counted,
          }) => {
            const [before, after, retransmitted] = counted.map(({ timerInterrupts }) => timerInterrupts);
            expect(after).toBe(before);
            expect(retransmitted).toBeGreaterThan(after ?? NaN);
          });

          it('is in wfi, and leaves it for none but the frames of whoever asks for its figures', ({
            counted: [before, after],
            idleMs,
            asked,
          }) => {
            const sleeps = (after?.sleeps ?? NaN) - (before?.sleeps ?? NaN);
            const totalMs = (after?.totalMs ?? NaN) - (before?.totalMs ?? NaN);
            const awakeMs = totalMs - ((after?.asleepMs ?? NaN) - (before?.asleepMs ?? NaN));
            console.log(`${variant.name}: ${sleeps} sleeps for ${asked} frames, awake ${awakeMs} of ${totalMs} ms`);
            expect(sleeps).toBeLessThanOrEqual(asked);
            expect(totalMs).toBeGreaterThan(idleMs);
            expect(awakeMs).toBeLessThan(SHARE * idleMs);
          });
        }

        it('and takes no time of the processor, as the kernel counts it', ({ processes: [before, after], idleMs }) => {
          const tookMs = (after?.cpuMs ?? NaN) - (before?.cpuMs ?? NaN);
          console.log(`${variant.name}: ${tookMs} ms of the processor in ${idleMs / 1000} s`);
          expect(tookMs).toBeLessThan(SHARE * idleMs);
        });
      });
    }
  });
}
