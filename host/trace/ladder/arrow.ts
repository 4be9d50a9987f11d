import type { Part } from './describe.js';
import type { Row } from './row.js';
import { type Span, widthOfParts } from './span.js';
import type { Glyphs } from './style.js';
import { cut, flow, formatSeconds, widthOf } from './text.js';
import type { Flight } from './timeline.js';

/** A label starts after two cells of line and a space. */
const LEAD = 3;
/** On a LAN a frame takes less than this; what takes longer says so. */
const ORDINARY_FLIGHT_MS = 10;
/** A lost frame's arrow may reach this far, so that it is seen not to arrive. */
const LOST_REACH = 0.7;

/** Draws the arrow of a flight into rows, of which there is one, and more where its label does not fit. */
export function drawArrow(
  flight: Flight,
  end: 'both' | 'departure' | 'arrival',
  span: Span,
  crossed: readonly number[],
  glyphs: Glyphs,
  newRow: () => Row,
): Row[] {
  const row = newRow();
  const drawing: Drawing = { flight, span, glyphs, row, crossed };
  const rest =
    flight.record.lost !== undefined
      ? drawLost(drawing)
      : end === 'departure'
        ? drawDeparture(drawing)
        : end === 'arrival'
          ? drawArrival(drawing)
          : drawWhole(drawing);
  const rows = [row];
  for (const parts of linesOf(rest, span.length - 2 * LEAD, glyphs)) {
    const next = newRow();
    span.putParts(next, LEAD, parts);
    rows.push(next);
  }
  return rows;
}

interface Drawing {
  flight: Flight;
  span: Span;
  glyphs: Glyphs;
  row: Row;
  crossed: readonly number[];
}

function drawWhole(drawing: Drawing): Part[] {
  const { flight, span, glyphs, row } = drawing;
  const mark = markOf(flight, true);
  const markWidth = mark === '' ? 0 : widthOf(mark) + 3;
  const [fitting, rest] = fit(flight.label.parts, span.length - LEAD - 1 - 2 - markWidth, glyphs);
  drawLine(drawing, 0, span.length - 2);
  span.put(row, span.length - 1, span.pointsRight ? glyphs.headRight : glyphs.headLeft, flight.label.tone);
  putLabel(drawing, LEAD, fitting);
  if (mark !== '') span.put(row, span.length - 1 - markWidth, ` ${mark} `, 'bad');
  return rest;
}

function drawLost(drawing: Drawing): Part[] {
  const { flight, span, glyphs, row } = drawing;
  const reason = flight.record.lost ?? '';
  const room = Math.min(Math.floor(span.length * LOST_REACH), span.length - widthOf(`${glyphs.lost} lost`) - 4);
  const [fitting, rest] = fit(flight.label.parts, room - LEAD - 2, glyphs);
  const stop = Math.max(Math.floor(span.length / 2), LEAD + widthOfParts(fitting) + 3);
  drawLine(drawing, 0, stop - 1);
  putLabel(drawing, LEAD, fitting);
  span.put(row, stop, glyphs.lost, 'bad');
  const word = reason === '' ? 'lost' : `lost: ${reason}`;
  const fits = widthOf(word) <= span.length - stop - 3;
  span.put(row, stop + 2, fits ? word : 'lost', 'bad');
  return fits ? rest : [...rest, { text: word, tone: 'bad' }];
}

function drawDeparture(drawing: Drawing): Part[] {
  const { flight, span, glyphs, row } = drawing;
  const tag = `#${flight.tag ?? 0}${flight.record.duplicate === true ? ' duplicate' : ''}`;
  const [fitting, rest] = fit(flight.label.parts, span.length - LEAD - 6 - widthOf(tag), glyphs);
  const stop = Math.max(Math.floor(span.length / 2), LEAD + widthOfParts(fitting) + 1);
  const start = Math.min(stop, span.length - widthOf(tag) - 5);
  drawLine(drawing, 0, start - 1);
  putLabel(drawing, LEAD, fitting);
  span.fill(row, start, start + 2, glyphs.flight, flight.label.tone);
  span.put(row, start + 4, tag, 'strong');
  return rest;
}

function drawArrival(drawing: Drawing): Part[] {
  const { flight, span, glyphs, row } = drawing;
  const tag = `#${flight.tag ?? 0}`;
  const origin = `${tag} sent ${formatSeconds(flight.record.at)}`;
  const mark = markOf(flight, false);
  const markWidth = mark === '' ? 0 : widthOf(mark) + 3;
  const parts = flight.label.parts.slice(0, flight.label.essential);
  // from the head backwards: head and line, mark, line, label, flight, tag
  const [fitting] = fit(parts, span.length - 4 - 6 - widthOf(tag) - markWidth, glyphs);
  const label = span.length - 3 - markWidth - widthOfParts(fitting);
  const text = widthOf(origin) + LEAD <= label - 5 ? origin : tag;
  drawLine(drawing, label, span.length - 2);
  span.put(row, -1, glyphs.lifeline, 'faint');
  span.put(row, span.length - 1, span.pointsRight ? glyphs.headRight : glyphs.headLeft, flight.label.tone);
  span.fill(row, label - 4, label - 2, glyphs.flight, flight.label.tone);
  putLabel(drawing, label, fitting);
  if (mark !== '') span.put(row, span.length - 1 - markWidth, ` ${mark} `, 'bad');
  span.put(row, label - 5 - widthOf(text), text, 'strong');
  return [];
}

/** The line of the arrow, over the lifelines of hosts that it is not for. */
function drawLine({ flight, span, glyphs, row, crossed }: Drawing, first: number, last: number): void {
  const { tone } = flight.label;
  span.fill(row, first, last, glyphs.line, tone);
  for (const column of crossed) {
    const offset = span.offsetOf(column);
    if (offset >= first && offset <= last) span.put(row, offset, glyphs.crosses, tone);
  }
  span.put(row, -1, span.pointsRight ? glyphs.leavesRight : glyphs.leavesLeft, tone);
}

function putLabel({ span, row }: Drawing, offset: number, parts: readonly Part[]): void {
  span.fill(row, offset - 1, offset + widthOfParts(parts), ' ', 'plain');
  span.putParts(row, offset, parts);
}

/** What the network did to a frame that arrived; how long it took, unless both its times are drawn. */
function markOf({ record, arrivesAt }: Flight, saysTime: boolean): string {
  const words: string[] = [];
  const late = formatSeconds(arrivesAt - record.at);
  if (record.duplicate === true) words.push('duplicate');
  if (record.delayed === true) words.push(`delayed ${late} s`);
  else if (saysTime && arrivesAt - record.at >= ORDINARY_FLIGHT_MS) words.push(`+${late} s`);
  if (record.corrupted !== undefined) words.push('corrupted');
  return words.join(', ');
}

/** The parts that go on the arrow, at least one, and those that go below. */
function fit(parts: readonly Part[], room: number, glyphs: Glyphs): [Part[], Part[]] {
  let count = parts.length;
  while (count > 1 && widthOfParts(parts.slice(0, count)) > room) count--;
  const fitting = parts.slice(0, count).map((part) => ({ ...part, text: cut(part.text, room, glyphs.ellipsis) }));
  return [fitting, parts.slice(count)];
}

function linesOf(parts: readonly Part[], width: number, glyphs: Glyphs): Part[][] {
  const lines: Part[][] = [];
  let rest = [...parts];
  while (rest.length > 0) {
    // what alone is wider than a line is broken between words
    const [first, ...others] = rest as [Part, ...Part[]];
    if (widthOf(first.text) > width) {
      const broken = flow(first.text.split(' '), width, ' ', glyphs.ellipsis);
      lines.push(...broken.map((text) => [{ text, tone: first.tone }]));
      rest = others;
      continue;
    }
    let count = 1;
    while (count < rest.length && widthOfParts(rest.slice(0, count + 1)) <= width) count++;
    lines.push(rest.slice(0, count));
    rest = rest.slice(count);
  }
  return lines;
}
