/** Tests in C: builds them, runs them, and gives what each came to. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildStep } from '../../../host/boards/tools.js';
import { ROOT } from '../../../host/build/constants.js';

export interface Suite {
  name: string;
  tests: readonly { name: string; why: string | undefined }[];
  /** What it ended with, besides: 0, where no sanitizer and no signal ended it. */
  code: number | null;
  output: string;
}

const SOURCE = fileURLToPath(new URL('.', import.meta.url));
const FOLDER = path.join(ROOT, 'build/test/slot');

/** @throws BoardError BUILD_FAILED */
export async function runSuites(names: readonly string[]): Promise<Suite[]> {
  await buildStep('cmake', ['-S', SOURCE, '-B', FOLDER, '-G', 'Ninja'], path.join(FOLDER, 'configure.log'));
  await buildStep('ninja', ['-C', FOLDER, ...names.map((name) => `${name}-test`)], path.join(FOLDER, 'build.log'));
  return await Promise.all(names.map(runSuite));
}

async function runSuite(name: string): Promise<Suite> {
  const child = spawn(path.join(FOLDER, `${name}-test`), { stdio: ['ignore', 'pipe', 'pipe'] });
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
