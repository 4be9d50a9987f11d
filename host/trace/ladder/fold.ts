import type { PoolsRecord } from '../trace.js';
import type { Item } from './timeline.js';

/** A run of items that say nothing new, in one line. */
export interface Fold {
  kind: 'fold';
  at: number;
  until: number;
  /** "37 more SYNs from 37 addresses" */
  texts: string[];
  /** Where the pools stood at its end. */
  pools: PoolsRecord[];
}

/** An item that is like one of this many kinds before it is no news. A short connection with its timers has about 25. */
const REMEMBERED_KINDS = 32;
/** Retransmissions of one connection are alike but far apart; each is news. */
const PAUSE_MS = 500;

/** Folds runs of more than `longest` items that are like others shown before. */
export function fold(items: readonly Item[], longest: number): (Item | Fold)[] {
  const shown: (Item | Fold)[] = [];
  const kinds = new RecentKinds();
  const conversations = new Set<string>();
  let run: Item[] = [];
  let last = -Infinity;
  const flush = (): void => {
    if (run.length > longest) shown.push(summarise(run));
    else shown.push(...run);
    run = [];
  };
  for (const item of items) {
    const isStranger = isNewConversation(item, conversations);
    if (item.at - last > PAUSE_MS && !isStranger) flush();
    last = item.at;
    if (kinds.knows(kindOf(item))) {
      run.push(item);
    } else {
      flush();
      shown.push(item);
    }
  }
  flush();
  return shown;
}

class RecentKinds {
  /** A set keeps the order of insertion: the first is the one not seen for longest. */
  private readonly kinds = new Set<string>();

  knows(kind: string): boolean {
    const known = this.kinds.delete(kind);
    this.kinds.add(kind);
    const oldest = this.kinds.values().next().value;
    if (this.kinds.size > REMEMBERED_KINDS && oldest !== undefined) this.kinds.delete(oldest);
    return known;
  }
}

function isNewConversation(item: Item, conversations: Set<string>): boolean {
  if (item.kind !== 'flight') return false;
  const { conversation } = item.flight.label;
  if (conversation === '' || conversations.has(conversation)) return false;
  conversations.add(conversation);
  return true;
}

function kindOf(item: Item): string {
  if (item.kind === 'states') return `states ${item.states.map(({ host, state }) => `${host} ${state}`).join()}`;
  if (item.kind === 'flight') {
    const { record, label, senderState, receiverStates } = item.flight;
    const states = [senderState, ...receiverStates.values()].map((state) => state?.state ?? '').join();
    const fate = [record.lost, record.corrupted === undefined, record.duplicate, record.delayed, record.dropped];
    return `flight ${record.from} ${record.to} ${label.sort} ${item.end} ${states} ${fate.join()}`;
  }
  const { record } = item;
  switch (record.kind) {
    case 'timer':
      return `timer ${record.host} ${record.timer} ${record.action}`;
    case 'event':
      return `event ${record.host} ${record.event} ${record.detail ?? ''}`;
    case 'pools':
      return `pools ${record.host}`;
    case 'note':
      return `note ${record.host ?? ''} ${record.text}`;
  }
}

interface Tally {
  count: number;
  lost: number;
  bytes: number;
  sources: Set<string>;
}

function summarise(run: readonly Item[]): Fold {
  const frames = new Map<string, Tally>();
  const events = new Map<string, number>();
  const pools = new Map<string, PoolsRecord>();
  for (const item of run) {
    if (item.kind === 'flight' && item.end !== 'arrival') {
      const { label, record } = item.flight;
      const tally = frames.get(label.sort) ?? { count: 0, lost: 0, bytes: 0, sources: new Set() };
      frames.set(label.sort, tally);
      tally.count += 1;
      tally.lost += record.lost === undefined ? 0 : 1;
      tally.bytes += label.payloadBytes;
      tally.sources.add(label.source);
    } else if (item.kind === 'remark' && item.record.kind === 'event') {
      const name = [item.record.event, item.record.detail ?? ''].join(' ').trim();
      events.set(name, (events.get(name) ?? 0) + 1);
    } else if (item.kind === 'remark' && item.record.kind === 'pools') {
      pools.set(item.record.host, item.record);
    }
  }
  const texts = [...frames].map(([sort, tally]) => sentence(sort, tally));
  for (const [name, count] of events) texts.push(`${count} × ${name}`);
  if (texts.length === 0) texts.push(`${run.length} more of the same`);
  return { kind: 'fold', at: run[0]?.at ?? 0, until: run.at(-1)?.at ?? 0, texts, pools: [...pools.values()] };
}

function sentence(sort: string, tally: Tally): string {
  const plural = tally.count === 1 ? sort : sort.endsWith('reply') ? sort.replace(/y$/, 'ies') : `${sort}s`;
  const bytes = tally.bytes > 0 ? ` (${tally.bytes} bytes)` : '';
  const sources = tally.sources.size > 1 ? ` from ${tally.sources.size} addresses` : '';
  const lost = tally.lost > 0 ? `, ${tally.lost} of them lost` : '';
  return `${tally.count} more ${plural}${bytes}${sources}${lost}`;
}
