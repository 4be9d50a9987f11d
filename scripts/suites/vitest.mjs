import { runModule } from '../run.mjs';
import { counted } from './report.mjs';

/** Every test in TypeScript, those with the kernel's TCP included. */
export function vitest() {
  const reporters = ['--reporter=default', '--reporter=./scripts/suites/vitest-reporter.mjs'];
  return counted('vitest', () => runModule('vitest/vitest.mjs', ['run', ...reporters]));
}
