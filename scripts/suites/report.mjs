import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../root.mjs';

/** @typedef {{ passed: number, failed: number, skipped: { name: string, reason: string }[] }} Counts */

/**
 * Runs a suite that leaves its counts in build/reports. One that fails without saying what has failed counts as one
 * failure: it did not compile, or it crashed.
 *
 * @param {string} name
 * @param {() => Promise<number>} suite gives its exit code
 * @returns {Promise<Counts>}
 */
export async function counted(name, suite) {
  const file = join(ROOT, `build/reports/${name}.json`);
  rmSync(file, { force: true });
  const code = await suite();
  /** @type {Counts} */
  const counts = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { passed: 0, failed: 0, skipped: [] };
  const hasRun = existsSync(file);
  if ((code !== 0 || !hasRun) && counts.failed === 0) counts.failed = 1;
  return counts;
}
