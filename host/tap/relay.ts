/** Joins two interfaces: the kernel's, and that of a board which has a core of its own. Sees, and loses, what goes by. */

import type { BridgeOptions, Direction } from './bridge.js';
import { monotonic } from './clock.js';
import type { Interface } from './interface.js';

/** `in` is towards the board, as its core sees it. */
export type RelayOptions = Pick<BridgeOptions, 'observe' | 'inject' | 'failed'>;

export class Relay {
  private isClosed = false;

  constructor(
    private readonly kernel: Interface,
    private readonly board: Interface,
    private readonly options: RelayOptions = {},
  ) {
    kernel.receive((frame) => this.pass('in', frame, board), options.failed);
    board.receive((frame) => this.pass('out', frame, kernel), options.failed);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await Promise.all([this.kernel.close(), this.board.close()]);
  }

  private pass(direction: Direction, frame: Uint8Array, to: Interface): void {
    if (this.isClosed) return;
    const { inject, observe } = this.options;
    const lost = inject?.(direction, frame) === 'drop';
    observe?.(direction, frame.slice(), monotonic(), lost);
    if (!lost) to.send(frame);
  }
}
