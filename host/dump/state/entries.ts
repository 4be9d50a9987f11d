/** What else the pools keep: handshakes, finished connections, ports and hosts. */
import { formatAddress, formatMac } from '../../core/index.js';
import {
  Asking,
  HALF_OPEN,
  LISTENER,
  MSS_BITS,
  NEIGHBOUR,
  REQUEST_INTERVAL_MS,
  SYN_ACK_DELAYS,
  TIME_UNIT_BITS,
  TIME_WAIT,
  Waits,
} from '../layout.js';
import { msUntil, msUntilUnits } from './clock.js';
import type { Deadline } from './connection.js';
import { ownedReport, type OwnedReport } from './owned.js';
import { readRecord } from './record.js';
import { readTuple, type Tuple } from './tuple.js';

/** A handshake that a peer has begun. */
export interface HalfOpenReport extends Tuple {
  /** What it waits for. */
  waitsFor: 'acknowledgment' | 'transmit' | 'room';
  initialSendSequence: number;
  initialReceiveSequence: number;
  maximumSegmentSize: number;
  /** How often its SYN-ACK was sent again. */
  retransmissions: number;
  deadline?: Deadline;
}

/** A finished connection. */
export interface TimeWaitReport extends Tuple {
  sendNext: number;
  receiveNext: number;
  deadline: Deadline;
}

export interface ListenerReport extends OwnedReport {
  port: number;
  /** How many connections may wait for `accept`, how many do, and how many handshakes wait to. */
  backlog: number;
  queued: number;
  waitForRoom: number;
}

/** A host on the link. */
export interface NeighbourReport {
  address: string;
  /** Absent: it is not known. */
  mac?: string;
  /** How long ago it was confirmed. */
  confirmedMsAgo?: number;
  /** Connections that go through it. */
  users: number;
  /** Requests since it was confirmed last. */
  requests: number;
  /** A request is to be sent, or was sent and is not answered. */
  asking: 'no' | 'due' | 'asked' | `state ${number}`;
  deadline?: Deadline;
}

interface Context {
  view: DataView;
  nowMs: number;
  localAddress: string;
}

const WAITS: Readonly<Record<number, HalfOpenReport['waitsFor'] | undefined>> = {
  [Waits.FOR_ROOM]: 'room',
  [Waits.TO_RESEND]: 'transmit',
};

const ASKING: Readonly<Record<number, NeighbourReport['asking'] | undefined>> = {
  [Asking.NO]: 'no',
  [Asking.DUE]: 'due',
  [Asking.ASKED]: 'asked',
};

export function halfOpenReport({ view, nowMs, localAddress }: Context, at: number): HalfOpenReport {
  const entry = readRecord(view, at, HALF_OPEN);
  // After the last of its delays it is given up.
  const what = entry.retransmissions === SYN_ACK_DELAYS - 1 ? 'end of a half-open entry' : 'SYN-ACK retransmission';
  const waitsFor = WAITS[entry.waits] ?? 'acknowledgment';
  return {
    ...readTuple(view, at, localAddress),
    waitsFor,
    initialSendSequence: entry.initialSendSequence,
    initialReceiveSequence: entry.initialReceiveSequence,
    maximumSegmentSize: entry.mssAndAllows & ((1 << MSS_BITS) - 1),
    retransmissions: entry.retransmissions,
    ...(waitsFor === 'acknowledgment' ? { deadline: { what, inMs: msUntil(entry.due, nowMs) } } : {}),
  };
}

export function timeWaitReport({ view, nowMs, localAddress }: Context, at: number): TimeWaitReport {
  const { sendNext, receiveNext, due } = readRecord(view, at, TIME_WAIT);
  const deadline = { what: 'time-wait', inMs: msUntilUnits(due, TIME_UNIT_BITS, nowMs) };
  return { ...readTuple(view, at, localAddress), sendNext, receiveNext, deadline };
}

/** `waitForRoom`: how many half-open entries wait at the listener at an address. */
export function listenerReport(
  view: DataView,
  at: number,
  slot: number,
  firstGeneration: number,
  waitForRoom: number,
): ListenerReport {
  const entry = readRecord(view, at, LISTENER);
  return {
    ...ownedReport(entry, slot, firstGeneration),
    port: readTuple(view, at, '').local.port,
    backlog: entry.backlog,
    queued: entry.queued,
    waitForRoom,
  };
}

export function neighbourReport({ view, nowMs }: Context, at: number): NeighbourReport {
  const entry = readRecord(view, at, NEIGHBOUR);
  const mac = formatMac(new Uint8Array(view.buffer, view.byteOffset + at + NEIGHBOUR.fields.mac.at, 6));
  const askAgain = msUntil(entry.askedAt + REQUEST_INTERVAL_MS, nowMs);
  return {
    address: formatAddress(view.getUint32(at + NEIGHBOUR.fields.address.at)),
    ...(entry.known ? { mac, confirmedMsAgo: (nowMs - entry.confirmedAt) >>> 0 } : {}),
    users: entry.users,
    requests: entry.requests,
    asking: ASKING[entry.asking] ?? `state ${entry.asking}`,
    ...(entry.asking === Asking.ASKED ? { deadline: { what: 'ARP request', inMs: askAgain } } : {}),
  };
}
