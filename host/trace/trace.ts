/**
 * A trace: what happened on a LAN and inside its hosts, in order. The simulated LAN, the TAP bridge and the lab
 * append to it; the ladder and the pcapng writer read it. It is plain data (`trace-json.ts` makes it text).
 *
 * Times are ms since the start of the trace, fractions allowed. Records at the same instant keep the order in
 * which they were appended, so append a frame before what its arrival causes.
 */
export interface Trace {
  version: 1;
  /** When `at: 0` was, in ms since 1970. Absent: in virtual time, which has no date. */
  epochMs?: number;
  /** In the order of the ladder's columns. */
  hosts: TraceHost[];
  records: TraceRecord[];
}

export interface TraceHost {
  id: string;
  /** Absent: the id. */
  name?: string;
  address?: string;
  mac?: string;
}

export type TraceRecord = FrameRecord | StateRecord | TimerRecord | EventRecord | PoolsRecord | NoteRecord;

/** To everybody on the LAN but the sender. */
export const EVERYBODY = '*';

export interface FrameRecord {
  kind: 'frame';
  /** When it left. */
  at: number;
  from: string;
  /** A host's id, or `EVERYBODY`. */
  to: string;
  /** As it was sent. */
  bytes: Uint8Array;
  /** When it arrived; absent: at once. */
  arrivesAt?: number;
  /** It never arrived; the text says why, and may be empty. */
  lost?: string;
  /** As it arrived, where that differs: the network damaged it. */
  corrupted?: Uint8Array;
  /** The network made this copy of a frame that has a record of its own. */
  duplicate?: boolean;
  /** The network held it back: more than the way takes. */
  delayed?: boolean;
  /** It arrived and the receiver threw it away: why. */
  dropped?: string;
}

/** Which connection of a host a record is about. A listener has only a local port. */
export interface ConnectionReference {
  localPort: number;
  remoteAddress?: string;
  remotePort?: number;
}

export interface StateRecord {
  kind: 'state';
  at: number;
  host: string;
  /** The RFC's name: SYN-SENT. */
  state: string;
  connection?: ConnectionReference;
}

export interface TimerRecord {
  kind: 'timer';
  at: number;
  host: string;
  /** "retransmission", "time-wait", "user", … */
  timer: string;
  action: 'armed' | 'fired' | 'stopped';
  /** How long until it fires, where it was armed. */
  inMs?: number;
  connection?: ConnectionReference;
}

export interface EventRecord {
  kind: 'event';
  at: number;
  host: string;
  /** What the application is told: "CONNECTED", "FAILED". */
  event: string;
  /** "ETIMEDOUT" */
  detail?: string;
  connection?: ConnectionReference;
}

export interface PoolUse {
  name: string;
  used: number;
  size: number;
}

export interface PoolsRecord {
  kind: 'pools';
  at: number;
  host: string;
  pools: PoolUse[];
}

export interface NoteRecord {
  kind: 'note';
  at: number;
  /** Absent: about the whole LAN. */
  host?: string;
  text: string;
}
