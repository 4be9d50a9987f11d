/** Connections, as assembly/pool/connection.ts keeps them. */
import { errnoName, type StateName } from '../../core/index.js';
import { State } from '../../core/layout.js';
import { ALLOWS_SACK, ALLOWS_SHIFT, CONNECTION, DELAY_MS, Flag, HOLES, USER_TIMEOUT_BITS } from '../layout.js';
import { msSinceLow, msUntil } from './clock.js';
import { namesOf, ownedReport, type OwnedReport } from './owned.js';
import { readRecord, type RecordOf } from './record.js';
import { readTuple, type Tuple } from './tuple.js';

/** Something that is due. */
export interface Deadline {
  /** The timeout, as RFC 9293 §3.10.8 and RFC 1122 name it. */
  what: string;
  /** Ms after the trap; negative: it was due before. */
  inMs: number;
}

export interface ConnectionReport extends OwnedReport, Tuple {
  state: StateName | `state ${number}`;
  /** Why it ended: "ETIMEDOUT". */
  failure?: string;
  send: {
    /** SND.UNA, SND.NXT, SND.WND */
    unacknowledged: number;
    next: number;
    window: number;
    /** One more than the highest number ever sent. */
    maximum: number;
    /** Bytes in the ring, sent or not, of how many. */
    queued: number;
    ring: number;
    maximumSegmentSize: number;
    congestionWindow: number;
    slowStartThreshold: number;
  };
  receive: {
    /** RCV.NXT, RCV.WND */
    next: number;
    window: number;
    /** Bytes in the ring that the app has not taken, of how many. */
    queued: number;
    ring: number;
    /** What has arrived beyond a hole. */
    pieces: { from: number; to: number }[];
  };
  timing: {
    retransmissionTimeoutMs: number;
    /** How often the timer has had something sent again since the peer was heard of. */
    retransmissions: number;
    /** SRTT, RTTVAR; absent: nothing was measured. */
    smoothedRoundTripMs?: number;
    roundTripVariationMs?: number;
    keepAliveSeconds: number;
    userTimeoutMs: number;
  };
  deadlines: Deadline[];
  /** Both ends know selective acknowledgments. */
  isSackPermitted: boolean;
  /** Flags of its entry. */
  flags: string[];
  /** The host on the link that it goes through. Absent: it goes nowhere, or has not sent yet. */
  neighbour?: string;
}

export interface ConnectionContext {
  view: DataView;
  nowMs: number;
  localAddress: string;
  firstGeneration: number;
  rxRing: number;
  txRing: number;
  /** Is there a TIME-WAIT entry with this key? */
  isGuarded: (key: bigint) => boolean;
  /** The address of the neighbour that is meant by a reference. */
  neighbourOf: (reference: number) => string | undefined;
}

type Entry = RecordOf<typeof CONNECTION>;

export function connectionReport(context: ConnectionContext, at: number, index: number): ConnectionReport {
  const { view, nowMs } = context;
  const entry = readRecord(view, at, CONNECTION);
  const smoothed = entry.smoothedRoundTrip;
  const neighbour = context.neighbourOf(entry.neighbour);
  const isMeasured = smoothed !== 0 || entry.roundTripVariation !== 0;
  return {
    ...ownedReport(entry, index + 1, context.firstGeneration),
    ...readTuple(view, at, context.localAddress),
    state: stateOf(entry, context),
    ...(entry.failure === 0 ? {} : { failure: errnoName(entry.failure) }),
    send: {
      unacknowledged: entry.sendUnacknowledged,
      next: entry.sendNext,
      window: entry.sendWindow,
      maximum: entry.sendMaximum,
      queued: entry.sendQueued,
      ring: context.txRing,
      maximumSegmentSize: entry.maximumSegmentSize,
      congestionWindow: entry.congestionWindow,
      slowStartThreshold: entry.slowStartThreshold,
    },
    receive: {
      next: entry.receiveNext,
      window: (entry.receiveEdge - entry.receiveNext) >>> 0,
      queued: entry.receiveQueued,
      ring: context.rxRing,
      pieces: piecesOf(entry),
    },
    timing: {
      retransmissionTimeoutMs: entry.retransmissionTimeout,
      retransmissions: entry.retransmissions,
      ...(isMeasured ? { smoothedRoundTripMs: smoothed / 8, roundTripVariationMs: entry.roundTripVariation / 4 } : {}),
      keepAliveSeconds: entry.keepAliveSeconds,
      userTimeoutMs: entry.userTimeoutUnits << USER_TIMEOUT_BITS,
    },
    deadlines: deadlinesOf(entry, nowMs),
    isSackPermitted: ((entry.flags >>> ALLOWS_SHIFT) & ALLOWS_SACK) !== 0,
    flags: namesOf(Flag, entry.flags),
    ...(neighbour === undefined ? {} : { neighbour }),
  };
}

/** The name of a state; one that there is not has its number. */
export function stateName(state: number): ConnectionReport['state'] {
  const name = (State as Record<number, string | undefined>)[state];
  return name === undefined ? `state ${state}` : (name.replaceAll('_', '-') as StateName);
}

/** An app that holds on to a connection sees TIME-WAIT for as long as its guard lasts. */
function stateOf({ state, key }: Entry, { isGuarded }: ConnectionContext): ConnectionReport['state'] {
  return stateName(state === State.TIME_WAIT && !isGuarded(key) ? State.CLOSED : state);
}

/** A piece is the low halves of two sequence numbers: assembly/tcp/data/reassembly.ts. */
function piecesOf({ piece, receiveNext }: Entry): { from: number; to: number }[] {
  const view = new DataView(piece.buffer, piece.byteOffset, piece.length);
  const edge = (at: number): number => (receiveNext + ((view.getUint16(at, true) - receiveNext) & 0xffff)) >>> 0;
  return Array.from({ length: HOLES }, (_, index) => ({ from: edge(4 * index), to: edge(4 * index + 2) })).filter(
    ({ from, to }) => from !== to,
  );
}

function deadlinesOf(entry: Entry, nowMs: number): Deadline[] {
  const deadlines: Deadline[] = [];
  if (entry.heapPosition !== 0) deadlines.push({ what: timeoutOf(entry), inMs: msUntil(entry.due, nowMs) });
  if ((entry.flags & Flag.DELAYED) !== 0) {
    deadlines.push({ what: 'delayed acknowledgment', inMs: DELAY_MS - msSinceLow(entry.delayedAt, nowMs) });
  }
  return deadlines;
}

/** Which timeout the one deadline of a connection is: assembly/tcp/timeouts/connection.ts. */
function timeoutOf(entry: Entry): string {
  const has = (flag: Flag): boolean => (entry.flags & flag) !== 0;
  const isOpening = entry.state < State.ESTABLISHED;
  const isLast = (isOpening || entry.retransmissions !== 0) && entry.due === entry.giveUpAt;
  if (isLast) return 'user timeout';
  if (isOpening) return 'retransmission';
  if (entry.state === State.FIN_WAIT_2 && !has(Flag.HELD)) return 'FIN-WAIT-2 without an app';
  if (!has(Flag.OUTSTANDING)) return 'keep-alive';
  return entry.sendWindow === 0 ? 'persist' : 'retransmission';
}
