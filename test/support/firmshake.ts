/** Runs the built `firmshake` command in a process of its own. */

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

export const MAIN = fileURLToPath(new URL('../../build/host/cli/demo/real-main.js', import.meta.url));
const TIMEOUT_MS = 60_000;

export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

export function firmshake(...args: string[]): Promise<Outcome> {
  return runCommand(process.execPath, MAIN, ...args);
}

/** Any command, to its end. */
export function runCommand(command: string, ...args: string[]): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: TIMEOUT_MS });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** A text has all of these, each after the one before it. */
export function expectInOrder(text: string, ...parts: (string | RegExp)[]): void {
  let from = 0;
  for (const part of parts) {
    const rest = text.slice(from);
    const at = typeof part === 'string' ? rest.indexOf(part) : rest.search(part);
    expect(at, `${String(part)} is missing, or not after what comes before it, in\n${text}`).toBeGreaterThanOrEqual(0);
    from += at + 1;
  }
}
