/** The slot for the module, as plain C with sanitizers: its state machine under power cuts, its HTTP, and what it refuses. */

import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { findCommand } from '../../../host/tap/index.js';
import { runSuites } from './suites.js';

const SUITES = ['slot', 'image', 'request', 'upload', 'digest', 'digest-psa'];

const NEEDED: Readonly<Record<string, boolean>> = {
  gcc: findCommand('gcc') !== undefined,
  cmake: findCommand('cmake') !== undefined,
  'ninja-build': findCommand('ninja') !== undefined,
  'libcmocka-dev': existsSync('/usr/include/cmocka.h'),
  'libmbedtls-dev': existsSync('/usr/include/mbedtls/sha256.h'),
};
const missing = Object.keys(NEEDED).filter((name) => NEEDED[name] !== true);

if (missing.length > 0) {
  describe.skip(`the slot (skipped: no Debian package ${missing.join(', ')})`, () => {
    for (const name of SUITES) test(name, () => {});
  });
} else {
  for (const { name, tests, code, output } of await runSuites(SUITES)) {
    describe(`the slot: ${name}`, () => {
      for (const { name: sentence, why } of tests) {
        test(sentence, () => {
          expect(why).toBeUndefined();
        });
      }

      test('ends in order: no sanitizer has found anything', () => {
        expect({ code, output: code === 0 ? '' : output }).toEqual({ code: 0, output: '' });
        expect(tests.length).toBeGreaterThan(2);
      });
    });
  }
}
