/** The ladder: a column for each host, time downwards, and an arrow for each frame, which can be chosen. */
import { EVERYBODY, type FrameRecord, type Trace, type TraceRecord } from '../../trace/index.js';
import { ConnectionNames } from '../../trace/ladder/connections.js';
import { Describer } from '../../trace/ladder/describe.js';
import { hostsOf } from '../../trace/hosts.js';
import type { Numbers } from '../run/link.js';
import type { Story } from '../run/story.js';
import { fill, wordsFor, type Texts } from '../texts/texts.js';
import { set, svg } from './dom.js';

const TOP = 46;
const BOTTOM = 40;
/** Pixels for each second of the story. */
const SCALE = 110;
const WIDTH = 720;
/** Outside of the columns there is room for words, too. */
const MARGIN = 175;
const COLUMN = 200;
/** Frames that leave together on the same way stand below each other. */
const BESIDE = 34;
/** Where a lost frame ends, of its way. */
const LOST_AT = 0.6;
const LINE_GAP = 14;

interface Arrow {
  /** The frame's number. A copy has that of what it is a copy of. */
  frame: number;
  record: FrameRecord;
  element: SVGGElement;
  line: SVGLineElement;
  from: Point;
  to: Point;
  endMs: number;
}

interface Point {
  x: number;
  y: number;
}

interface Mark {
  atMs: number;
  element: SVGElement;
}

export interface LadderOptions {
  trace: Trace;
  story: Story;
  numbers: Numbers;
  texts: Texts;
  /** Frames that somebody has changed. */
  changed: ReadonlySet<number>;
  onChoose(frame: number): void;
}

export class Ladder {
  readonly element: SVGSVGElement;
  private readonly arrows: Arrow[] = [];
  private readonly marks: Mark[] = [];
  private readonly columns: ReadonlyMap<string, number>;
  private readonly now: SVGLineElement;
  private readonly height: number;

  constructor(private readonly options: LadderOptions) {
    const hosts = hostsOf(options.trace);
    const width = Math.max(WIDTH, 2 * MARGIN + (hosts.length - 1) * COLUMN);
    const gap = (width - 2 * MARGIN) / Math.max(1, hosts.length - 1);
    this.columns = new Map(hosts.map(({ id }, index) => [id, MARGIN + index * gap]));
    this.height = TOP + options.story.seconds * SCALE + BOTTOM;
    this.element = svg('svg', {
      class: 'ladder',
      viewBox: `0 0 ${width} ${this.height}`,
      style: `min-width: ${Math.round(width * 0.78)}px`,
      role: 'group',
      'aria-label': options.texts.ui.ladder,
    });
    for (const { id, name, address } of hosts) this.drawHost(this.xOf(id), name ?? id, address);
    this.drawRecords();
    this.now = svg('line', { class: 'now', x1: 0, x2: width });
    this.element.append(this.now);
  }

  /** What is seen at a time: what is under way has come that far. */
  showAt(atMs: number, chosen: number | undefined): void {
    for (const arrow of this.arrows) this.place(arrow, atMs, chosen);
    for (const mark of this.marks) set(mark.element, { hidden: mark.atMs > atMs });
    const y = this.yOf(atMs);
    set(this.now, { y1: y, y2: y });
  }

  /** Where the time is, as a part of the height. */
  partOf(atMs: number): number {
    return this.yOf(atMs) / this.height;
  }

  private place(
    { frame, record, element, line, from, to, endMs }: Arrow,
    atMs: number,
    chosen: number | undefined,
  ): void {
    const isSent = record.at <= atMs;
    set(element, { hidden: !isSent, 'aria-pressed': frame === chosen ? 'true' : 'false' });
    element.classList.toggle('chosen', frame === chosen);
    const part = endMs <= record.at ? 1 : Math.min(1, Math.max(0, (atMs - record.at) / (endMs - record.at)));
    const isThere = part >= 1;
    element.classList.toggle('there', isThere);
    // In the story's time, so that it ends where the moment of its arrival is.
    const y = isThere ? to.y : Math.max(from.y, Math.min(to.y, this.yOf(atMs)));
    const share = to.y > from.y ? (y - from.y) / (to.y - from.y) : part;
    set(line, { x2: from.x + (to.x - from.x) * share, y2: y });
  }

  private drawHost(x: number, name: string, address: string | undefined): void {
    this.element.append(
      svg('text', { class: 'host', x, y: 18 }, name),
      svg('text', { class: 'address', x, y: 34 }, address ?? ''),
      svg('line', { class: 'life', x1: x, x2: x, y1: TOP - 6, y2: this.height - 8 }),
    );
  }

  private drawRecords(): void {
    const { trace, numbers } = this.options;
    const describer = new Describer(new ConnectionNames(trace), numbers);
    let frame = 0;
    /** How many lines stand beside a host at a time already. */
    const lines = new Map<string, number>();
    for (const record of trace.records) {
      if (record.kind === 'frame') {
        if (record.duplicate !== true) frame += 1;
        const { parts, essential } = describer.describe(record);
        const words = parts.map(({ text }) => text);
        this.drawArrow(record, frame, words, this.columns.size > 2 ? essential : words.length);
      } else {
        this.drawMark(record, lines);
      }
    }
  }

  private drawArrow(record: FrameRecord, frame: number, words: readonly string[], shown: number): void {
    const { texts, changed } = this.options;
    const [x1, x2] = this.waysOf(record);
    const isLost = record.lost !== undefined;
    const arrivesAt = record.arrivesAt ?? record.at + (isLost ? 1 : 0);
    const below = this.beside(record) * BESIDE;
    const from = { x: x1, y: this.yOf(record.at) + below };
    const whole = { x: x2, y: Math.max(this.yOf(arrivesAt) + below, from.y + 8) };
    const to = isLost ? between(from, whole, LOST_AT) : whole;
    const line = svg('line', { class: 'way', x1, y1: from.y, x2, y2: to.y });
    const middle = between(from, whole, this.labelAt(x1, x2));
    const fate = fatesOf(record, changed.has(frame), texts);
    const [head = '', ...rest] = words.slice(0, shown);
    const label = svg(
      'text',
      { class: 'label', x: middle.x, y: middle.y - 6 },
      svg('tspan', { class: 'head' }, head),
      ` ${rest.join('  ')}`,
    );
    // What is seen first, as axe wants it: whoever says what they read means this.
    const spoken = [head, ...rest, fate.join(', '), `${record.from} → ${record.to}`].join(' ');
    const element = svg(
      'g',
      {
        class: classesOf(record, changed.has(frame)),
        role: 'button',
        tabindex: 0,
        'aria-label': spoken,
        'data-frame': frame,
      },
      svg('line', { class: 'reach', x1, y1: from.y, x2: whole.x, y2: whole.y }),
      line,
      label,
      tipOf(from, to, isLost),
    );
    if (fate.length > 0) {
      element.append(' ', svg('text', { class: 'fate', x: middle.x, y: middle.y + 13 }, fate.join(', ')));
    }
    element.addEventListener('click', () => this.options.onChoose(frame));
    this.element.append(element);
    this.arrows.push({ frame, record, element, line, from, to, endMs: isLost ? record.at : arrivesAt });
  }

  /** How many have left on this way at this time already. */
  private beside({ at, from, to }: FrameRecord): number {
    const same = this.arrows.filter(({ record }) => record.at === at && record.from === from && record.to === to);
    return same.length;
  }

  private drawMark(record: Exclude<TraceRecord, FrameRecord>, lines: Map<string, number>): void {
    const text = this.textOf(record);
    if (text === undefined) return;
    const host = record.host ?? '';
    const key = `${host} ${this.yOf(record.at).toFixed(0)}`;
    const line = lines.get(key) ?? 0;
    lines.set(key, line + 1);
    const y = this.yOf(record.at) + 4 + line * LINE_GAP;
    // Outside, where no arrow comes.
    const isFirst = record.host !== undefined && this.xOf(record.host) === Math.min(...this.columns.values());
    const x = record.host === undefined ? 8 : this.xOf(record.host) + (isFirst ? -8 : 8);
    const element = svg('text', { class: record.kind, x, y, 'text-anchor': isFirst ? 'end' : 'start' }, text);
    this.element.append(element);
    this.marks.push({ atMs: record.at, element });
  }

  private textOf(record: Exclude<TraceRecord, FrameRecord>): string | undefined {
    const { texts } = this.options;
    switch (record.kind) {
      case 'state':
        return record.state;
      case 'event':
        return record.event === 'WRITABLE'
          ? undefined
          : [wordsFor(texts.events, record.event), record.detail ?? ''].join(' ').trim();
      case 'note':
        return wordsFor(texts.notes, record.text);
      case 'timer':
        return record.action === 'fired' ? '◷' : undefined;
      case 'pools':
        return undefined;
    }
  }

  /** At what part of the way the words stand: beside the column farthest to the right, so that those of a flood stand apart. */
  private labelAt(x1: number, x2: number): number {
    const [first = 0, second = first] = this.columns.values();
    const share = Math.min(1, (second - first) / 2 / Math.max(1, Math.abs(x2 - x1)));
    return x2 > x1 ? 1 - share : share;
  }

  private waysOf({ from, to }: FrameRecord): [number, number] {
    const x1 = this.xOf(from);
    if (to !== EVERYBODY) return [x1, this.xOf(to)];
    const others = [...this.columns.values()].filter((x) => x !== x1);
    const farthest = others.reduce((a, b) => (Math.abs(b - x1) > Math.abs(a - x1) ? b : a), x1);
    return [x1, farthest];
  }

  private xOf(host: string): number {
    return this.columns.get(host) ?? 0;
  }

  private yOf(atMs: number): number {
    return TOP + this.options.story.placeOf(atMs) * SCALE;
  }
}

function between(a: Point, b: Point, share: number): Point {
  return { x: a.x + (b.x - a.x) * share, y: a.y + (b.y - a.y) * share };
}

function classesOf(record: FrameRecord, isChanged: boolean): string {
  const names = ['packet'];
  if (record.lost !== undefined) names.push('lost');
  if (record.dropped !== undefined) names.push('dropped');
  if (record.duplicate === true) names.push('copy');
  if (isChanged) names.push('changed');
  return names.join(' ');
}

/** What became of a frame, in words. */
function fatesOf(record: FrameRecord, isChanged: boolean, { ui }: Texts): string[] {
  const words: string[] = [];
  if (record.lost !== undefined) words.push(ui.lost);
  if (record.duplicate === true) words.push(ui.copy);
  if (record.delayed === true) words.push(ui.delayed);
  if (record.corrupted !== undefined || (isChanged && words.length === 0 && record.dropped === undefined)) {
    if (record.corrupted !== undefined) words.push(ui.forgedMark);
  }
  if (record.dropped !== undefined) words.push(fill(ui.dropped, { reason: record.dropped }));
  return words;
}

/** The head of an arrow, or the cross of one that does not arrive. */
function tipOf(from: Point, to: Point, isLost: boolean): SVGElement {
  const angle = (Math.atan2(to.y - from.y, to.x - from.x) * 180) / Math.PI;
  const at = `translate(${to.x} ${to.y}) rotate(${angle})`;
  const path = isLost ? 'M-6,-6 L6,6 M-6,6 L6,-6' : 'M0,0 L-10,-5 L-10,5 Z';
  return svg('path', { class: isLost ? 'cross' : 'tip', d: path, transform: at });
}
