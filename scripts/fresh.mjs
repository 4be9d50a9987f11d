/** What is built from what, by content: a build step whose inputs are as they were is not run again. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from './root.mjs';

/**
 * All files at or below a path of the repository, in order.
 *
 * @param {string} path
 * @returns {string[]}
 */
export function filesBelow(path) {
  if (!existsSync(join(ROOT, path))) return [];
  const entries = readdirSync(join(ROOT, path), { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

/**
 * A hash of the names and contents of files.
 *
 * @param {string[]} files absolute, or relative to the repository
 * @param {string} [extra] what else the outcome depends on
 */
export function hashOf(files, extra = '') {
  const hash = createHash('sha256').update(extra);
  for (const file of files) {
    const path = file.startsWith(ROOT) ? file : join(ROOT, file);
    hash.update(`\0${path.slice(ROOT.length)}\0`).update(existsSync(path) ? readFileSync(path) : '');
  }
  return hash.digest('hex');
}

/** @param {string} name */
function stampOf(name) {
  return join(ROOT, 'build/.stamps', name);
}

/**
 * Runs a step unless it ran with these inputs before and its outputs are there. Says whether it ran.
 *
 * @param {{ name: string, hash: string, outputs: string[], make: () => unknown }} step
 */
export async function unlessFresh({ name, hash, outputs, make }) {
  const stamp = stampOf(name);
  const areThere = outputs.every((output) => existsSync(join(ROOT, output)));
  if (areThere && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return false;
  rmSync(stamp, { force: true });
  await make();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, hash);
  return true;
}
