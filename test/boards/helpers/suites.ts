/** Tests in C: builds them, runs them, and gives what each came to. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildStep } from '../../../host/boards/tools.js';
import { ROOT } from '../../../host/build/constants.js';
import { findCommand } from '../../../host/tap/index.js';

interface Suite {
  name: string;
  tests: readonly { name: string; why: string | undefined }[];
  /** What it ended with, besides: 0, where no sanitizer and no signal ended it. */
  code: number | null;
  output: string;
}

/** What has to be here to build them. */
const NEEDED: Readonly<Record<string, boolean>> = {
  gcc: findCommand('gcc') !== undefined,
  cmake: findCommand('cmake') !== undefined,
  'ninja-build': findCommand('ninja') !== undefined,
  'libcmocka-dev': existsSync('/usr/include/cmocka.h'),
};

/**
 * Those of test/boards/FOLDER, whose CMakeLists.txt makes NAME-test of each: every test in C is a test here, and what is said of
 * `about` is that they end in order.
 */
export async function testInC(
  about: string,
  folder: string,
  names: readonly string[],
  needed: Readonly<Record<string, boolean>> = {},
): Promise<void> {
  const all = { ...NEEDED, ...needed };
  const missing = Object.keys(all).filter((name) => all[name] !== true);
  if (missing.length > 0) {
    describe.skip(`${about} (skipped: no Debian package ${missing.join(', ')})`, () => {
      for (const name of names) test(name, () => {});
    });
    return;
  }
  for (const { name, tests, code, output } of await runSuites(folder, names)) {
    describe(`${about}: ${name}`, () => {
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

async function runSuites(folder: string, names: readonly string[]): Promise<Suite[]> {
  const source = path.join(ROOT, 'test/boards', folder);
  const built = path.join(ROOT, 'build/test', folder);
  await buildStep('cmake', ['-S', source, '-B', built, '-G', 'Ninja'], path.join(built, 'configure.log'));
  await buildStep('ninja', ['-C', built, ...names.map((name) => `${name}-test`)], path.join(built, 'build.log'));
  return await Promise.all(names.map((name) => runSuite(built, name)));
}

async function runSuite(folder: string, name: string): Promise<Suite> {
  const child = spawn(path.join(folder, `${name}-test`), { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  return { name, tests: testsIn(output), code, output };
}

/** As cmocka tells them: every test that began, and of those that did not end well, what was said until the next. */
function testsIn(output: string): Suite['tests'] {
  return output
    .split(/^\[ RUN {6}\] /m)
    .slice(1)
    .map((text) => {
      const [name = ''] = text.split('\n', 1);
      const isOk = text.includes(`[       OK ] ${name}`);
      return { name: name.replaceAll('_', ' '), why: isOk ? undefined : text.slice(name.length).trim() };
    });
}
