/** One process at a time in a folder that is built in. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { findCommand } from '../tap/index.js';

/**
 * Works in the folder while nobody else does: flock(1) holds the lock as long as its input is open, so it is let go of however
 * this process ends. Where there is no flock, nobody is kept out.
 */
export async function alone<Result>(folder: string, work: () => Promise<Result>): Promise<Result> {
  const flock = findCommand('flock');
  if (flock === undefined) return await work();
  await mkdir(folder, { recursive: true });
  const holder = spawn(flock, [path.join(folder, '.lock'), 'sh', '-c', 'echo; exec cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await Promise.race([once(holder.stdout, 'data'), once(holder, 'close')]);
  try {
    return await work();
  } finally {
    holder.stdin.end();
    if (holder.exitCode === null) await once(holder, 'close');
  }
}
