import type { Station, Wire } from '../../lan/index.js';

/** What a host's clock is driven by, and its frames go to. Times are ms of the network's own clock, with fractions. */
export interface Universe {
  readonly timeMs: number;
  at(timeMs: number, action: () => void): () => void;
  send(from: Station, frame: Uint8Array): void;
}

/** The LAN as one host has it: with its own clock, which drifts. */
export class HostClock implements Wire {
  constructor(
    private readonly universe: Universe,
    private readonly rate: number,
    private startTime: number,
  ) {}

  /** Whole ms of this clock: a core is told no others. */
  get nowMs(): number {
    return this.localOf(this.universe.timeMs);
  }

  get now(): number {
    return (this.startTime + this.nowMs) >>> 0;
  }

  /** The clock that a core is told begins anew. */
  restart(startTime: number): void {
    this.startTime = (startTime - this.nowMs) >>> 0;
  }

  at(ms: number, action: () => void): () => void {
    return this.universe.at(Math.max(this.universe.timeMs, this.timeOf(ms)), action);
  }

  send(from: Station, frame: Uint8Array): void {
    this.universe.send(from, frame);
  }

  private localOf(timeMs: number): number {
    return Math.floor(timeMs * this.rate);
  }

  /** The first moment at which this clock shows `ms`. */
  private timeOf(ms: number): number {
    let time = ms / this.rate;
    // Division rounds: a timer that fired a moment early would be a fault of ours.
    while (this.localOf(time) < ms) time += 1e-6;
    return time;
  }
}
