import { CoreError, type Handle } from '../core/index.js';
import type { TapHost } from './host.js';
import { amount } from './meter.js';
import { UsageError } from './usage.js';

/** What `firmshake lan` is to do with the core. */
export interface Plan {
  listen: number[];
  connect: { address: string; port: number }[];
  timeoutMs: number;
  backlog: number;
}

/** After the last connection: time for the peer's FIN to be answered. */
export const LINGER_MS = 300;

/** Serves what was asked for, until there is nothing left to wait for. What comes is read and forgotten. */
export class Session {
  /** Resolves when every connect has ended and nothing listens. */
  readonly done: Promise<void>;
  private readonly listeners = new Set<Handle>();
  private readonly connecting = new Set<Handle>();
  /** Bytes that came, by connection. */
  private readonly came = new Map<Handle, number>();
  private failed = false;
  private finish: () => void = () => undefined;

  constructor(
    private readonly host: TapHost,
    private readonly plan: Plan,
  ) {
    this.done = new Promise((resolve) => (this.finish = resolve));
    host.onEvent = (handle, kinds) => this.told(handle, kinds);
  }

  get exitCode(): number {
    return this.failed ? 1 : 0;
  }

  begin(): void {
    const { core } = this.host;
    const { backlog, timeoutMs } = this.plan;
    for (const port of this.plan.listen) {
      const listener = asked(`--listen ${port}`, () => core.listen(port, backlog));
      this.listeners.add(this.host.hold(listener));
    }
    for (const { address: to, port } of this.plan.connect) {
      const handle = asked(`--connect ${to}:${port}`, () => core.connect(to, port, timeoutMs, this.host.now));
      this.connecting.add(this.host.hold(handle));
    }
    this.host.pump();
  }

  private told(handle: Handle, kinds: readonly string[]): void {
    if (kinds.includes('ACCEPTABLE')) this.accept(handle);
    else if (kinds.includes('FAILED')) {
      this.failed ||= this.connecting.has(handle);
      this.end(handle);
    } else {
      // One that we have begun is ended at once on our side; one that the peer has begun, when the peer ends its own.
      if (kinds.includes('CONNECTED') && this.connecting.has(handle)) this.shutdown(handle);
      this.serve(handle);
      if (kinds.includes('CLOSED')) this.end(handle);
    }
    this.host.pump();
  }

  private accept(listener: Handle): void {
    const { core } = this.host;
    for (let handle = core.accept(listener); handle !== undefined; handle = core.accept(listener)) {
      // Data, and even the end, may have come while it waited.
      this.serve(this.host.hold(handle));
    }
  }

  private serve(handle: Handle): void {
    if (!this.host.handles.has(handle)) return;
    const { core } = this.host;
    this.came.set(handle, (this.came.get(handle) ?? 0) + core.read(handle).length);
    if (core.state(handle) === 'CLOSE-WAIT') this.shutdown(handle);
  }

  private shutdown(handle: Handle): void {
    const state = this.host.core.state(handle);
    if (state === 'ESTABLISHED' || state === 'CLOSE-WAIT') this.host.core.shutdown(handle);
  }

  private end(handle: Handle): void {
    if (!this.host.handles.has(handle)) return;
    const came = this.came.get(handle) ?? 0;
    const { core } = this.host;
    if (came > 0) this.host.note(`${amount(came)} came from ${core.remoteAddress(handle)}:${core.remotePort(handle)}`);
    this.came.delete(handle);
    this.host.close(handle);
    this.connecting.delete(handle);
    if (this.connecting.size === 0 && this.listeners.size === 0) setTimeout(this.finish, LINGER_MS);
  }
}

/** A call of the core that an option asked for: what it refuses is told by the option's name. */
function asked(option: string, call: () => Handle): Handle {
  try {
    return call();
  } catch (error) {
    if (error instanceof CoreError) throw new UsageError(`${option}: the core refuses it with ${error.code}`);
    throw error;
  }
}
