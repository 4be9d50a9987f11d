/**
 * A network namespace of its own for this process, so that the machine's own network is never touched and, where
 * the system allows user namespaces, no privilege is needed.
 *
 * The process replaces itself (execve) by `unshare … node …` and so starts again inside. Its number, terminal, signals
 * and exit code remain what they were, with nothing in between that would have to pass them on.
 */

import { spawnSync } from 'node:child_process';

import { findCommand, systemPath } from './commands.js';
import { LanError } from './errors.js';
import { libc, systemError } from './libc.js';

/** `user:1234` or `root:1234`. It names the process, as execve keeps that: a child that inherits it is not meant. */
const MARK = 'FIRMSHAKE_NAMESPACE';

export interface Namespace {
  /** Whom `nsenter` is to enter. */
  readonly pid: number;
  /** Whether there is a user namespace as well: the process was not started as root. */
  readonly user: boolean;
}

/**
 * Returns when this process is in a namespace of its own; else starts it again inside one. Call it first of all:
 * before anything is opened, written or started. `argv` is the script and its arguments.
 * @throws LanError UNSHARE_MISSING, IP_MISSING, NAMESPACE_FORBIDDEN, NOT_LINUX, FFI_MISSING
 */
export function insideOwnNamespace(argv: readonly string[] = process.argv.slice(1)): Namespace {
  const inside = ownNamespace();
  if (inside) return inside;

  const c = libc();
  const user = process.getuid?.() !== 0;
  const unshare = ['--net', ...(user ? ['--user', '--map-root-user'] : [])];
  const file = findCommand('unshare');
  if (!file) throw new LanError('UNSHARE_MISSING', 'the command `unshare` is missing; as root: apt install util-linux');
  probe(file, unshare, user);

  const environment = { ...process.env, [MARK]: `${user ? 'user' : 'root'}:${process.pid}` };
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  const command = [file, ...unshare, '--', process.execPath, ...process.execArgv, ...argv];
  keepStandardStreams();
  c.execve(file, [...command, null], [...variables, null]);
  throw systemError(`cannot run ${file}`, c.errno());
}

/** The namespace this process was put into by `insideOwnNamespace`, if it was. */
export function ownNamespace(): Namespace | undefined {
  const mark = process.env[MARK];
  if (mark !== `user:${process.pid}` && mark !== `root:${process.pid}`) return undefined;
  return { pid: process.pid, user: mark.startsWith('user') };
}

/** What to type in another terminal to run a command on this LAN. */
export function enterCommand({ pid, user }: Namespace, command: string): string {
  return `nsenter -t ${pid} ${user ? '-U --preserve-credentials ' : ''}-n ${command}`;
}

/**
 * After execve nobody is left to explain a failure, so it is tried first. Bringing `lo` up is part of it: some systems
 * (Ubuntu 24.04) make the namespace and then allow nothing in it.
 */
function probe(file: string, unshare: readonly string[], user: boolean): void {
  const ip = findCommand('ip');
  if (!ip) throw new LanError('IP_MISSING', 'the command `ip` is missing; as root: apt install iproute2');
  const env = { ...process.env, PATH: systemPath() };
  const tried = spawnSync(file, [...unshare, '--', ip, 'link', 'set', 'dev', 'lo', 'up'], {
    env,
    encoding: 'utf8',
  });
  if (tried.status === 0) return;
  const reason = tried.error?.message ?? tried.stderr.trim().split('\n')[0] ?? '';
  throw new LanError(
    'NAMESPACE_FORBIDDEN',
    user
      ? `this user may not make a network namespace (${reason}); run it as root: sudo firmshake lan`
      : `no network namespace can be made here (${reason}); a container needs --cap-add NET_ADMIN,SYS_ADMIN`,
  );
}

/** Node marks its descriptors close-on-exec, the standard ones included on some versions. */
function keepStandardStreams(): void {
  const F_SETFD = 2;
  for (const fd of [0, 1, 2]) libc().fcntl(fd, F_SETFD, 0);
}
