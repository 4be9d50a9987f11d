import { Meter, type MeterOutput } from './meter.js';

/** A transfer is over when nothing has moved for so long. */
const QUIET_MS = 1000;

/** Tells how fast data goes by, whoever's it is: each burst of it by a meter of its own. */
export class Traffic {
  private meter: Meter | undefined;
  private quiet: NodeJS.Timeout | undefined;
  private endedMs = 0;

  constructor(private readonly output: MeterOutput) {}

  add(bytes: number): void {
    // Ends when the last byte went by, not when that was noticed.
    this.endedMs = performance.now();
    this.meter ??= new Meter('transferred', this.output, undefined, () => this.endedMs);
    this.quiet = this.quiet?.refresh() ?? setTimeout(() => this.end(), QUIET_MS).unref();
    this.meter.add(bytes);
  }

  /** Something else is to be written on the same terminal. */
  clear(): void {
    this.meter?.clear();
  }

  end(): void {
    clearTimeout(this.quiet);
    this.quiet = undefined;
    this.meter?.end();
    this.meter = undefined;
  }
}
