import { State } from '../../core/layout.js';
import { dropOf } from '../../core/index.js';
import type { RunObserver } from '../invariants/invariant.js';
import type { SimulatedHost } from '../world/host.js';
import { isSameTuple, stateIn, type Picture, type TupleFields } from '../world/memory.js';
import type { CallName } from '../world/probe.js';
import { ACK, FIN, RST, segmentOf, SYN, type Segment } from '../world/segment.js';

/** What can happen to a connection: a segment arrives, a timeout, a call of its app. RFC 9293 §3.10. */
export const EVENTS = [
  'SYN',
  'SYN-ACK',
  'ACK',
  'data',
  'FIN',
  'RST',
  'RST-ACK',
  'altered',
  'timeout',
  'listen',
  'accept',
  'connect',
  'send',
  'read',
  'shutdown',
  'close',
  'abort',
] as const;
export type EventKind = (typeof EVENTS)[number];

const STATES = Object.values(State).filter((state): state is State => typeof state === 'number');

/** How often each event met each state, over any number of runs. */
export class Coverage implements RunObserver {
  readonly counts: number[];
  private state: State = State.CLOSED;
  private kind: EventKind = 'ACK';
  private before: Picture | undefined;

  constructor(counts?: readonly number[]) {
    this.counts = counts === undefined ? new Array<number>(STATES.length * EVENTS.length).fill(0) : [...counts];
  }

  add(counts: readonly number[]): void {
    counts.forEach((count, at) => (this.counts[at] = (this.counts[at] ?? 0) + count));
  }

  of(state: State, event: EventKind): number {
    return this.counts[state * EVENTS.length + EVENTS.indexOf(event)] ?? 0;
  }

  /** How many pairs of a state and an event were reached. */
  get reached(): number {
    return this.counts.filter((count) => count > 0).length;
  }

  get pairs(): number {
    return this.counts.length;
  }

  arrives(host: SimulatedHost, frame: Uint8Array): void {
    const segment = segmentOf(frame);
    if (segment === undefined) return;
    this.state = stateIn(host.picture, incoming(segment));
    this.kind = kindOf(segment);
  }

  arrived(_host: SimulatedHost, frame: Uint8Array, result: number, isAltered: boolean): void {
    if (segmentOf(frame) === undefined) return;
    // What the checksum refuses says nothing of what it was.
    this.hit(this.state, isAltered && dropOf(result) !== 0 ? 'altered' : this.kind);
  }

  expires(host: SimulatedHost): void {
    this.before = host.picture;
  }

  expired(host: SimulatedHost): void {
    const before = this.before ?? host.picture;
    const after = host.memory.picture();
    for (const one of before.connections) {
      const same = after.connections.find(({ slot }) => slot === one.slot);
      const isSame =
        same?.flags === one.flags && same.state === one.state && same.retransmissions === one.retransmissions;
      if (!isSame) this.hit(one.state, 'timeout');
    }
    for (const one of before.halfOpen) {
      const same = after.halfOpen.find((other) => isSameTuple(one, other));
      if (same?.waits !== one.waits) this.hit(State.SYN_RECEIVED, 'timeout');
    }
    if (after.timeWait.length < before.timeWait.length) this.hit(State.TIME_WAIT, 'timeout');
  }

  calls(host: SimulatedHost, name: CallName, handle: number | undefined): void {
    const state = handle === undefined ? State.CLOSED : host.core.exports.state(handle);
    if (state >= 0) this.hit(state, name);
  }

  private hit(state: number, event: EventKind): void {
    const at = state * EVENTS.length + EVENTS.indexOf(event);
    this.counts[at] = (this.counts[at] ?? 0) + 1;
  }

  /** A row for each state, a column for each event. */
  table(): string {
    const head = ['', ...EVENTS];
    const rows = STATES.map((state) => [
      State[state].replaceAll('_', '-'),
      ...EVENTS.map((event) => shortened(this.of(state, event))),
    ]);
    const widths = head.map((title, column) =>
      Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)),
    );
    const line = (cells: readonly string[]): string =>
      cells
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  ');
    return [line(head), ...rows.map(line)].join('\n');
  }
}

/** The tuple that a segment that arrives is for. */
export function incoming(segment: Segment): TupleFields {
  return { remoteAddress: segment.source, remotePort: segment.sourcePort, localPort: segment.destinationPort };
}

function kindOf({ flags, length }: Segment): EventKind {
  if ((flags & RST) !== 0) return (flags & ACK) !== 0 ? 'RST-ACK' : 'RST';
  if ((flags & SYN) !== 0) return (flags & ACK) !== 0 ? 'SYN-ACK' : 'SYN';
  if ((flags & FIN) !== 0) return 'FIN';
  return length > 0 ? 'data' : 'ACK';
}

/** 12345 as 12k: a table is for seeing where there is nothing. */
function shortened(count: number): string {
  if (count === 0) return '.';
  if (count < 10_000) return String(count);
  return count < 10_000_000 ? `${Math.floor(count / 1000)}k` : `${Math.floor(count / 1_000_000)}M`;
}
