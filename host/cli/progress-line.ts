import type { MeterOutput } from './meter.js';

/** How often a terminal's line changes, and how often there is a line elsewhere. */
const TERMINAL_MS = 100;
const PLAIN_MS = 5000;

/** How far something is: a line that changes on a terminal, now and then a line elsewhere. */
export class ProgressLine {
  private toldMs: number;
  private isOpen = false;

  constructor(
    private readonly output: MeterOutput,
    private readonly clock: () => number = () => performance.now(),
  ) {
    this.toldMs = clock();
  }

  /** The text is asked for only when it is shown. */
  tell(text: () => string): void {
    const now = this.clock();
    const isTerminal = this.output.isTTY === true;
    if (now - this.toldMs < (isTerminal ? TERMINAL_MS : PLAIN_MS)) return;
    this.toldMs = now;
    if (!isTerminal) {
      this.output.write(`${text()}\n`);
      return;
    }
    this.output.write(`\r\x1b[K${text().slice(0, (this.output.columns || 80) - 1)}`);
    this.isOpen = true;
  }

  /** Makes room for what comes. */
  end(): void {
    if (this.isOpen) this.output.write('\r\x1b[K');
    this.isOpen = false;
  }
}
