/** How times, bytes and tables are written for people. */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** 250 ms, 12.345 s, 3 min 05 s, 49 h 02 min */
export function formatDuration(ms: number): string {
  const two = (count: number): string => String(Math.floor(count)).padStart(2, '0');
  if (ms < SECOND) return `${ms} ms`;
  if (ms < MINUTE) return `${(ms / SECOND).toFixed(3)} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min ${two((ms % MINUTE) / SECOND)} s`;
  return `${Math.floor(ms / HOUR)} h ${two((ms % HOUR) / MINUTE)} min`;
}

/** When something is due, from now. */
export function formatDue(inMs: number): string {
  if (inMs === 0) return 'now';
  return inMs > 0 ? `in ${formatDuration(inMs)}` : `${formatDuration(-inMs)} ago`;
}

/** Sixteen bytes a line: where, in hexadecimal, as letters. */
export function hexLines(hex: string): string[] {
  const bytes = hex.match(/../g) ?? [];
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const line = bytes.slice(at, at + 16);
    const letters = line.map((byte) => letterOf(parseInt(byte, 16))).join('');
    const halves = [line.slice(0, 8).join(' '), line.slice(8).join(' ')].join('  ');
    lines.push(`${at.toString(16).padStart(4, '0')}  ${halves.padEnd(48)}  ${letters}`);
  }
  return lines;
}

/** Columns as wide as they need to be; numbers, which are told by their digits, to the right. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    rows.reduce((width, row) => Math.max(width, row[column]?.length ?? 0), 0),
  );
  return rows.map((row) =>
    row
      .map((cell, column) =>
        /^\d+$/.test(cell) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}

/** framesReceived, OUT_OF_WINDOW: as words. */
export function words(name: string): string {
  if (/^[A-Z0-9_]+$/.test(name)) return name.toLowerCase().replaceAll('_', ' ');
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** 1 byte, 2 bytes */
export function many(count: number, one: string, more = `${one}s`): string {
  return `${count} ${count === 1 ? one : more}`;
}

function letterOf(code: number): string {
  return code < 0x20 || code > 0x7e ? '.' : String.fromCharCode(code);
}
