/** A board's module, replaced over the network: by curl, and by `firmshake upload`. */

import { existsSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import { extraScene } from '../extra.js';
import type { ReplacedReport } from '../scripts/slot-replaced.js';
import type { RolledBackReport } from '../scripts/slot-rolled-back.js';

/** Trials last ten seconds, and three of them do not end before. */
const TIMEOUT_MS = 90_000;
vi.setConfig({ testTimeout: TIMEOUT_MS });

const hasLibrary = existsSync('/usr/include/mbedtls/sha256.h');
const VARIANTS = [
  ['a program', {}],
  ['a program, with sanitizers', { sanitize: true }],
] as const;

for (const [title, sanitize] of hasLibrary ? VARIANTS : []) {
  const firmware = {
    board: 'linux',
    engine: 'interp',
    profile: 'lan-apps',
    program: 'firmshake-linux-slot',
    ...sanitize,
  } as const;

  await extraScene<ReplacedReport>(
    `${title}: its module is replaced`,
    'slot-replaced.ts',
    firmware,
    (it) => {
      it('at first what is built in runs', ({ before }) => {
        expect(before).toMatchObject({ state: 'empty', running: 'built-in', profile: 'lan-apps', sequence: 1, abi: 1 });
      });

      it('what is broken, changed, cut off, too long, replayed, or wrongly signed is refused', ({ refused }) => {
        expect(refused).toMatchObject({
          broken: { status: 400 },
          changed: { status: 400, text: 'not whole: what is in flash has another SHA-256' },
          otherAbi: { status: 400, text: 'the module speaks another ABI' },
          wrongKey: { status: 403, text: 'signed with another key' },
          replayed: { status: 409 },
          unsigned: { status: 401 },
          oversize: { status: 413, text: 'longer than the slot' },
          noLength: { status: 411 },
          otherPath: { status: 405 },
          truncated: expect.stringMatching(
            /^HTTP\/1\.1 400 [^]*\r\n\r\nnot whole: less than was announced\n$/,
          ) as string,
        });
      });

      it('meanwhile a connection goes on, and nothing restarts', ({ echoes, count, linesBefore, stateBefore }) => {
        // One more is of the new module.
        expect(echoes).toBe(count + 1);
        expect(linesBefore).toHaveLength(1);
        expect(stateBefore).toBe('built-in');
      });

      it('what is right is taken, tried, and confirmed since it answers', ({ accepted, onTrial, confirmed }) => {
        expect(accepted.status).toBe(202);
        expect(onTrial).toMatchObject({ state: 'trying', running: 'A', profile: 'first' });
        expect(confirmed).toMatchObject({ state: 'confirmed', running: 'A', profile: 'first' });
      });

      it('of connections from before the restart the new module knows nothing', ({ oldEndedBy }) => {
        expect(oldEndedBy).toBe('ECONNRESET');
      });

      it('a loss of power changes nothing', ({ confirmed, afterPower }) => {
        expect(afterPower).toEqual(confirmed);
      });

      it('`firmshake upload` says what is wrong in one line', ({ wrongKey }) => {
        expect(wrongKey.code).toBe(1);
        expect(wrongKey.stderr).toBe('firmshake upload: the board refuses it: signed with another key (403)\n');
      });

      it('`firmshake upload` replaces it, and says what runs', ({ cli, last }) => {
        expect(cli).toMatchObject({ code: 0, stderr: '' });
        expect(cli.stdout).toMatch(/^10\.73\.0\.2 runs first \(region A, .*\)\n/);
        expect(cli.stdout).toMatch(/\n10\.73\.0\.2 runs second \(region B, .*\): it serves, and is confirmed\n$/);
        expect(last).toMatchObject({ state: 'confirmed', running: 'B', profile: 'second' });
      });

      it('and the program goes on', ({ exitCode }) => {
        expect(exitCode).toBeNull();
      });
    },
    { wanted: ['curl', 'nc'], timeoutMs: TIMEOUT_MS },
  );

  // Three times ten seconds: once will do.
  if (!('sanitize' in sanitize)) continue;
  await extraScene<RolledBackReport>(
    `${title}: its module does not serve`,
    'slot-rolled-back.ts',
    firmware,
    (it) => {
      it('one that hears nothing is rolled back when its time is over', ({ deafOne, lines }) => {
        console.log(`${title}: a deaf module was rolled back after ${(deafOne.tookMs / 1000).toFixed(1)} s`);
        expect(deafOne).toMatchObject({ state: 'rolled back', running: 'built-in' });
        expect(lines).toContain('slot: rolled back: the module that was uploaded did not serve');
      });

      it('one that hangs, too', ({ hangs }) => {
        expect(hangs).toMatchObject({ answered: 202, state: 'rolled back', running: 'built-in' });
      });

      it('one that traps, at once', ({ traps, deafOne, lines }) => {
        expect(traps).toMatchObject({ answered: 202, state: 'rolled back', running: 'built-in' });
        expect(lines).toContain('slot: rolled back: the module in region A');
        expect(traps.tookMs).toBeLessThan(deafOne.tookMs);
      });

      it('`firmshake upload` says so, and what runs instead', ({ cli }) => {
        expect(cli?.code).toBe(1);
        expect(cli?.stderr).toMatch(
          /^firmshake upload: the module did not serve and is rolled back: the board runs lan-apps \(built in, .*\)\n$/,
        );
      });

      it('and the program goes on', ({ exitCode }) => {
        expect(exitCode).toBeNull();
      });
    },
    { wanted: ['curl'], timeoutMs: TIMEOUT_MS },
  );
}

if (!hasLibrary) {
  describe.skip("a board's module is replaced (skipped: no Debian package libmbedtls-dev)", () => {
    test('uploads', () => {});
  });
}
