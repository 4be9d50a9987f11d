import type { Row } from './row.js';
import type { Part } from './describe.js';
import type { Tone } from './style.js';
import { widthOf } from './text.js';

/** What separates the parts of a label. */
export const PART_GAP = '  ';

/**
 * The cells between two lifelines, counted from the one where the arrow starts: so an arrow is drawn once, and
 * pointing left is not a case. Text still reads from left to right.
 */
export class Span {
  readonly length: number;
  readonly pointsRight: boolean;
  private readonly start: number;

  constructor(fromLifeline: number, toLifeline: number) {
    this.start = fromLifeline;
    this.pointsRight = toLifeline > fromLifeline;
    this.length = Math.abs(toLifeline - fromLifeline) - 1;
  }

  /** The text takes the offsets from `offset` on, away from the start. */
  put(row: Row, offset: number, text: string, tone: Tone): void {
    row.put(this.columnOf(offset, widthOf(text)), text, tone);
  }

  putParts(row: Row, offset: number, parts: readonly Part[]): void {
    let column = this.columnOf(offset, widthOfParts(parts));
    for (const { text, tone } of parts) {
      row.put(column, text, tone);
      column += widthOf(text) + PART_GAP.length;
    }
  }

  fill(row: Row, first: number, last: number, character: string, tone: Tone): void {
    for (let offset = first; offset <= last; offset++) this.put(row, offset, character, tone);
  }

  /** Whether the arrow goes over this column of another lifeline. */
  offsetOf(column: number): number {
    return this.pointsRight ? column - this.start - 1 : this.start - 1 - column;
  }

  private columnOf(offset: number, width: number): number {
    return this.pointsRight ? this.start + 1 + offset : this.start - offset - width;
  }
}

export function widthOfParts(parts: readonly Part[]): number {
  return parts.reduce((sum, part, index) => sum + widthOf(part.text) + (index > 0 ? PART_GAP.length : 0), 0);
}
