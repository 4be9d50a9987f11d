import { EVERYBODY, type EventRecord, type FrameRecord, type NoteRecord, type PoolsRecord } from '../trace.js';
import type { StateRecord, TimerRecord, Trace, TraceRecord } from '../trace.js';
import type { Describer, Label } from './describe.js';

/** A frame on its way, with the states that its ends were in as it left and as it arrived. */
export interface Flight {
  record: FrameRecord;
  arrivesAt: number;
  label: Label;
  /** Set where departure and arrival are drawn apart, since something happened in between. */
  tag: number | null;
  senderState: StateRecord | null;
  receiverStates: Map<string, StateRecord>;
}

/** What the ladder draws, in the order of drawing. */
export type Item =
  | { kind: 'flight'; at: number; flight: Flight; end: 'both' | 'departure' | 'arrival' }
  | { kind: 'states'; at: number; states: StateRecord[] }
  | { kind: 'remark'; at: number; record: TimerRecord | EventRecord | PoolsRecord | NoteRecord };

/** Two times in a trace are the same instant when no clock of a host could tell them apart. */
const INSTANT_MS = 0.0005;

interface Entry {
  record: TraceRecord;
  order: number;
  flight: Flight | null;
  merged: boolean;
}

export function timelineOf(trace: Trace, describer: Describer): Item[] {
  const entries = trace.records
    .map((record, order): Entry => ({ record, order, flight: null, merged: false }))
    .sort((a, b) => a.record.at - b.record.at || a.order - b.order);
  for (const entry of entries) {
    if (entry.record.kind === 'frame') entry.flight = flightOf(entry.record, describer);
  }
  mergeStates(entries);
  splitFlights(entries);
  return itemsOf(entries);
}

function flightOf(record: FrameRecord, describer: Describer): Flight {
  return {
    record,
    arrivesAt: Math.max(record.at, record.arrivesAt ?? record.at),
    label: describer.describe(record),
    tag: null,
    senderState: null,
    receiverStates: new Map(),
  };
}

/** A state that changed because a frame arrived, or as one left, is written at that end of its arrow (as in RFC 9293). */
function mergeStates(entries: readonly Entry[]): void {
  const arrivals = new Map<string, Entry[]>();
  const departures = new Map<string, Entry[]>();
  for (const entry of entries) {
    const { flight } = entry;
    if (flight === null) continue;
    push(departures, instant(flight.record.from, flight.record.at), entry);
    if (flight.record.lost === undefined) push(arrivals, instant(flight.record.to, flight.arrivesAt), entry);
  }
  for (const entry of entries) {
    const state = entry.record;
    if (state.kind !== 'state') continue;
    const arrived = [
      ...(arrivals.get(instant(state.host, state.at)) ?? []),
      ...(arrivals.get(instant(EVERYBODY, state.at)) ?? []),
    ].filter((other) => other.order < entry.order && other.flight?.record.from !== state.host);
    const cause = arrived.at(-1)?.flight;
    if (cause != null && !cause.receiverStates.has(state.host)) {
      cause.receiverStates.set(state.host, state);
      entry.merged = true;
      continue;
    }
    const left = departures.get(instant(state.host, state.at)) ?? [];
    const free = left.filter((other) => other.flight?.senderState === null);
    const nearest = free.find((other) => other.order > entry.order) ?? free.at(-1);
    if (nearest?.flight != null) {
      nearest.flight.senderState = state;
      entry.merged = true;
    }
  }
}

/**
 * A frame is one row unless that would hide the order of things: the receiver sent something while it was on its
 * way, a later frame overtook it, or something happened to one of its ends meanwhile.
 */
function splitFlights(entries: readonly Entry[]): void {
  let tags = 0;
  entries.forEach(({ flight, record }, index) => {
    if (flight === null || flight.record.lost !== undefined || flight.arrivesAt - record.at < INSTANT_MS) return;
    for (let i = index - 1; i >= 0 && isSame(entryAt(entries, i).record.at, record.at); i--) {
      const other = entryAt(entries, i);
      // sent before: it can cross this one, but not overtake it
      if (other.record.kind === 'frame' && other.record.from === flight.record.from) continue;
      if (flight.tag === null && crosses(other, flight)) flight.tag = ++tags;
    }
    for (let i = index + 1; i < entries.length && flight.tag === null; i++) {
      const other = entryAt(entries, i);
      if (other.record.at > flight.arrivesAt - INSTANT_MS) break;
      if (crosses(other, flight)) flight.tag = ++tags;
    }
  });
}

function crosses(other: Entry, flight: Flight): boolean {
  const { from, to, at } = flight.record;
  const isReceiver = (host: string): boolean => host !== from && (to === EVERYBODY || to === host);
  const { record } = other;
  if (record.kind === 'frame') {
    if (isReceiver(record.from)) return true;
    if (record.from !== from || record.to !== to || record.lost !== undefined) return false;
    return other.flight !== null && other.flight.arrivesAt < flight.arrivesAt - INSTANT_MS;
  }
  if (other.merged || isSame(record.at, at) || record.host === undefined) return false;
  if (record.host !== from && !isReceiver(record.host)) return false;
  if (record.kind === 'timer') return record.action === 'fired';
  return record.kind !== 'pools';
}

function itemsOf(entries: readonly Entry[]): Item[] {
  const arrivals: Item[] = [];
  const others: Item[] = [];
  const pools = new Map<string, string>();
  for (const { record, flight, merged } of entries) {
    if (flight !== null) {
      const isSplit = flight.tag !== null;
      others.push({ kind: 'flight', at: record.at, flight, end: isSplit ? 'departure' : 'both' });
      if (isSplit) arrivals.push({ kind: 'flight', at: flight.arrivesAt, flight, end: 'arrival' });
    } else if (record.kind === 'state') {
      if (!merged) addState(others, record);
    } else if (record.kind === 'pools') {
      // a pool's use is written when it is news
      const use = JSON.stringify(record.pools);
      if (pools.get(record.host) !== use) others.push({ kind: 'remark', at: record.at, record });
      pools.set(record.host, use);
    } else if (record.kind !== 'frame') {
      others.push({ kind: 'remark', at: record.at, record });
    }
  }
  // what an arrival caused comes after it; the sort is stable
  return [...arrivals, ...others].sort((a, b) => (isSame(a.at, b.at) ? 0 : a.at - b.at));
}

/** Hosts that change at the same instant without a frame share a row: LISTEN here, CLOSED there. */
function addState(items: Item[], state: StateRecord): void {
  const last = items.at(-1);
  const shares = last?.kind === 'states' && isSame(last.at, state.at);
  if (shares && last.states.every((other) => other.host !== state.host)) last.states.push(state);
  else items.push({ kind: 'states', at: state.at, states: [state] });
}

function entryAt(entries: readonly Entry[], index: number): Entry {
  return entries[index] as Entry;
}

function isSame(a: number, b: number): boolean {
  return Math.abs(a - b) < INSTANT_MS;
}

function instant(host: string, at: number): string {
  return `${host} ${Math.round(at * 1000)}`;
}

function push(map: Map<string, Entry[]>, key: string, entry: Entry): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [entry]);
  else list.push(entry);
}
