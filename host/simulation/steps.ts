/**
 * The steps of a run for whoever follows them in a formal model (test/model): `firmshake simulate --seed N --trace FILE` writes one JSON
 * object a line, in the order in which things happened.
 *
 *     {"timeMs":12,"host":"h0","kind":"connects"}
 *     {"timeMs":12,"host":"h0","kind":"sends","tuple":"50123 10.73.0.3:1","segment":{"flags":"SYN","seq":305419896,"ack":0,"length":0}}
 */
import { dropOf, formatAddress } from '../core/index.js';
import { Drop } from '../core/layout.js';
import type { RunObserver } from './invariants/invariant.js';
import type { SimulatedHost } from './world/host.js';
import type { CallName } from './world/probe.js';
import { ACK, FIN, RST, segmentOf, SYN, type Segment as Fields } from './world/segment.js';

export interface Segment {
  /** In this order: 'SYN,ACK', 'RST'. PSH and URG say nothing here. */
  flags: string;
  seq: number;
  /** 0 without ACK. */
  ack: number;
  /** Bytes of data. */
  length: number;
}

/** A connection as its host sees it: "7 10.73.0.2:50000", local port first. */
export type Tuple = string;

/** `timeMs`: of the host's own clock since the beginning. */
export type Step = { timeMs: number; host: string } & (
  | { kind: 'arrives'; tuple: Tuple; segment: Segment; dropped?: string }
  | { kind: 'sends'; tuple: Tuple; segment: Segment }
  /** The state of a connection that an app holds. */
  | { kind: 'state'; tuple: Tuple; state: string }
  | { kind: 'listens' | 'listens no more'; port: number }
  /** The app asks for a connection; its SYN will say which. */
  | { kind: 'connects' }
  /** The app closes or aborts a connection. */
  | { kind: 'ends'; tuple: Tuple }
  /** A timer has fired: the host may do something of itself. */
  | { kind: 'timer' }
  /** It has forgotten everything. */
  | { kind: 'reboots' }
);

const FLAGS = [
  ['SYN', SYN],
  ['RST', RST],
  ['FIN', FIN],
  ['ACK', ACK],
] as const;

/**
 * The states that are told. Whoever connects has no connection until its SYN is sent: it may wait for a neighbour. And whoever has shut down has
 * sent no FIN while there is data before it: the model ends with the FIN.
 */
const TOLD = ['SYN-RECEIVED', 'ESTABLISHED', 'CLOSED'];

/** Writes down the steps of a run. */
export class Steps implements RunObserver {
  readonly steps: Step[] = [];
  /** What was last said of each handle, until its host loses its power. */
  private readonly states = new Map<string, string>();
  private arriving: Extract<Step, { kind: 'arrives' }> | undefined;

  poweredOff(host: SimulatedHost): void {
    this.steps.push({ ...now(host), kind: 'reboots' });
  }

  arrives(host: SimulatedHost, frame: Uint8Array): void {
    this.arriving = undefined;
    const fields = segmentOf(frame);
    if (fields?.destination !== host.address) return;
    const tuple = `${fields.destinationPort} ${formatAddress(fields.source)}:${fields.sourcePort}`;
    this.arriving = { ...now(host), kind: 'arrives', tuple, segment: segmentFor(fields) };
    this.steps.push(this.arriving);
  }

  arrived(_host: SimulatedHost, _frame: Uint8Array, result: number): void {
    const reason = dropOf(result);
    if (this.arriving !== undefined && reason !== Drop.NONE) this.arriving.dropped = Drop[reason] ?? `${reason}`;
  }

  sent(host: SimulatedHost, frame: Uint8Array): void {
    const fields = segmentOf(frame);
    if (fields === undefined) return;
    const tuple = `${fields.sourcePort} ${formatAddress(fields.destination)}:${fields.destinationPort}`;
    this.steps.push({ ...now(host), kind: 'sends', tuple, segment: segmentFor(fields) });
  }

  expires(host: SimulatedHost): void {
    this.steps.push({ ...now(host), kind: 'timer' });
  }

  calls(host: SimulatedHost, name: CallName, handle: number | undefined): void {
    if (name === 'connect') this.steps.push({ ...now(host), kind: 'connects' });
    if ((name !== 'close' && name !== 'abort') || handle === undefined) return;
    if (host.station.state(handle) === 'LISTEN') {
      this.steps.push({ ...now(host), kind: 'listens no more', port: host.core.localPort(handle) });
    } else {
      this.steps.push({ ...now(host), kind: 'ends', tuple: tupleOf(host, handle) });
    }
  }

  called(host: SimulatedHost, name: CallName, handle: number | undefined): void {
    if (name !== 'listen' || handle === undefined) return;
    this.steps.push({ ...now(host), kind: 'listens', port: host.core.localPort(handle) });
  }

  settled(host: SimulatedHost): void {
    for (const handle of host.apps.talks.keys()) {
      const state = host.station.state(handle);
      const key = `${host.name} ${host.boots} ${handle}`;
      if (this.states.get(key) === state || !TOLD.includes(state)) continue;
      this.states.set(key, state);
      this.steps.push({ ...now(host), kind: 'state', tuple: tupleOf(host, handle), state });
    }
  }
}

function now(host: SimulatedHost): { timeMs: number; host: string } {
  return { timeMs: host.clock.nowMs, host: host.name };
}

function tupleOf({ core }: SimulatedHost, handle: number): Tuple {
  return `${core.localPort(handle)} ${core.remoteAddress(handle)}:${core.remotePort(handle)}`;
}

function segmentFor({ flags, sequence, acknowledgment, length }: Fields): Segment {
  const names = FLAGS.filter(([, bit]) => (flags & bit) !== 0).map(([name]) => name);
  return { flags: names.join(','), seq: sequence, ack: (flags & ACK) !== 0 ? acknowledgment : 0, length };
}
