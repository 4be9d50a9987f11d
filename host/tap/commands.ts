/** Runs the system's own commands: `ip`, and whatever is to run on the LAN. */

import { execFile, spawn } from 'node:child_process';
import { accessSync, constants as access } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { LanError } from './errors.js';

/** Debian leaves the directories of `ip` and `ethtool` out of a user's PATH, though a user may run them. */
export function systemPath(): string {
  return `${process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin'}:/usr/sbin:/sbin`;
}

/** Where a command is, or undefined. */
export function findCommand(name: string): string | undefined {
  return systemPath()
    .split(':')
    .map((directory) => path.join(directory, name))
    .find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, access.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Several `ip` commands in one process, in order, up to the first that fails.
 * @throws LanError IP_MISSING, LINK_FORBIDDEN, LINK_FAILED
 */
export async function ip(...commands: string[]): Promise<string> {
  const file = findCommand('ip');
  if (!file) throw new LanError('IP_MISSING', 'the command `ip` is missing; as root: apt install iproute2');
  return await new Promise((resolve, reject) => {
    const child = execFile(file, ['-details', '-batch', '-'], (error, stdout, stderr) => {
      if (error) reject(ipError(commands, stderr));
      else resolve(stdout);
    });
    child.stdin?.on('error', () => {}); // ip ended before it read everything; its exit says why
    child.stdin?.end(`${commands.join('\n')}\n`);
  });
}

function ipError(commands: readonly string[], stderr: string): LanError {
  const failed = commands[Number(/Command failed -:(\d+)/.exec(stderr)?.[1] ?? 1) - 1] ?? commands[0];
  const reason = stderr.split('\n')[0]?.trim() ?? '';
  if (/not permitted|denied/i.test(stderr)) {
    return new LanError('LINK_FORBIDDEN', `no permission for \`ip ${failed}\`; run as root, or in a namespace`);
  }
  return new LanError('LINK_FAILED', `\`ip ${failed}\` failed: ${reason}`);
}

/** Whether `ip` failed because there is no interface of that name. */
export function isMissing(error: unknown): boolean {
  return error instanceof LanError && /Cannot find device|does not exist/.test(error.message);
}

/**
 * Runs a command on the LAN, with this terminal, and gives its exit code (128 + the number of a signal that ended
 * it, as a shell does). A child is in the namespace because this process is: that is all there is to it.
 * @throws LanError BAD_ARGUMENT when there is no such command
 */
export async function runIn(command: string, args: readonly string[] = []): Promise<number> {
  const env = { ...process.env, PATH: systemPath() };
  return await new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit', env });
    child.on('error', (cause) => {
      reject(new LanError('BAD_ARGUMENT', `cannot run ${command}: ${cause.message}`, { cause }));
    });
    child.on('exit', (code, signal) => resolve(code ?? 128 + (signal ? os.constants.signals[signal] : 0)));
  });
}
