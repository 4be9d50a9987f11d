import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { TestContext } from 'vitest';

/** What a test may need of the machine besides Node. */
export type Need =
  'root' | 'linux' | 'tun' | 'tshark' | 'ip' | 'tc' | 'nc' | 'ping' | 'curl' | 'wrk' | 'unshare' | 'cc' | 'spin';

export interface Needs {
  ok: boolean;
  /** What is missing, and how to get it; empty when nothing is. */
  reason: string;
}

/** The Debian package of a command. `npm test` installs them when it can: see scripts/debian.mjs. */
const PACKAGES: Partial<Record<Need, string>> = {
  tshark: 'tshark',
  ip: 'iproute2',
  tc: 'iproute2',
  nc: 'netcat-openbsd',
  ping: 'iputils-ping',
  curl: 'curl',
  wrk: 'wrk',
  unshare: 'util-linux',
  cc: 'gcc',
};

function hasCommand(command: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${command}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function missing(need: Need): string | undefined {
  switch (need) {
    case 'root':
      return process.getuid?.() === 0 ? undefined : 'not root';
    case 'linux':
      return process.platform === 'linux' ? undefined : `not Linux but ${process.platform}`;
    case 'tun':
      return existsSync('/dev/net/tun') ? undefined : 'no /dev/net/tun';
    default:
      return hasCommand(need) ? undefined : `no ${need} (Debian package ${PACKAGES[need] ?? need})`;
  }
}

/** Is all of it there? */
export function needs(...wanted: Need[]): Needs {
  const reasons = wanted.map(missing).filter((reason) => reason !== undefined);
  return { ok: reasons.length === 0, reason: reasons.join(', ') };
}

/**
 * Skips the running test, with the reason, when something that it needs is missing. For a whole file:
 * `beforeEach((context) => skipWithout(context, 'root', 'tshark'))`.
 */
export function skipWithout(context: TestContext, ...wanted: Need[]): void {
  const { ok, reason } = needs(...wanted);
  context.skip(!ok, reason);
}
