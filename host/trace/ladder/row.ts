import { paint, type Tone } from './style.js';
import { cellsOf } from './text.js';

interface Cell {
  /** Empty: the second half of a wide character. */
  text: string;
  tone: Tone;
}

/** One line of the terminal as cells, so that arrows, lifelines and labels are drawn over each other. */
export class Row {
  private readonly cells: Cell[] = [];

  put(column: number, text: string, tone: Tone): void {
    let at = column;
    for (const character of text) {
      const width = cellsOf(character);
      if (at < 0) {
        at += width;
        continue;
      }
      while (this.cells.length < at) this.cells.push({ text: ' ', tone: 'plain' });
      const before = this.cells[at - 1];
      if (width === 0) {
        if (before !== undefined) before.text += character;
        continue;
      }
      this.cells[at] = { text: character, tone };
      if (width === 2) this.cells[at + 1] = { text: '', tone };
      at += width;
    }
  }

  /** From the first column to the last, both included. */
  fill(first: number, last: number, character: string, tone: Tone): void {
    for (let at = first; at <= last; at++) this.put(at, character, tone);
  }

  toString(color: boolean): string {
    let end = this.cells.length;
    while (end > 0 && this.cells[end - 1]?.text === ' ') end--;
    let line = '';
    let run = '';
    let tone: Tone = 'plain';
    for (const cell of this.cells.slice(0, end)) {
      if (cell.tone !== tone && run !== '') {
        line += color ? paint(run, tone) : run;
        run = '';
      }
      tone = cell.tone;
      run += cell.text;
    }
    return line + (color && run !== '' ? paint(run, tone) : run);
  }
}
