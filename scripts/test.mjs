/** `npm test`: installs what is missing, builds, lints, runs every suite and sums them up in one line. */
import { ready } from './build.mjs';
import { installPackages } from './debian.mjs';
import { c } from './suites/c.mjs';
import { fuzz } from './suites/fuzz.mjs';
import { lint } from './suites/lint.mjs';
import { spec } from './suites/spec.mjs';
import { vitest } from './suites/vitest.mjs';

/**
 * In their order. Those of one row take one processor each, and so run side by side.
 *
 * @type {[string, () => Promise<import('./suites/report.mjs').Counts>][][]}
 */
const ROWS = [
  [
    ['lint', lint],
    ['the C of the boards (cppcheck, clang-tidy)', c],
    ['unit tests of the core (as-pect)', spec],
  ],
  [['fuzzing (libFuzzer)', fuzz]],
  [['everything else (vitest)', vitest]],
];

try {
  console.error('build');
  await ready();
  await installPackages();
} catch (error) {
  console.error(/** @type {Error} */ (error).message);
  console.log('0 passed, 1 failed, 0 skipped');
  process.exit(1);
}

let passed = 0;
let failed = 0;
/** @type {{ name: string, reason: string }[]} */
const skipped = [];
for (const row of ROWS) {
  const started = Date.now();
  const names = row.map(([name]) => name).join('; ');
  console.error(`\n${names}`);
  for (const counts of await Promise.all(row.map(([, suite]) => suite()))) {
    passed += counts.passed;
    failed += counts.failed;
    skipped.push(...counts.skipped);
  }
  console.error(`${names}: ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

console.log();
for (const { name, reason } of skipped) console.log(`skipped: ${name}: ${reason}`);
// CI has everything that tests need: what does not run there runs nowhere.
const isComplete = skipped.length === 0 || process.env['CI'] !== 'true';
if (!isComplete) console.log('under CI=true nothing may be skipped');
console.log(`${passed} passed, ${failed} failed, ${skipped.length} skipped`);
process.exitCode = failed === 0 && isComplete ? 0 : 1;
