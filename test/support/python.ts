/** Python tools from PyPI, installed into build/ once for each list of them. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../../host/build/constants.js';
import { runCommand, type Outcome } from './firmshake.js';

export const INSTALL_MS = 240_000;

/** The folder that Python finds them in. @throws an Error with what pip says */
export async function installPython(requirements: string): Promise<string> {
  const name = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  const folder = path.join(ROOT, 'build/python', name);
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}.${process.pid}`;
  const quiet = ['--quiet', '--disable-pip-version-check', '--no-warn-script-location', '--root-user-action=ignore'];
  const args = ['-m', 'pip', 'install', ...quiet, '--target', unfinished, '-r', requirements];
  try {
    await promisify(execFile)('python3', args);
    renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return folder;
}

export function runPython(folder: string, module: string, ...args: string[]): Promise<Outcome> {
  return runCommand('env', `PYTHONPATH=${folder}`, 'python3', '-m', module, ...args);
}
