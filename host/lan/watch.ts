import { decode } from '../trace/decode.js';
import { TraceRecorder, type ConnectionReference } from '../trace/index.js';
import type { CoreEvent, Handle } from '../core/index.js';
import type { Watched, Watcher } from './core-host.js';

/** The pools that a connection passes through on its way. */
const POOL_NAMES = {
  HALF_OPEN: 'half-open',
  CONNECTIONS: 'connections',
  TIME_WAIT: 'time-wait',
} as const;

interface Seen {
  states: Map<Handle, string>;
  references: Map<Handle, ConnectionReference>;
  /** 4-tuples of which the ladder has been told the state, by `keyOf`. */
  tuples: Map<string, string>;
  halfOpen: number;
  pools: string;
}

/** Writes what happens inside of hosts into the trace: states, timers, events and pools. */
export class TraceWatcher implements Watcher {
  private readonly seen = new Map<string, Seen>();

  constructor(
    private readonly clock: { readonly nowMs: number },
    private readonly recorder: TraceRecorder,
  ) {}

  timer(host: Watched, action: 'armed' | 'fired' | 'stopped', inMs = 0): void {
    const { nowMs } = this.clock;
    if (action === 'armed') this.recorder.timerArmed(nowMs, host.name, 'deadline', inMs);
    else if (action === 'fired') this.recorder.timerFired(nowMs, host.name, 'deadline');
    else this.recorder.timerStopped(nowMs, host.name, 'deadline');
  }

  event(host: Watched, { handle, kinds }: CoreEvent): void {
    // An end is told before its handle can be closed, so the failure can still be asked for.
    const failure = kinds.includes('FAILED') ? host.core.failure(handle) : undefined;
    const reference = this.seenOf(host).references.get(handle);
    for (const kind of kinds) {
      // Whoever is connected can write.
      if (kind === 'WRITABLE' && kinds.includes('CONNECTED')) continue;
      this.recorder.event(this.clock.nowMs, host.name, kind, kind === 'FAILED' ? failure : undefined, reference);
    }
  }

  /** A SYN-ACK that has cost a half-open entry: no handle shows that state, since nobody holds one. */
  sent(host: Watched, bytes: Uint8Array): void {
    const frame = decode(bytes);
    if (frame.kind !== 'tcp' || !frame.flags.has('SYN') || !frame.flags.has('ACK')) return;
    const seen = this.seenOf(host);
    const reference = {
      localPort: frame.sourcePort,
      remoteAddress: frame.ip.destination,
      remotePort: frame.destinationPort,
    };
    const halfOpen = host.core.pools().HALF_OPEN.used;
    if (halfOpen > seen.halfOpen) this.tell(host, reference, 'SYN-RECEIVED');
    seen.halfOpen = halfOpen;
  }

  settled(host: Watched): void {
    const seen = this.seenOf(host);
    for (const handle of host.handles) this.look(host, seen, handle);
    for (const handle of seen.states.keys()) if (!host.handles.has(handle)) seen.states.delete(handle);
    this.lookAtPools(host, seen);
  }

  private look(host: Watched, seen: Seen, handle: Handle): void {
    const state = host.core.state(handle);
    if (seen.states.get(handle) === state) return;
    const reference = seen.references.get(handle) ?? referenceOf(host, handle);
    seen.references.set(handle, reference);
    seen.states.set(handle, state);
    this.tell(host, reference, state);
  }

  private tell(host: Watched, reference: ConnectionReference, state: string): void {
    const { tuples } = this.seenOf(host);
    const key = `${reference.localPort} ${reference.remoteAddress ?? ''} ${reference.remotePort ?? ''}`;
    if (tuples.get(key) === state) return;
    tuples.set(key, state);
    this.recorder.state(this.clock.nowMs, host.name, state, reference);
  }

  private lookAtPools(host: Watched, seen: Seen): void {
    const pools = host.core.pools();
    const uses = Object.entries(POOL_NAMES).map(([key, name]) => {
      const { used, capacity } = pools[key as keyof typeof POOL_NAMES];
      return { name, used, size: capacity };
    });
    seen.halfOpen = pools.HALF_OPEN.used;
    const text = uses.map(({ used }) => used).join();
    if (text === seen.pools) return;
    seen.pools = text;
    this.recorder.pools(this.clock.nowMs, host.name, uses);
  }

  private seenOf(host: Watched): Seen {
    let seen = this.seen.get(host.name);
    if (seen === undefined) {
      seen = { states: new Map(), references: new Map(), tuples: new Map(), halfOpen: 0, pools: '' };
      this.seen.set(host.name, seen);
    }
    return seen;
  }
}

function referenceOf(host: Watched, handle: Handle): ConnectionReference {
  const localPort = host.core.localPort(handle);
  if (host.core.state(handle) === 'LISTEN') return { localPort };
  return { localPort, remoteAddress: host.core.remoteAddress(handle), remotePort: host.core.remotePort(handle) };
}
