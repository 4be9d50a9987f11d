/**
 * Joins a core to an interface: the same loop that a board has (boards/common), on Node's event loop. A frame comes in,
 * or the one timer fires, or an app has made a call; then what the core has to send is sent and the timer is armed.
 */

import { dropOf, pendingOf } from '../core/core.js';
import { Pending } from '../core/layout.js';
import type { CorePort } from '../core/port.js';
import { monotonic, toU32, type Clock } from './clock.js';
import type { Interface } from './interface.js';
import { timerfd, type MakeTimer, type OneShot } from './timer.js';

/** As the core sees it. */
export type Direction = 'in' | 'out';

export interface BridgeOptions {
  /**
   * Sees each frame on the wire, in order; `frame` is a copy that may be kept. `lost`: the injector dropped it.
   * `timeMs` is the clock's, with a fraction.
   */
  observe?: (direction: Direction, frame: Uint8Array, timeMs: number, lost: boolean) => void;
  /** Loses frames on the way, since not every kernel has netem. `frame` is not to be kept. */
  inject?: (direction: Direction, frame: Uint8Array) => 'pass' | 'drop';
  /**
   * The core has events. It may make any call of the core; what follows is sent after it, and `pump`
   * called in it has it called again for the events that follow.
   */
  events?: (now: number) => void;
  /** The interface is gone; thrown when nobody listens. */
  failed?: (error: Error) => void;
  clock?: Clock;
  /** It and the clock are to count the same time. */
  timer?: MakeTimer;
}

export interface BridgeStatistics {
  /** How often the timer had the core run: the wake-ups that a board would have had. */
  expirations: number;
  /** By reason, as the core numbers them: what `receive` refused. */
  refusedFrames: Map<number, number>;
  /** Frames that the injector dropped. */
  lostFrames: number;
}

export class Bridge {
  readonly statistics: BridgeStatistics = {
    expirations: 0,
    refusedFrames: new Map(),
    lostFrames: 0,
  };

  private readonly clock: Clock;
  private readonly timer: OneShot;
  /** The clock's time at which the timer fires; Infinity: it is not armed. */
  private firesAtMs = Infinity;
  private dueNow: NodeJS.Immediate | undefined;
  private settling = false;
  /** How often `pump` was called while it ran. */
  private pumps = 0;
  private closing: Promise<void> | undefined;

  constructor(
    private readonly link: Interface,
    private readonly core: CorePort,
    private readonly options: BridgeOptions = {},
  ) {
    this.clock = options.clock ?? monotonic;
    this.timer = (options.timer ?? timerfd)(() => this.fired());
    link.receive((frame) => this.arrived(frame), options.failed);
    this.pump();
  }

  /** The core's time. Apps pass it to calls that take one. */
  now(): number {
    return toU32(this.clock());
  }

  /** To be called after calls of the core (connect, send, close …): sends what follows and arms the timer. */
  pump(): void {
    if (this.settling) this.pumps++;
    else this.settle(this.core.pending());
  }

  close(): Promise<void> {
    if (!this.closing) {
      this.disarm();
      this.timer.close();
      this.closing = this.link.close();
    }
    return this.closing;
  }

  private arrived(frame: Uint8Array): void {
    if (this.closing) return;
    if (!this.passes('in', frame)) return;
    const result = this.core.receive(frame, this.now());
    const drop = dropOf(result);
    if (drop !== 0) {
      const { refusedFrames } = this.statistics;
      refusedFrames.set(drop, (refusedFrames.get(drop) ?? 0) + 1);
    }
    this.settle(pendingOf(result)); // what is refused may have an answer
  }

  private expired(): void {
    const pending = this.core.expire(this.now());
    this.statistics.expirations++;
    this.settle(pending);
  }

  /** Events lead to calls, calls to frames, and those to a new deadline; so in that order, until it is quiet. */
  private settle(pending: number): void {
    if (this.closing) return;
    this.settling = true;
    try {
      let seen: number;
      do {
        seen = this.pumps;
        if ((pending & Pending.EVENT) !== 0) this.options.events?.(this.now());
        this.sendAll();
        pending = this.core.pending();
      } while (this.pumps !== seen); // an app called pump() from its event
    } finally {
      this.settling = false;
    }
    this.arm();
  }

  private sendAll(): void {
    for (;;) {
      const frame = this.core.transmit(this.now());
      if (!frame) return;
      if (this.passes('out', frame)) this.link.send(frame);
    }
  }

  private passes(direction: Direction, frame: Uint8Array): boolean {
    const { inject, observe } = this.options;
    const lost = inject?.(direction, frame) === 'drop';
    if (lost) this.statistics.lostFrames++;
    observe?.(direction, frame.slice(), this.clock(), lost);
    return !lost;
  }

  /**
   * One timer, for the core's one deadline. Each acknowledgment moves that later, so a timer that fires too early is
   * left alone and armed anew when it fires: that costs less than arming it for each frame, and the core is not woken
   * by it.
   */
  private arm(): void {
    if (this.closing) return;
    const time = this.clock();
    const waitMs = this.core.nextDeadline(toU32(time));
    if (waitMs < 0) {
      this.disarm();
      return;
    }
    if (waitMs === 0) {
      this.dueNow ??= setImmediate(() => this.fired());
      return;
    }
    // The core counts from the whole millisecond; the fraction of it has already passed.
    const atMs = Math.floor(time) + waitMs;
    if (this.firesAtMs <= atMs) return;
    this.firesAtMs = atMs;
    this.timer.arm(atMs - time);
  }

  /** A timer may be early, so the core is asked again: it is never woken before its deadline. */
  private fired(): void {
    if (this.closing) return;
    this.firesAtMs = Infinity;
    if (this.dueNow) clearImmediate(this.dueNow);
    this.dueNow = undefined;
    if (this.core.nextDeadline(this.now()) === 0) this.expired();
    else this.arm();
  }

  private disarm(): void {
    if (this.firesAtMs !== Infinity) this.timer.disarm();
    this.firesAtMs = Infinity;
    if (this.dueNow) clearImmediate(this.dueNow);
    this.dueNow = undefined;
  }
}
