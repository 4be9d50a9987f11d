/**
 * Runs a script in a fresh network namespace. A vitest worker has threads and cannot be put into one, so the script is
 * a process: `unshare --net node --import typescript.mjs script.ts`. What it prints as one line of JSON is the result.
 */

import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const LOADER = fileURLToPath(new URL('./helpers/typescript.mjs', import.meta.url));

/** `root`: as the user who runs the test, when that is root. `nobody`: without privileges, in a user namespace. */
export type Who = 'root' | 'nobody';

export interface RunOptions {
  as?: Who;
  args?: readonly string[];
  /** A script that makes its own namespace gets none. */
  namespace?: boolean;
  /** Run inside the namespace's mount namespace as root first, such as a bind mount. Root only. */
  prepare?: string;
  timeoutMs?: number;
  /** Called with the process, to send it signals. */
  started?: (pid: number, output: () => string) => void;
  input?: string;
}

export interface Outcome {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
  durationMs: number;
}

export async function runScript(script: string, options: RunOptions = {}): Promise<Outcome> {
  const { as = defaultUser(), args = [], namespace = true, prepare, timeoutMs = 30_000, started, input } = options;
  const file = fileURLToPath(new URL(`./scripts/${script}`, import.meta.url));
  const node = [process.execPath, '--import', LOADER, file, ...args];
  const command = [...becoming(as), ...(namespace ? unshare(as) : []), ...node];
  const prepared = prepare
    ? ['unshare', '--mount', '--', 'sh', '-c', `${prepare} && exec "$@"`, 'sh', ...command]
    : command;

  return await new Promise((resolve, reject) => {
    const began = performance.now();
    const [name = '', ...rest] = prepared;
    // A group of its own: what a script has started ends with it, however it ends.
    const child = spawn(name, rest, { stdio: 'pipe', detached: true });
    const killAll = (): void => killGroup(child.pid);
    process.once('exit', killAll);
    child.on('exit', killAll);
    const timer = setTimeout(killAll, timeoutMs);
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      process.off('exit', killAll);
      resolve({ code, signal, stdout, stderr, durationMs: performance.now() - began });
    });
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    if (child.pid !== undefined) started?.(child.pid, () => stdout);
  });
}

function killGroup(leader: number | undefined): void {
  try {
    if (leader !== undefined) process.kill(-leader, 'SIGKILL');
  } catch {
    // It has ended.
  }
}

/** The result of a script that must succeed. */
export async function resultOf<Result>(script: string, options: RunOptions = {}): Promise<Result> {
  const outcome = await runScript(script, options);
  if (outcome.code !== 0) {
    const how = outcome.signal ?? `exit ${outcome.code}`;
    throw new Error(`${script}: ${how} after ${Math.round(outcome.durationMs)} ms\n${outcome.stdout}${outcome.stderr}`);
  }
  return JSON.parse(outcome.stdout.trim().split('\n').at(-1) ?? '') as Result;
}

/** Why a test cannot run as `who` on this machine; undefined when it can. */
export function obstacle(who: Who): string | undefined {
  if (process.platform !== 'linux') return 'namespaces are Linux only';
  if (who === 'root' && !isRoot()) return 'needs root';
  const [name, ...rest] = [...becoming(who), ...unshare(who), 'ip', 'link', 'set', 'dev', 'lo', 'up'];
  const tried = spawnSync(name, rest, { encoding: 'utf8' });
  if (tried.status === 0) return undefined;
  return `no namespace as ${who}: ${tried.error?.message ?? tried.stderr.trim()}`;
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

function defaultUser(): Who {
  return isRoot() ? 'root' : 'nobody';
}

/** Who is not root is without privileges already. */
function becoming(who: Who): string[] {
  if (who === 'root' || !isRoot()) return [];
  return ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups', '--'];
}

function unshare(who: Who): string[] {
  return ['unshare', '--net', ...(who === 'root' ? [] : ['--user', '--map-root-user']), '--'];
}
