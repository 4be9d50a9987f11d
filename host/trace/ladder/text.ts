/** Text in terminal cells. */

// C0, DEL and C1: a name or a note must not be able to move the cursor or break a row
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;
// what terminals draw two cells wide, as far as the ladder and people's notes use it
const WIDE =
  /[\u1100-\u115f\u231a\u231b\u23e9-\u23ec\u23f0\u23f3\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\u{1f300}-\u{1faff}]/u;
const COMBINING = /[\p{Mn}\p{Me}\u200b-\u200f\ufe00-\ufe0f]/u;

export function clean(text: string): string {
  return text.replace(CONTROL, ' ');
}

export function cellsOf(character: string): number {
  if (COMBINING.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

export function widthOf(text: string): number {
  let cells = 0;
  for (const character of text) cells += cellsOf(character);
  return cells;
}

/** Cut to a width, with an ellipsis in place of what is missing. */
export function cut(text: string, width: number, ellipsis: string): string {
  if (widthOf(text) <= width) return text;
  let kept = '';
  for (const character of text) {
    if (widthOf(kept) + cellsOf(character) + widthOf(ellipsis) > width) break;
    kept += character;
  }
  return width >= widthOf(ellipsis) ? kept + ellipsis : kept;
}

/** Puts pieces into lines of at most `width`; a piece is broken only if it alone is wider. */
export function flow(pieces: readonly string[], width: number, separator: string, ellipsis: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const piece of pieces) {
    const next = line === '' ? piece : line + separator + piece;
    if (line !== '' && widthOf(next) > width) {
      lines.push(line);
      line = cut(piece, width, ellipsis);
    } else {
      line = cut(next, width, ellipsis);
    }
  }
  if (line !== '') lines.push(line);
  return lines;
}

/** 0.000: what a person compares with a log, seconds and milliseconds. */
export function formatSeconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}
