/** Data between the core and the kernel: nc at one end, small apps of ours at the other. */

import { describe, expect } from 'vitest';

import { megabytesPerSecond } from './helpers/pace.js';
import { scene } from './scene.js';
import type { EndingsReport } from './scripts/kernel-endings.js';
import type { TransfersReport } from './scripts/kernel-transfers.js';

/** One connection, 5 % of the frames lost, and timers that are not shorter than 200 ms: mostly waiting. */
const LOSSY_MS = 240_000;
/** For the log: what a machine makes of it is not a matter of right or wrong. */
const paces = (title: string, { up, down, both }: TransfersReport): void => {
  const [one, two, three] = [up, down, both].map(({ pace }) => megabytesPerSecond(pace));
  console.log(`${title}: kernel to core ${one ?? ''}, core to kernel ${two ?? ''}, echo ${three ?? ''} each way`);
};

describe.concurrent('data with the kernel', () => {
  scene<TransfersReport>('by nc, 10 MB', 'kernel-transfers.ts', { wanted: ['nc', 'tshark'], isOrderly: true }, (it) => {
    it('comes to the core whole', (report) => {
      paces('without loss', report);
      expect(report.up).toMatchObject({ received: report.bytes, isWhole: true, code: 0 });
    });

    it('goes from the core whole', ({ down, bytes }) => {
      expect(down).toMatchObject({ received: bytes, isWhole: true, code: 0 });
    });

    it('goes both ways at once, on one connection', ({ both, bytes }) => {
      expect(both).toMatchObject({ received: bytes, isWhole: true, code: 0 });
    });

    it('is sent once: neither the kernel nor the core sends anything again', ({ up, down, counters }) => {
      expect(up.kernel.text).toContain('bytes_acked');
      expect(up.kernel.retransmitted).toBe(0);
      expect(down.kernel.text).toContain('bytes_received');
      expect(down.kernel).toMatchObject({ outOfOrder: 0, duplicates: 0 });
      expect(counters).toMatchObject({ segmentsRetransmitted: 0, timeouts: 0, outOfOrder: 0, challengeAcks: 0 });
    });
  });

  scene<TransfersReport>(
    'by nc, 10 MB, where 5 % of all frames are lost each way',
    'kernel-transfers.ts',
    { wanted: ['nc'], args: ['0.05'], timeoutMs: LOSSY_MS },
    (it) => {
      it('comes to the core whole', (report) => {
        paces('with 5 % loss', report);
        expect(report.lostFrames / report.frames).toBeGreaterThan(0.04);
        expect(report.up).toMatchObject({ received: report.bytes, isWhole: true, code: 0 });
        expect(report.up.kernel.retransmitted).toBeGreaterThan(100);
      });

      it('goes from the core whole', ({ down, bytes, counters }) => {
        expect(down).toMatchObject({ received: bytes, isWhole: true, code: 0 });
        expect(counters.segmentsRetransmitted).toBeGreaterThan(100);
        expect(counters.fastRetransmits).toBeGreaterThan(0);
      });

      it('goes both ways at once, on one connection', ({ both }) => {
        expect(both).toMatchObject({ received: both.pace.bytes, isWhole: true, code: 0 });
      });
    },
  );

  scene<EndingsReport>('that stops or ends in the middle', 'kernel-endings.ts', { wanted: ['nc'] }, (it) => {
    it('after nc -N has ended its side, the core still speaks, and nc hears it all', ({ halfClose, megabyte }) => {
      expect(halfClose).toEqual({
        isWhole: true,
        isAnswerWhole: true,
        answerBytes: megabyte,
        isAfterEnd: true,
        code: 0,
      });
    });

    it('is told as ECONNRESET at once when nc is killed while the core sends', ({ readerKilled }) => {
      expect(readerKilled.failure).toBe('ECONNRESET');
      expect(readerKilled.tookMs).toBeLessThan(1000);
      expect(readerKilled.sent).toBeLessThan(readerKilled.of);
    });

    it('is told as ECONNRESET when the kernel resets while it sends, and not as its end', ({ writerReset }) => {
      expect(writerReset).toMatchObject({ failure: 'ECONNRESET', isComplete: false });
      expect(writerReset.received).toBeLessThan(writerReset.of);
    });

    it('waits while the app on the core reads nothing: the window is 0, and nothing is lost', ({ coreStops }) => {
      expect(coreStops.atPause).toMatchObject({ window: 0 });
      expect(coreStops.atPause.ringed).toBeGreaterThan(0);
      expect(coreStops).toMatchObject({ isWhole: true, code: 0 });
      expect(coreStops.kernel.retransmitted).toBe(0);
    });

    it('goes on at once when the app reads again, and not at the next probe', ({ coreStops }) => {
      expect(coreStops.resumedMs).toBeLessThan(400);
    });

    it('waits while nc is stopped: the core only asks, one byte at a time', ({ kernelStops }) => {
      expect(kernelStops.meanwhile).toEqual({ sent: 0, window: 0 });
      expect(kernelStops.probes.length).toBeGreaterThan(0);
      expect(kernelStops.probes.length).toBeLessThan(6);
      expect(Math.max(...kernelStops.probes)).toBe(1);
    });

    it('goes on when nc does, and is whole', ({ kernelStops }) => {
      expect(kernelStops).toMatchObject({ isWhole: true, code: 0 });
      expect(kernelStops.resumedMs).toBeLessThan(400);
    });
  });
});
