import { spawn, type ChildProcess } from 'node:child_process';
import os from 'node:os';
import { LanError, systemPath } from '../tap/index.js';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A command on the kernel's side of the LAN that lasts as long as it is needed: a server. */
export class KernelCommand {
  /** Rejects when it cannot be run. */
  readonly failed: Promise<never>;
  private readonly child: ChildProcess;

  /** What it says goes to standard error: standard output is for what is fetched. */
  constructor(command: string, args: readonly string[]) {
    // A group of its own, so that what it starts ends with it.
    const env = { ...process.env, PATH: systemPath() };
    this.child = spawn(command, args, { stdio: ['ignore', 2, 2], detached: true, env });
    this.failed = new Promise((_, reject) => {
      this.child.on('error', (cause) => {
        reject(new LanError('BAD_ARGUMENT', `cannot run ${command}: ${cause.message}`, { cause }));
      });
    });
    // Whoever waits for it hears of it; nobody has to.
    this.failed.catch(() => undefined);
    for (const signal of SIGNALS) process.once(signal, this.interrupted);
  }

  /** It may yet do what it is there for. */
  get isAlive(): boolean {
    return this.child.pid !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  stop(): void {
    for (const signal of SIGNALS) process.removeListener(signal, this.interrupted);
    if (this.child.pid === undefined) return;
    try {
      process.kill(-this.child.pid, 'SIGTERM');
    } catch {
      // All of it has ended already.
    }
  }

  private readonly interrupted = (signal: NodeJS.Signals): void => {
    this.stop();
    process.exit(128 + os.constants.signals[signal]);
  };
}
