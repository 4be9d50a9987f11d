import { ladder, type Numbers, type Trace } from '../trace/index.js';
import { ladderStyle } from './output.js';

/** How long nothing has to happen before what has is drawn: an exchange is then drawn whole. */
const QUIET_MS = 40;
/** A long trace takes its time to be drawn: the rest of the program has so many times as much of it. */
const OTHERS = 9;

/** Draws a trace while it grows: each time the lines that are new. */
export class LiveLadder {
  private drawn: string[] = [];
  private timer: NodeJS.Timeout | undefined;
  private waitMs = QUIET_MS;

  constructor(
    private readonly trace: Trace,
    private readonly numbers: Numbers,
    private readonly write: (text: string) => void,
  ) {}

  /** Something was added to the trace. */
  changed(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      const begun = performance.now();
      this.draw(false);
      this.waitMs = Math.max(QUIET_MS, (performance.now() - begun) * OTHERS);
    }, this.waitMs);
  }

  /** Draws what is left, and the foot. */
  end(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.draw(true);
  }

  private draw(isEnd: boolean): void {
    // Folding depends on what follows, so a growing ladder has every line.
    const lines = ladder(this.trace, { ...ladderStyle(this.numbers), fold: false, isGrowing: true })
      .trimEnd()
      .split('\n');
    if (!isEnd) lines.pop();
    // What is drawn already can change: a duplicate names the frame that it is of. Then it is drawn again from there.
    const same = this.drawn.findIndex((line, index) => lines[index] !== line);
    const fresh = lines.slice(same < 0 ? this.drawn.length : same);
    if (fresh.length > 0) this.write(`${fresh.join('\n')}\n`);
    this.drawn = lines;
  }
}
