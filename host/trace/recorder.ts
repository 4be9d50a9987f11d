import type {
  ConnectionReference,
  EventRecord,
  FrameRecord,
  NoteRecord,
  PoolsRecord,
  PoolUse,
  StateRecord,
  TimerRecord,
  Trace,
  TraceHost,
  TraceRecord,
} from './trace.js';

/** What can be said of a frame beside its bytes and its way. */
export type FrameFate = Omit<FrameRecord, 'kind' | 'at' | 'from' | 'to' | 'bytes'>;

/** Appends to a trace. Every method gives the record back, to be completed when more is known (`arrivesAt`, `dropped`). */
export class TraceRecorder {
  readonly trace: Trace;

  constructor(hosts: readonly TraceHost[] = [], epochMs?: number) {
    this.trace = {
      version: 1,
      hosts: [...hosts],
      records: [],
      ...(epochMs === undefined ? {} : { epochMs }),
    };
  }

  host(host: TraceHost): TraceHost {
    this.trace.hosts.push(host);
    return host;
  }

  /** The bytes are copied: a frame buffer is overwritten by the next frame. */
  frame(at: number, from: string, to: string, bytes: Uint8Array, fate: FrameFate = {}): FrameRecord {
    return this.append({ kind: 'frame', at, from, to, bytes: bytes.slice(), ...fate });
  }

  state(at: number, host: string, state: string, connection?: ConnectionReference): StateRecord {
    return this.append({ kind: 'state', at, host, state, ...about(connection) });
  }

  timerArmed(at: number, host: string, timer: string, inMs: number, connection?: ConnectionReference): TimerRecord {
    return this.append({ kind: 'timer', at, host, timer, action: 'armed', inMs, ...about(connection) });
  }

  timerFired(at: number, host: string, timer: string, connection?: ConnectionReference): TimerRecord {
    return this.append({ kind: 'timer', at, host, timer, action: 'fired', ...about(connection) });
  }

  timerStopped(at: number, host: string, timer: string, connection?: ConnectionReference): TimerRecord {
    return this.append({ kind: 'timer', at, host, timer, action: 'stopped', ...about(connection) });
  }

  event(at: number, host: string, event: string, detail?: string, connection?: ConnectionReference): EventRecord {
    const details = detail === undefined ? {} : { detail };
    return this.append({ kind: 'event', at, host, event, ...details, ...about(connection) });
  }

  pools(at: number, host: string, pools: readonly PoolUse[]): PoolsRecord {
    return this.append({ kind: 'pools', at, host, pools: pools.map((pool) => ({ ...pool })) });
  }

  note(at: number, text: string, host?: string): NoteRecord {
    return this.append({ kind: 'note', at, text, ...(host === undefined ? {} : { host }) });
  }

  private append<R extends TraceRecord>(record: R): R {
    this.trace.records.push(record);
    return record;
  }
}

function about(connection: ConnectionReference | undefined): { connection?: ConnectionReference } {
  return connection === undefined ? {} : { connection };
}
