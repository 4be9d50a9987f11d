import { decode } from '../../../host/trace/index.js';
import type { CoreHost, Lan, Station } from '../../../host/lan/index.js';
import type { Segment, Step, Tuple } from './step.js';

/** The numbers of a TCP segment that the checker needs; undefined: the frame is something else. */
export function segmentOf(
  bytes: Uint8Array,
): { segment: Segment; from: string; to: string; tuple: string } | undefined {
  const frame = decode(bytes);
  if (frame.kind !== 'tcp') return undefined;
  const flags = (['SYN', 'RST', 'FIN', 'ACK'] as const).filter((flag) => frame.flags.has(flag)).join(',');
  const ack = frame.flags.has('ACK') ? frame.acknowledgment : 0;
  return {
    segment: { flags, seq: frame.sequence, ack, length: frame.payload.length },
    from: `${frame.sourcePort} ${frame.ip.destination}:${frame.destinationPort}`,
    to: `${frame.destinationPort} ${frame.ip.source}:${frame.sourcePort}`,
    tuple: `${frame.ip.source} ${frame.ip.destination}`,
  };
}

/** Writes down what the cores of a simulated LAN do, in the order in which they do it. */
export class Record {
  readonly steps: Step[] = [];
  private readonly wakeUps = new Map<CoreHost, number>();
  private readonly states = new Map<string, string>();
  private readonly watched: CoreHost[] = [];

  constructor(private readonly lan: Lan) {
    const send = lan.send.bind(lan);
    lan.send = (from: Station, frame: Uint8Array): void => {
      const host = this.watched.find((station) => station === from);
      if (host !== undefined) this.segment(host, 'sends', frame);
      send(from, frame);
    };
  }

  /** From now on what this host does is written down. */
  watch(host: CoreHost): void {
    this.watched.push(host);
    this.watchFrames(host);
    this.watchCalls(host);
  }

  private watchFrames(host: CoreHost): void {
    const arrives = host.arrives.bind(host);
    host.arrives = (frame): string | undefined => {
      const index = this.steps.length;
      this.segment(host, 'arrives', frame);
      const added = this.steps.slice(index).find((step) => step.kind === 'arrives');
      const dropped = arrives(frame);
      if (added !== undefined && dropped !== undefined) Object.assign(added, { dropped });
      this.look(host);
      return dropped;
    };
  }

  private watchCalls(host: CoreHost): void {
    const calls = {
      connect: host.connect.bind(host),
      listen: host.listen.bind(host),
      accept: host.accept.bind(host),
      reboot: host.reboot.bind(host),
      close: host.close.bind(host),
      abort: host.abort.bind(host),
    };
    host.connect = (...given): number => {
      this.add({ ...this.now(host), kind: 'connects' });
      return calls.connect(...given);
    };
    host.listen = (port, ...rest): number => {
      const handle = calls.listen(port, ...rest);
      this.add({ ...this.now(host), kind: 'listens', port });
      return handle;
    };
    host.accept = (listener): number | undefined => {
      const handle = calls.accept(listener);
      this.look(host);
      return handle;
    };
    host.reboot = (key): void => {
      this.add({ ...this.now(host), kind: 'reboots' });
      calls.reboot(key);
    };
    host.close = (handle): void => {
      this.ends(host, handle);
      calls.close(handle);
    };
    host.abort = (handle): void => {
      // A listener cannot be aborted.
      if (host.state(handle) !== 'LISTEN') this.ends(host, handle);
      calls.abort(handle);
    };
  }

  private ends(host: CoreHost, handle: number): void {
    const now = this.now(host);
    if (host.state(handle) === 'LISTEN') this.add({ ...now, kind: 'listens no more', port: host.localPort(handle) });
    else this.add({ ...now, kind: 'ends', tuple: tupleOf(host, handle) });
  }

  private now(host: CoreHost): { timeMs: number; host: string } {
    return { timeMs: this.lan.nowMs, host: host.name };
  }

  private add(step: Step): void {
    this.steps.push(step);
  }

  private segment(host: CoreHost, kind: 'arrives' | 'sends', frame: Uint8Array): void {
    const read = segmentOf(frame);
    if (read === undefined) return;
    if (kind === 'arrives' && !read.tuple.endsWith(` ${host.address}`)) return;
    // A timer that has fired since tells itself by the wake-ups.
    if ((this.wakeUps.get(host) ?? 0) !== host.wakeUps) {
      this.wakeUps.set(host, host.wakeUps);
      this.add({ ...this.now(host), kind: 'timer' });
    }
    this.add({ ...this.now(host), kind, tuple: kind === 'sends' ? read.from : read.to, segment: read.segment });
  }

  private look(host: CoreHost): void {
    for (const handle of host.handles) {
      const state = host.state(handle);
      if (state === 'LISTEN') continue;
      const tuple = tupleOf(host, handle);
      const key = `${host.name} ${handle}`;
      // Whoever connects has no connection until its SYN is sent: it may wait for a neighbour.
      if (this.states.get(key) === state || state === 'SYN-SENT') continue;
      this.states.set(key, state);
      this.add({ ...this.now(host), kind: 'state', tuple, state });
    }
  }
}

function tupleOf(host: CoreHost, handle: number): Tuple {
  return `${host.localPort(handle)} ${host.core.remoteAddress(handle)}:${host.core.remotePort(handle)}`;
}
