/** What searches have come to: while they last, and at the end. */

/** How often there is a line where stdout is no terminal. */
const PLAIN_MS = 10_000;
const TERMINAL_MS = 200;

/** @typedef {import('./fuzzer.mjs').Figures} Figures */

export class Progress {
  /** @type {Map<string, Figures>} */
  #all = new Map();
  #toldMs = 0;
  #isLineOpen = false;
  #output;

  /** @param {NodeJS.WriteStream} output */
  constructor(output) {
    this.#output = output;
  }

  /** @param {string} name @param {Figures} figures */
  tell(name, figures) {
    this.#all.set(name, figures);
    const now = performance.now();
    if (now - this.#toldMs < (this.#output.isTTY ? TERMINAL_MS : PLAIN_MS)) return;
    this.#toldMs = now;
    const text = [...this.#all]
      .map(([each, { executions, perSecond, edges }]) => `${each} ${executions} at ${perSecond}/s, ${edges} edges`)
      .join('; ');
    if (!this.#output.isTTY) {
      this.#output.write(`  ${text}\n`);
      return;
    }
    this.#output.write(`\r\x1b[K${text.slice(0, (this.#output.columns || 80) - 1)}`);
    this.#isLineOpen = true;
  }

  end() {
    if (this.#isLineOpen) this.#output.write('\r\x1b[K');
    this.#isLineOpen = false;
  }
}

/** @param {[{ name: string }, import('./fuzzer.mjs').Outcome][]} outcomes */
export function table(outcomes) {
  const head = ['target', 'seconds', 'executions', 'per second', 'edges', 'of', 'violated'];
  const rows = outcomes.map(([{ name }, { seconds, executions, perSecond, edges, edgesThere, reason }]) =>
    [name, Math.round(seconds), executions, perSecond, edges, edgesThere, reason === '' ? 'nothing' : reason].map(
      String,
    ),
  );
  const widths = head.map((title, column) => Math.max(...[head, ...rows].map((row) => (row[column] ?? '').length)));
  const line = (/** @type {string[]} */ row) =>
    row
      .map((cell, column) =>
        column === 0 || column === row.length - 1
          ? cell.padEnd(widths[column] ?? 0)
          : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return [head, ...rows].map(line).join('\n');
}
