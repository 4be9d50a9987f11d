import { EVERYBODY } from '../trace.js';
import type { NoteRecord, PoolsRecord, StateRecord, TimerRecord, EventRecord } from '../trace.js';
import { drawArrow } from './arrow.js';
import type { ConnectionNames } from './connections.js';
import type { Fold } from './fold.js';
import type { Layout } from './layout.js';
import { Row } from './row.js';
import { PART_GAP, Span } from './span.js';
import type { Glyphs, Tone } from './style.js';
import { cut, flow, formatSeconds, widthOf } from './text.js';
import type { Flight, Item } from './timeline.js';

/** A wait at least this long shows as one: it is where a timer was running. */
const WAIT_MS = 200;

/** Draws items from top to bottom. */
export class Drawer {
  readonly rows: Row[] = [];
  private readonly layout: Layout;
  private readonly glyphs: Glyphs;
  private readonly names: ConnectionNames;
  private lastTime = '';
  private lastAt: number | null = null;

  constructor(layout: Layout, glyphs: Glyphs, names: ConnectionNames) {
    this.layout = layout;
    this.glyphs = glyphs;
    this.names = names;
  }

  drawHead(): void {
    const { hosts } = this.layout;
    this.rows.push(
      this.headRow(
        hosts.map((host) => host.name ?? host.id),
        'strong',
      ),
    );
    if (hosts.some((host) => host.address !== undefined)) {
      this.rows.push(
        this.headRow(
          hosts.map((host) => host.address ?? ''),
          'faint',
        ),
      );
    }
    const row = this.lifelines(this.glyphs.top);
    row.put(this.layout.timeWidth - 'time/s'.length, 'time/s', 'faint');
    this.rows.push(row);
  }

  drawFoot(): void {
    this.rows.push(this.lifelines(this.glyphs.bottom));
  }

  draw(item: Item | Fold): void {
    if (this.lastAt !== null && item.at - this.lastAt >= WAIT_MS) this.rows.push(this.lifelines(this.glyphs.gap));
    const first = this.rows.length;
    switch (item.kind) {
      case 'flight':
        this.drawFlight(item.flight, item.end);
        break;
      case 'states':
        this.drawStates(item.states);
        break;
      case 'remark':
        this.drawRemark(item.record);
        break;
      case 'fold':
        this.drawFold(item);
    }
    this.putTime(item.at, this.rows[first]);
    this.lastAt = item.kind === 'fold' ? item.until : item.at;
  }

  /** Rows at the same instant carry its time once. */
  private putTime(at: number, row: Row | undefined): void {
    const time = formatSeconds(at);
    if (time !== this.lastTime) row?.put(Math.max(0, this.layout.timeWidth - time.length), time, 'plain');
    this.lastTime = time;
  }

  private drawFlight(flight: Flight, end: 'both' | 'departure' | 'arrival'): void {
    const from = this.indexOf(flight.record.from);
    const targets = this.targetsOf(flight);
    const main = targets[0];
    if (main === undefined || main === from) {
      // nobody else is on this LAN, or it went to its own sender: there is no arrow to draw
      this.addText(from, [flight.label.parts.map((part) => part.text).join(PART_GAP)], flight.label.tone);
      return;
    }
    const span = this.spanOf(from, main);
    const crossed = this.layout.lifelines;
    const rows = drawArrow(flight, end, span, crossed, this.glyphs, () => this.lifelines());
    const other = targets[1];
    if (other !== undefined && rows[0] !== undefined) this.drawBareArrow(rows[0], from, other, flight);
    const states: StateRecord[] = [];
    if (end !== 'arrival' && flight.senderState !== null) states.push(flight.senderState);
    if (end !== 'departure') states.push(...flight.receiverStates.values());
    const unplaced = states.filter((state) => !this.putState(rows, state));
    this.rows.push(...rows);
    for (const state of unplaced) this.addText(this.indexOf(state.host), [this.stateText(state)], 'strong');
    if (end !== 'departure' && flight.record.dropped !== undefined) {
      this.addText(main, [`${this.glyphs.failure} dropped: ${flight.record.dropped}`], 'bad');
    }
  }

  /** The far end of the arrow; for a broadcast from between hosts, both. */
  private targetsOf({ record }: Flight): number[] {
    if (record.to !== EVERYBODY) return [this.indexOf(record.to)];
    const from = this.indexOf(record.from);
    const ends = [this.layout.hosts.length - 1, 0];
    return ends.filter((index) => index !== from);
  }

  private drawBareArrow(row: Row, from: number, to: number, flight: Flight): void {
    const span = this.spanOf(from, to);
    span.fill(row, 0, span.length - 2, this.glyphs.line, flight.label.tone);
    span.put(row, span.length - 1, span.pointsRight ? this.glyphs.headRight : this.glyphs.headLeft, flight.label.tone);
    span.put(row, -1, this.glyphs.crosses, flight.label.tone);
  }

  private drawStates(states: readonly StateRecord[]): void {
    const rows = [this.lifelines()];
    const unplaced = states.filter((state) => !this.putState(rows, state));
    if (unplaced.length < states.length) this.rows.push(...rows);
    for (const state of unplaced) this.addText(this.indexOf(state.host), [this.stateText(state)], 'strong');
  }

  /** Beside the lifeline of the first or the last host. A host in between has no room there: false. */
  private putState(rows: Row[], state: StateRecord): boolean {
    const { hosts, lifelines, leftGutter, rightGutter, timeWidth } = this.layout;
    const index = this.indexOf(state.host);
    const isFirst = index === 0;
    if (!isFirst && index !== hosts.length - 1) return false;
    const width = isFirst ? leftGutter : rightGutter;
    const name = this.names.ofReference(state.host, state.connection);
    const pieces = name === '' ? [state.state] : [name, state.state];
    flow(pieces, width, ' ', this.glyphs.ellipsis).forEach((line, number) => {
      const row = rows[number] ?? this.lifelines();
      rows[number] = row;
      const column = isFirst ? timeWidth + 1 + leftGutter - widthOf(line) : (lifelines[index] ?? 0) + 2;
      row.put(column, line, line.endsWith(state.state) ? toneOfState(state.state) : 'faint');
    });
    return true;
  }

  private stateText(state: StateRecord): string {
    const name = this.names.ofReference(state.host, state.connection);
    return `[${name === '' ? '' : `${name} `}${state.state}]`;
  }

  private drawRemark(record: TimerRecord | EventRecord | PoolsRecord | NoteRecord): void {
    const host = record.host === undefined ? null : this.indexOf(record.host);
    switch (record.kind) {
      case 'timer':
        this.addText(host, [this.timerText(record)], record.action === 'fired' ? 'timer' : 'faint');
        break;
      case 'event':
        this.addText(host, [this.eventText(record)], isFailure(record) ? 'bad' : 'strong');
        break;
      case 'pools':
        this.addText(
          host,
          record.pools.map(({ name, used, size }) => `${name} ${used}/${size}`),
          'faint',
        );
        break;
      case 'note':
        this.addText(host, [record.text], 'plain');
    }
  }

  private eventText(record: EventRecord): string {
    const glyph = isFailure(record) ? this.glyphs.failure : this.glyphs.event;
    const name = this.names.ofReference(record.host, record.connection);
    return [glyph, name, record.event, record.detail ?? ''].filter((word) => word !== '').join(' ');
  }

  private timerText(record: TimerRecord): string {
    const name = this.names.ofReference(record.host, record.connection);
    const what = [this.glyphs.timer, name, record.timer].filter((word) => word !== '').join(' ');
    if (record.action !== 'armed') return `${what} ${record.action}`;
    return record.inMs === undefined ? `${what} armed` : `${what} in ${formatSeconds(record.inMs)} s`;
  }

  private drawFold({ at, until, texts, pools }: Fold): void {
    const between = `${formatSeconds(at)} – ${formatSeconds(until)} s`;
    const pieces = texts.map((text, index) => (index < texts.length - 1 ? `${text},` : text));
    const { ellipsis } = this.glyphs;
    this.addText(null, [ellipsis, ...pieces, `(${between}) ${ellipsis}`], 'timer', ' ');
    for (const record of pools) this.drawRemark(record);
  }

  /** Lines beside a host's lifeline, on the side where the arrows are; without a host, in the middle. */
  private addText(host: number | null, pieces: readonly string[], tone: Tone, separator = PART_GAP): void {
    const { hosts, lifelines, width } = this.layout;
    const own = lifelines[host ?? 0] ?? 0;
    const isLast = host !== null && host > 0 && host === hosts.length - 1;
    const end = host === null ? (lifelines.at(-1) ?? width) : isLast ? own : (lifelines[host + 1] ?? width);
    const start = isLast ? (lifelines[host - 1] ?? 0) : own;
    const room = (hosts.length === 1 ? width : end) - start - 4 + (hosts.length === 1 ? 1 : 0);
    for (const line of breakInto(pieces, room, separator, this.glyphs.ellipsis)) {
      const row = this.lifelines();
      const indent = host === null ? Math.floor((room - widthOf(line)) / 2) : isLast ? room - widthOf(line) : 0;
      row.put(start + 2 + Math.max(0, indent) + (isLast ? 1 : 0), line, tone);
      this.rows.push(row);
    }
  }

  private headRow(texts: readonly string[], tone: Tone): Row {
    const row = new Row();
    texts.forEach((whole, index) => {
      const column = this.layout.lifelines[index] ?? 0;
      const text = cut(whole, Math.floor(this.layout.width / 3), this.glyphs.ellipsis);
      const centred = column - Math.floor(widthOf(text) / 2);
      row.put(Math.max(0, Math.min(centred, Math.max(column, this.layout.width) - widthOf(text))), text, tone);
    });
    return row;
  }

  private lifelines(glyph = this.glyphs.lifeline): Row {
    const row = new Row();
    for (const column of this.layout.lifelines) row.put(column, glyph, 'faint');
    return row;
  }

  private spanOf(from: number, to: number): Span {
    return new Span(this.layout.lifelines[from] ?? 0, this.layout.lifelines[to] ?? 0);
  }

  private indexOf(host: string): number {
    return this.layout.hosts.findIndex((other) => other.id === host);
  }
}

/** Between pieces where they fit, between words where one piece alone does not. */
function breakInto(pieces: readonly string[], room: number, separator: string, ellipsis: string): string[] {
  if (pieces.every((piece) => widthOf(piece) <= room)) return flow(pieces, room, separator, ellipsis);
  return flow(pieces.join(separator).split(/ +/), room, ' ', ellipsis);
}

function isFailure(record: EventRecord): boolean {
  return /fail|conflict|reset/i.test(record.event);
}

function toneOfState(state: string): Tone {
  if (state === 'ESTABLISHED') return 'good';
  return state === 'CLOSED' ? 'faint' : 'strong';
}
