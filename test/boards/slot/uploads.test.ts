/** A board's module, replaced over the network: by curl, and by `firmshake upload`. */

import { existsSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import { extraScene } from '../extra.js';
import type { AotReport } from '../scripts/slot-aot.js';
import type { ReplacedReport } from '../scripts/slot-replaced.js';
import type { RolledBackReport } from '../scripts/slot-rolled-back.js';

/** Trials last ten seconds, there are two that do not end before, and the machine may be busy. */
const TIMEOUT_MS = 180_000;
vi.setConfig({ testTimeout: TIMEOUT_MS });

const hasLibrary = existsSync('/usr/include/mbedtls/sha256.h');
const FIRMWARE = {
  board: 'linux',
  engine: 'interp',
  profile: 'lan-apps',
  program: 'firmshake-linux-slot',
} as const;
const SANITIZED = { ...FIRMWARE, sanitize: true } as const;

const VARIANTS = [
  ['a program', FIRMWARE],
  ['a program, with sanitizers', SANITIZED],
] as const;

for (const [title, firmware] of hasLibrary ? VARIANTS : []) {
  await extraScene<ReplacedReport>(
    `${title}: its module is replaced`,
    'slot-replaced.ts',
    firmware,
    (it) => {
      it('at first what is built in runs', ({ before }) => {
        expect(before).toMatchObject({ state: 'empty', running: 'built-in', profile: 'lan-apps', sequence: 1, abi: 1 });
      });

      it('what is broken, changed, cut off, too long, wrongly signed, or sent again is refused', ({ refused }) => {
        expect(refused).toMatchObject({
          changed: { status: 400, text: 'not whole: what is in flash has another SHA-256' },
          replayed: { status: 409, text: 'another sequence number is due: GET /module tells it' },
          broken: { status: 400, text: 'no WebAssembly: a section of an unknown kind' },
          shortened: { status: 400, text: 'not whole: the image is of another length' },
          otherAbi: { status: 400, text: 'the module speaks another ABI' },
          wrongKey: { status: 403, text: 'signed with another key' },
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
        expect(cli.code, cli.stderr).toBe(0);
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
}

if (hasLibrary) {
  await extraScene<AotReport>(
    'a program compiled ahead of time: its module is replaced',
    'slot-aot.ts',
    { ...FIRMWARE, engine: 'aot' },
    (it) => {
      it('what is not for its engine or its CPU is refused', ({ otherEngine, otherCpu }) => {
        expect(otherEngine).toMatchObject({ status: 400, text: expect.stringContaining('another engine') as string });
        expect(otherCpu).toMatchObject({ status: 400, text: 'compiled for another CPU' });
      });

      it('`firmshake upload` replaces it', ({ before, cli, after }) => {
        expect(before).toMatchObject({ engine: 'aot', running: 'built-in' });
        expect(cli.code, cli.stderr).toBe(0);
        expect(after).toMatchObject({ engine: 'aot', state: 'confirmed', profile: 'ahead' });
        expect(after.running).not.toBe('built-in');
      });

      it('and the program goes on', ({ exitCode }) => {
        expect(exitCode).toBeNull();
      });
    },
    { wanted: ['curl'], timeoutMs: TIMEOUT_MS },
  );

  await extraScene<RolledBackReport>(
    'a program, with sanitizers: its module does not serve',
    'slot-rolled-back.ts',
    SANITIZED,
    (it) => {
      it('one that the engine does not load is rolled back', ({ noCode, fatOne }) => {
        for (const [one, why] of [
          [noCode, 'WASM module load failed'],
          [fatOne, 'no memory: the pool may be too small'],
        ] as const) {
          expect(one).toMatchObject({ answered: 202, state: 'rolled back', running: 'built-in' });
          const line = one.lines.find((text) =>
            text.startsWith('firmshake: does not start: the module does not load: '),
          );
          expect(line).toContain(why);
          expect(one.lines).toContain('slot: rolled back: the module in region A');
        }
      });

      it('one that traps on trial, too', ({ traps }) => {
        expect(traps).toMatchObject({ answered: 202, state: 'rolled back', running: 'built-in' });
        expect(traps.lines.filter((line) => line.includes('trap in receive'))).toHaveLength(1);
        expect(traps.lines).toContain('slot: rolled back: the module in region A');
      });

      it('one that is confirmed, and then traps again and again, too', ({ trapsLater }) => {
        expect(trapsLater).toMatchObject({ answered: 202, state: 'rolled back', running: 'built-in' });
        expect(trapsLater.lines).toContain('slot: the module in region A: it has served, and is confirmed');
        expect(trapsLater.lines.filter((line) => line.includes('trap in receive'))).toHaveLength(3);
      });

      it('one that hangs, when its time is over', ({ hangs }) => {
        expect(hangs).toMatchObject({ answered: 202, state: 'rolled back', running: 'built-in' });
        expect(hangs.lines).toContain('slot: rolled back: the module that was uploaded did not serve');
      });

      it('one that hears nothing, too: `firmshake upload` says so, and what runs instead', ({ cli, last }) => {
        expect(cli.code, cli.stderr).toBe(1);
        expect(cli.stderr).toMatch(
          /^firmshake upload: the module did not serve and is rolled back: the board runs lan-apps \(built in, .*\)\n$/m,
        );
        expect(last).toMatchObject({ state: 'rolled back', running: 'built-in' });
      });

      it('and the program goes on', ({ exitCode }) => {
        expect(exitCode).toBeNull();
      });
    },
    { wanted: ['curl'], timeoutMs: TIMEOUT_MS },
  );
} else {
  describe.skip("a board's module is replaced (skipped: no Debian package libmbedtls-dev)", () => {
    test('uploads', () => {});
  });
}
