import { runModule } from '../run.mjs';
import { checkCoreTypes } from './core-types.mjs';

/** @type {[string, () => Promise<number>][]} */
const CHECKS = [
  ['format (prettier)', () => runModule('prettier/bin/prettier.cjs', ['--check', '--log-level=warn', '.'])],
  ['rules (eslint)', () => runModule('eslint/bin/eslint.js', ['--max-warnings=0', '.'])],
  ['types (tsc)', () => runModule('typescript/bin/tsc', ['-p', 'tsconfig.json'])],
  ['types of the core (tsc)', checkCoreTypes],
];

/**
 * Each check counts as one test.
 *
 * @returns {Promise<import('./report.mjs').Counts>}
 */
export async function lint() {
  let failed = 0;
  for (const [name, check] of CHECKS) {
    const code = await check();
    console.error(`  ${code === 0 ? 'passed' : 'FAILED'}  ${name}`);
    if (code !== 0) failed += 1;
  }
  return { passed: CHECKS.length - failed, failed, skipped: [] };
}
