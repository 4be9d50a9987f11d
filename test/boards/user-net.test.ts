/** A board on QEMU's own network: its status page, to whoever has no privilege at all. */

import { readFileSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import { ENGINES } from '../../host/boards/index.js';
import { resultOf } from '../lan/namespace.js';
import { MAIN, runCommand } from '../support/firmshake.js';
import { needs } from '../support/needs.js';
import { obstacle } from './scene.js';
import type { UserNetReport } from './scripts/user-net.js';

// Both at once: what waits is a test, of which there are many.
vi.setConfig({ maxConcurrency: 50 });

const TIMEOUT_MS = 180_000;

const AS_NOBODY = ['--reuid', '65534', '--regid', '65534', '--clear-groups', '--'];
const readable = await runCommand('setpriv', ...AS_NOBODY, 'test', '-r', MAIN).catch(() => ({ code: 1 }));

describe.concurrent('firmshake run rv32 --user-net, by nobody, without TAP devices', () => {
  for (const engine of ENGINES) {
    const missing =
      obstacle({ name: engine, board: 'rv32', engine }) ??
      (needs('unshare', 'curl').reason || (readable.code === 0 ? undefined : 'nobody may not read this folder'));
    const title = `${engine}${missing === undefined ? '' : ` (skipped: ${missing})`}`;
    describe.skipIf(missing !== undefined)(title, { concurrent: true }, () => {
      let run: Promise<UserNetReport> | undefined;
      const args = [MAIN, engine];
      const script = '../../boards/scripts/user-net.ts';
      const report = () => (run ??= resultOf<UserNetReport>(script, { args, timeoutMs: TIMEOUT_MS }));
      const it = (sentence: string, check: (report: UserNetReport) => void): void =>
        test(sentence, async () => check(await report()), TIMEOUT_MS);

      it('prints who the board is, and where its page is; QEMU has no privilege', ({ served }) => {
        expect(served.lines).toHaveLength(2);
        expect(served.lines[0]).toMatch(/^firmshake: 10\.0\.2\.15\/24, profile lan-apps, /);
        expect(served.lines[1]).toMatch(/^status page http:\/\/127\.0\.0\.1:\d+\/ and \/status\.json$/);
        expect(served.user).toBe('65534');
      });

      it('serves the page there, as it was built into the module', ({ served }) => {
        expect(served.head).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
        const page = new URL('../../assembly/apps/status/page.html', import.meta.url);
        expect(served.page.trim()).toBe(readFileSync(page, 'utf8').trim());
      });

      it('and what the page shows', ({ served }) => {
        const { counters, pools } = JSON.parse(served.json) as Record<string, Record<string, unknown>>;
        expect(counters).toMatchObject({ restarts: 0, passiveOpens: 3 });
        expect(Object.keys(pools ?? {})).toContain('HALF_OPEN');
      });

      test(
        'a browser shows it as tables, which it keeps up to date',
        async (context) => {
          const { texts } = (await report()).served;
          context.skip(texts === undefined, 'no chromium (Debian package chromium)');
          const uptimes = texts?.map((text) => Number(/^uptime\s+ms\t(\d+)$/m.exec(text)?.[1]));
          expect(texts?.[0]).toMatch(/^counters$/m);
          expect(texts?.[0]).toMatch(/^segmentsReceived\t\d+$/m);
          expect(texts?.[0]).toMatch(/^CONNECTIONS\tcapacity 6, used [1-6], /m);
          expect(uptimes?.[0]).toBeGreaterThan(0);
          expect((uptimes?.[1] ?? NaN) - (uptimes?.[0] ?? NaN)).toBeGreaterThan(1000);
        },
        TIMEOUT_MS,
      );

      it('ends when it is interrupted, and QEMU with it', ({ interrupted }) => {
        expect(interrupted).toMatchObject({ code: 0, machines: 1, left: 0 });
      });

      it('and after --seconds', ({ timed, left }) => {
        expect(timed).toMatchObject({ code: 0, machines: 1, left: 0 });
        expect(left).toBe(0);
        expect(timed.tookMs).toBeGreaterThan(2000);
        expect(timed.tookMs).toBeLessThan(6000);
      });

      it('says in one line that a port is taken, and ends', ({ refused: { port, code, lines } }) => {
        expect(lines).toEqual([expect.stringContaining(`127.0.0.1:${port}`)]);
        expect(code).toBe(1);
      });
    });
  }
});
