/** Tells when a thread has been at one seed for too long: nothing in a thread can, whose core does not come back. */
export class Watchdog {
  /** Where the thread says which seed it is at, and how many it has begun. */
  readonly current = new SharedArrayBuffer(8);
  private readonly at = new Uint32Array(this.current);
  private readonly timer: NodeJS.Timeout;
  private seen = { begun: 0, sinceMs: 0 };

  constructor(endlessMs: number, bark: (seed: number) => void) {
    const look = (): void => {
      const begun = Atomics.load(this.at, 1);
      if (begun !== this.seen.begun) this.seen = { begun, sinceMs: performance.now() };
      else if (begun > 0 && performance.now() - this.seen.sinceMs >= endlessMs) bark(Atomics.load(this.at, 0));
    };
    this.timer = setInterval(look, Math.min(endlessMs / 4, 1000));
  }

  stop(): void {
    clearInterval(this.timer);
  }
}
