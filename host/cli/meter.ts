/** What a transfer has moved, told while it lasts: one line that changes on a terminal, lines elsewhere. */

/** Where it is told. */
export interface MeterOutput {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** How often a terminal's line changes, and how often there is a line elsewhere. */
const TERMINAL_MS = 100;
const PLAIN_MS = 1000;
const BAR_COLUMNS = 24;
/** What is less is over before anybody has read of it. */
const LEAST_BYTES = 100_000;

export class Meter {
  private bytes = 0;
  private readonly begunMs: number;
  private toldMs: number;
  private isLineOpen = false;

  /** `total` bytes are expected; undefined: nobody knows. */
  constructor(
    private readonly what: string,
    private readonly output: MeterOutput,
    private readonly total?: number,
    private readonly clock: () => number = () => performance.now(),
  ) {
    this.begunMs = clock();
    this.toldMs = this.begunMs;
  }

  /** So many have come. `isTold`: if it is time for it, say how far it is. */
  add(bytes: number, isTold = true): void {
    this.bytes += bytes;
    if (!isTold) return;
    const now = this.clock();
    if (now - this.toldMs < (this.output.isTTY === true ? TERMINAL_MS : PLAIN_MS)) return;
    this.toldMs = now;
    this.tell(now);
  }

  /** The last line: what it came to, unless that was less than `leastBytes`. */
  end(leastBytes = LEAST_BYTES): void {
    if (this.bytes < leastBytes) return;
    this.tell(this.clock());
    if (this.isLineOpen) this.output.write('\n');
    this.isLineOpen = false;
  }

  /** Makes room on the terminal: something else is to be written. The line comes back when there is news. */
  clear(): void {
    if (this.isLineOpen) this.output.write('\r\x1b[K');
    this.isLineOpen = false;
  }

  private tell(now: number): void {
    const ms = now - this.begunMs;
    const rate = ms > 0 ? `, ${amount((this.bytes * 1000) / ms)}/s` : '';
    const of = this.total === undefined ? '' : ` of ${amount(this.total)}`;
    const text = `${this.what} ${amount(this.bytes)}${of} in ${duration(ms)}${rate}`;
    if (this.output.isTTY !== true) {
      this.output.write(`${text}\n`);
      return;
    }
    const line = `${this.bar()}${text}`.slice(0, (this.output.columns || 80) - 1);
    this.output.write(`\r\x1b[K${line}`);
    this.isLineOpen = true;
  }

  private bar(): string {
    if (this.total === undefined || this.total === 0) return '';
    const full = Math.round(Math.min(this.bytes / this.total, 1) * BAR_COLUMNS);
    return `${'█'.repeat(full)}${'░'.repeat(BAR_COLUMNS - full)} `;
  }
}

function duration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** "4.1 KB", "10 MB": 1000 bytes are a KB. */
export function amount(bytes: number): string {
  const [unit, size] = bytes < 1000 ? ['B', 1] : bytes < 1e6 ? ['KB', 1e3] : ['MB', 1e6];
  const value = bytes / size;
  return `${size === 1 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${unit}`;
}
