import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './root.mjs';
import { must } from './run.mjs';

/** @typedef {Record<string, { version?: string, optional?: boolean, peer?: boolean, devOptional?: boolean }>} Packages */

/**
 * @param {string} file
 * @returns {Packages}
 */
function packagesIn(file) {
  return JSON.parse(readFileSync(join(ROOT, file), 'utf8')).packages;
}

/** Is what package-lock.json wants what node_modules holds? npm keeps a list of the latter there. */
export function isInstalled() {
  const list = 'node_modules/.package-lock.json';
  if (!existsSync(join(ROOT, list))) return false;
  const installed = packagesIn(list);
  for (const [path, wanted] of Object.entries(packagesIn('package-lock.json'))) {
    if (path === '') continue;
    const found = installed[path];
    // Binaries for other systems are left out.
    if (found === undefined && wanted.optional) continue;
    if (found?.version !== wanted.version) return false;
  }
  return true;
}

/** Installs the npm packages that package-lock.json names, if they are not there. */
export async function install() {
  if (isInstalled()) return;
  console.error('firmshake: installing npm packages (npm ci)');
  await must('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
}
