/** Espressif's esptool from PyPI, installed into build/ once for each version. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ROOT } from '../../../host/build/constants.js';
import { runCommand, type Outcome } from '../../support/firmshake.js';

const REQUIREMENTS = fileURLToPath(new URL('requirements.txt', import.meta.url));
export const INSTALL_MS = 240_000;

/** The folder that Python finds it in. @throws an Error with what pip says */
export async function installEsptool(): Promise<string> {
  const name = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex').slice(0, 12);
  const folder = path.join(ROOT, 'build/esptool', name);
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}.${process.pid}`;
  const options = ['--quiet', '--disable-pip-version-check', '--no-warn-script-location', '--root-user-action=ignore'];
  try {
    await promisify(execFile)('python3', [
      '-m',
      'pip',
      'install',
      ...options,
      '--target',
      unfinished,
      '-r',
      REQUIREMENTS,
    ]);
    renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return folder;
}

export function esptool(folder: string, ...args: string[]): Promise<Outcome> {
  return runCommand('env', `PYTHONPATH=${folder}`, 'python3', '-m', 'esptool', ...args);
}
