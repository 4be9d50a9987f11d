/** The one timer of a board, as a capture finds it: what is not answered is sent again when it is due. */

import { describe, expect, vi } from 'vitest';
import { VARIANTS } from './helpers/variants.js';
import { boardScene } from './scene.js';
import type { TimerReport } from './scripts/timer.js';

// All at once: what they do is wait, and what waits is a test, of which there are many.
vi.setConfig({ maxConcurrency: 50 });

/** A SYN or a SYN-ACK is sent again after 1, 2 and 4 s. RFC 6298 §2.1, §5.5. */
const DUE_MS = [1000, 3000, 7000];
/** The clock of a board tells whole ms, and every time is rounded down: so a second may lack what the first ms had left. */
const RESOLUTION_MS = 1;
/** Stamps are a nanosecond, and are read as fractions of ms since 1970. */
const STAMP_MS = 0.001;

/**
 * A busy machine makes a program late, never early, and now and then by any time. How late it makes any program is measured beside
 * the board by a timer that has nothing to do with it (the metronome), in the same seconds and by the same capture. Which of the two
 * has to wait for the processor, and when, is chance, and what is due together is late together: so it is not the worst of a few
 * that is compared with the worst of many. Half of what the board sends is not to be later than 1 ms and what 99 of 100 of the
 * metronome's frames keep within: a timer that is late is so every time, and one that waits for a tick more often than not.
 */
const LATE_MS = 1;
const SHARE = 0.5;
/** How often it waits for the processor on its way: in QEMU the thread with the timers, the CPU's, and the one with the devices. */
const WAITS = { linux: 1, rv32: 3, xtensa: 3 };

describe.concurrent('a board that nobody answers', () => {
  for (const variant of VARIANTS) {
    boardScene<TimerReport>(variant, 'timer.ts', { wanted: ['tshark'] }, (it) => {
      it('sends each SYN and SYN-ACK again three times in 7 s, after 1, 2 and 4 s', ({ sent }) => {
        expect(sent).toHaveLength(10);
        for (const { what, times } of sent) {
          const seconds = times.map((ms) => Math.round(ms / 1000));
          expect({ what, seconds }).toEqual({ what, seconds: [0, 1, 3, 7] });
        }
      });

      it('never early: not before it was due, counted from what made the board speak', ({ sent }) => {
        for (const { what, sinceAskedMs, times } of sent) {
          const earlyMs = times.slice(1).map((ms, i) => (DUE_MS[i] ?? NaN) - (sinceAskedMs + ms));
          expect(Math.max(...earlyMs), what).toBeLessThan(RESOLUTION_MS + STAMP_MS);
        }
      });

      it('and late by no more than 1 ms beyond the jitter of this machine', ({ sent, jitter }) => {
        const late = sent.flatMap(({ lateMs }) => lateMs).sort((a, b) => a - b);
        const mostMs = late[Math.ceil(SHARE * late.length) - 1] ?? NaN;
        const figures = [mostMs, late.at(-1) ?? NaN, jitter.halfMs, jitter.mostMs, jitter.worstMs];
        const [most, worst, half, usual, rare] = figures.map((ms) => ms.toFixed(2));
        console.log(
          `${variant.name}: half late by at most ${most} ms, all by ${worst} ms; ` +
            `jitter of the machine ${half} ms (half), ${usual} ms (99 of 100), ${rare} ms (all ${jitter.frames})`,
        );
        expect(late).toHaveLength(30);
        // Without it nothing would be known of the machine.
        expect(jitter.frames).toBeGreaterThan(300);
        expect(mostMs).toBeLessThan(LATE_MS + WAITS[variant.board] * jitter.mostMs);
      });
    });
  }
});
