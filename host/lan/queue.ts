/** What is to happen, in order of time; at the same time in the order in which it was put in. A binary heap. */
export class EventQueue {
  private readonly heap: Entry[] = [];
  private count = 0;

  /** When the next is to happen; undefined: nothing is. */
  get nextAt(): number | undefined {
    // What was cancelled stays in the heap until its time has come: it is not what happens next.
    while (this.heap[0]?.isCancelled === true) this.remove();
    return this.heap[0]?.at;
  }

  /** Gives what cancels it. */
  put(at: number, action: () => void): () => void {
    let place = this.heap.length;
    const entry: Entry = { at, order: this.count++, action, isCancelled: false };
    for (;;) {
      const above = (place - 1) >> 1;
      const parent = this.heap[above];
      if (place === 0 || parent === undefined || !isBefore(entry, parent)) break;
      this.heap[place] = parent;
      place = above;
    }
    this.heap[place] = entry;
    return () => (entry.isCancelled = true);
  }

  /** Takes the next one out. */
  take(): (() => void) | undefined {
    return this.nextAt === undefined ? undefined : this.remove()?.action;
  }

  private remove(): Entry | undefined {
    const first = this.heap[0];
    const last = this.heap.pop();
    if (first === undefined || last === undefined) return undefined;
    if (this.heap.length > 0) this.sink(last);
    return first;
  }

  private sink(entry: Entry): void {
    let place = 0;
    for (;;) {
      const left = 2 * place + 1;
      const child = this.earlier(left, left + 1);
      const other = this.heap[child];
      if (other === undefined || !isBefore(other, entry)) break;
      this.heap[place] = other;
      place = child;
    }
    this.heap[place] = entry;
  }

  private earlier(left: number, right: number): number {
    const a = this.heap[left];
    const b = this.heap[right];
    return a !== undefined && b !== undefined && isBefore(b, a) ? right : left;
  }
}

interface Entry {
  at: number;
  order: number;
  action: () => void;
  isCancelled: boolean;
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
