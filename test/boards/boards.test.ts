/** A board on a network with the kernel of this machine as its peer, which knows nothing of us. */

import { describe, expect, vi } from 'vitest';
import { megabytesPerSecond } from '../lan/helpers/pace.js';
import { VARIANTS } from './helpers/variants.js';
import { idleScenes } from './idle.js';
import { boardScene } from './scene.js';
import type { PeersReport } from './scripts/peers.js';
import type { ServesReport } from './scripts/serves.js';
import type { TrapsReport } from './scripts/traps.js';

// Some twenty of them wait for boards that are idle; of the others five are tried at once, as elsewhere.
vi.setConfig({ maxConcurrency: 27 });
idleScenes();

describe.concurrent('a board serves', () => {
  for (const variant of VARIANTS) {
    boardScene<ServesReport>(variant, 'serves.ts', { wanted: ['curl', 'nc', 'ping'] }, (it) => {
      it('curl the status page, whole', ({ head, page }) => {
        expect(head).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
        expect(head).toMatch(new RegExp(`^Content-Length: ${Buffer.byteLength(page)}\r$`, 'im'));
        expect(page).toContain('<title>Firmshake</title>');
      });

      it('curl what the page shows, as JSON: it has not restarted', ({ json }) => {
        const { counters } = JSON.parse(json) as { counters: Record<string, number> };
        expect(counters).toMatchObject({ restarts: 0, segmentsRetransmitted: 0 });
      });

      it('pings as long as a frame can be', ({ ping }) => {
        expect(ping).toContain('3 packets transmitted, 3 received, 0% packet loss');
        expect(ping).toContain('1480 bytes from 10.73.0.2');
        expect(ping).not.toMatch(/wrong data|truncated|DUP/);
      });

      it('1 MB through nc, which comes back whole', ({ echo }) => {
        console.log(`${variant.name}: ${megabytesPerSecond(echo.pace)} each way`);
        expect(echo).toMatchObject({ isWhole: true, received: 1_000_000, code: 0 });
      });

      it('and says nothing but who it is', ({ log, exitCode }) => {
        expect(exitCode).toBeNull();
        expect(log).toHaveLength(1);
        expect(log[0]).toMatch(/^firmshake: 10\.73\.0\.2\/24, profile lan-apps, /);
      });
    });
  }
});

describe.concurrent('a board and the kernel, connected', () => {
  for (const variant of VARIANTS) {
    boardScene<PeersReport>(variant, 'peers.ts', {}, (it) => {
      it('by the board: the kernel accepts, and is killed: ECONNRESET', ({ connected }) => {
        expect(connected.kernel).toEqual(['ESTAB']);
      });

      it('not at all where nobody listens: ECONNREFUSED after one SYN', ({ refused }) => {
        expect(refused.syns).toBe(1);
      });

      it("though the board's third packet is lost: after the kernel's second SYN-ACK", ({ acknowledgmentLost }) => {
        expect(acknowledgmentLost).toMatchObject({ lost: 1, synAcks: 2, kernel: ['ESTAB'] });
        expect(isAboutASecond(acknowledgmentLost.acceptedMs)).toBe(true);
      });

      it('not at all with a host that is not there: given up at the deadline', ({ silent, timeoutMs }) => {
        expect(silent.line).toMatch(/^session: 10\.73\.0\.77:9 (EHOSTUNREACH|ETIMEDOUT)$/);
        expect(silent.asked).toBeGreaterThan(1);
        // Both ends of it are seen when this machine has time for them: timer.test.ts is about milliseconds.
        expect(Math.abs(silent.tookMs - timeoutMs)).toBeLessThan(200);
      });

      it('by the kernel: accepted, read, closed by both', ({ served }) => {
        expect(served.open).toEqual(['ESTAB']);
        // Who closes first guards the connection for a while.
        expect(served.left).toEqual(['TIME-WAIT']);
      });

      it('not where the board does not listen: ECONNREFUSED', ({ served }) => {
        expect(served.refusal).toBe('ECONNREFUSED');
      });

      it("though the kernel's third packet is lost: after the board's second SYN-ACK", ({ servedLate }) => {
        expect(servedLate.synAcks).toBe(2);
        expect(servedLate.connectedMs).toBeLessThan(900);
        expect(isAboutASecond(servedLate.acceptedMs)).toBe(true);
      });

      it('and of every end there is one line on the log', ({ log, exitCode }) => {
        expect(exitCode).toBeNull();
        expect(log[0]).toMatch(/^firmshake: /);
        const ends = log.slice(1).map((line) => line.replace(/^session: \S+ /, ''));
        const expected = ['connected', 'ECONNRESET', 'ECONNREFUSED', 'connected', 'ECONNRESET'];
        const served = ['accepted', 'closed', 'accepted', 'ECONNRESET', 'accepted', 'ECONNRESET'];
        expect(ends.filter((end) => end !== 'EHOSTUNREACH').sort()).toEqual([...expected, ...served].sort());
      });
    });
  }
});

describe.concurrent('a board whose module traps', () => {
  for (const variant of VARIANTS) {
    boardScene<TrapsReport>(variant, 'traps.ts', { content: 'trapping' }, (it) => {
      it('says so with the reason, and starts it again', ({ before, unreachable, outOfBounds }) => {
        expect(before).toBe(0);
        expect(unreachable.line).toMatch(/^firmshake: trap in receive: .*unreachable.*; restart 1$/);
        expect(outOfBounds.line).toMatch(/^firmshake: trap in receive: .*out of bounds memory access.*; restart 2$/);
        expect([unreachable.restarts, outOfBounds.restarts]).toEqual([1, 2]);
      });

      it('serves again within 100 ms', ({ unreachable, outOfBounds, inARow }) => {
        const times = [unreachable.servesAgainMs, outOfBounds.servesAgainMs].map((ms) => ms.toFixed(1));
        console.log(`${variant.name}: serves again after ${times.join(', ')} ms; 5 in a row: ${inARow.ms.toFixed(1)}`);
        // How long one of them takes is this machine's chance as well.
        expect(Math.min(unreachable.servesAgainMs, outOfBounds.servesAgainMs)).toBeLessThan(100);
      });

      it('answers what it has forgotten by RST', ({ unreachable, outOfBounds }) => {
        expect([unreachable.oldEndedBy, outOfBounds.oldEndedBy]).toEqual(['ECONNRESET', 'ECONNRESET']);
      });

      it('leaves a dump, which opens: who was connected, and the frame that did it', ({ unreachable, outOfBounds }) => {
        for (const [{ dump, poison, oldPort }, reason] of [
          [unreachable, 'unreachable'],
          [outOfBounds, 'out of bounds memory access'],
        ] as const) {
          expect(dump).toMatchObject({ abi: 1, call: 'receive', profile: 'test-trapping', doubts: [] });
          expect(dump?.reason).toContain(reason);
          expect(dump?.peers).toContain(oldPort);
          expect(dump?.frame).toBe(poison);
          // Without the rings, which are 48 KiB.
          expect(dump?.bytes).toBeLessThan(12_000);
        }
      });

      it('serves after five of them in a row, too', ({ inARow, exitCode }) => {
        expect(inARow.page).toContain('<title>Firmshake</title>');
        expect(inARow.restarts).toBe(7);
        expect(exitCode).toBeNull();
      });
    });
  }
});

/** The first retransmission, by whichever clock: never early, and late by no more than a busy machine. */
function isAboutASecond(ms: number): boolean {
  return ms > 990 && ms < 1300;
}
