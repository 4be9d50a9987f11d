/** How long a socket has been without traffic, in the core's time: what `setTimeout` of a socket means. */
export class Silence {
  /** Ms until it is told; 0: never. */
  limitMs = 0;
  private stop: () => void = () => undefined;

  constructor(
    private readonly after: (ms: number, action: () => void) => () => void,
    private readonly tell: () => void,
  ) {}

  /** There was traffic, or the limit is another: the time begins anew. */
  restart(): void {
    this.end();
    if (this.limitMs > 0) this.stop = this.after(this.limitMs, this.tell);
  }

  /** Nothing is told any more, until `restart`. */
  end(): void {
    this.stop();
    this.stop = () => undefined;
  }
}
