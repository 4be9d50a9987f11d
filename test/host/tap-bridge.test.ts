/** The loop between a core and an interface, on a clock that the test moves. */

import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import type { CorePort } from '../../host/core/port.js';
import { Bridge, type BridgeOptions } from '../../host/tap/bridge.js';
import { toU32 } from '../../host/tap/clock.js';
import type { Interface } from '../../host/tap/interface.js';
import { timeout } from '../../host/tap/timer.js';

/** A core that sends back what it gets and has one deadline. */
class EchoCore implements CorePort {
  readonly queue: Uint8Array[] = [];
  readonly expiredAt: number[] = [];
  readonly receivedAt: number[] = [];
  answer = 1;
  waiting = 0;
  dueAt: number | undefined;
  /** What `expire` leaves behind: the next deadline. */
  again: number | undefined;

  receive(frame: Uint8Array, now: number): number {
    this.receivedAt.push(now);
    if (this.answer >= 0) this.queue.push(frame.slice());
    return this.answer;
  }

  transmit(): Uint8Array | null {
    return this.queue.shift() ?? null;
  }

  nextDeadline(now: number): number {
    return this.dueAt === undefined ? -1 : Math.max(0, (this.dueAt - now) | 0);
  }

  expire(now: number): number {
    this.expiredAt.push(now);
    this.dueAt = this.again;
    return 0;
  }

  pending(): number {
    return this.waiting;
  }
}

class FakeLink implements Interface {
  readonly name = 'fake';
  readonly kind = 'tap';
  readonly statistics = {
    receivedFrames: 0,
    receivedBytes: 0,
    sentFrames: 0,
    sentBytes: 0,
    droppedFrames: 0,
  };
  readonly sent: Uint8Array[] = [];
  closed = 0;
  arrive: (frame: Uint8Array) => void = () => {};

  receive(handler: (frame: Uint8Array) => void): void {
    this.arrive = handler;
  }

  send(frame: Uint8Array): boolean {
    this.sent.push(frame.slice());
    return true;
  }

  close(): Promise<void> {
    this.closed++;
    return Promise.resolve();
  }
}

let core: EchoCore;
let link: FakeLink;
let bridge: Bridge;
let fractionMs: number;

function start(options: BridgeOptions = {}): void {
  bridge = new Bridge(link, core, { clock: () => Date.now() + fractionMs, timer: timeout, ...options });
}

beforeEach(() => {
  vi.useFakeTimers({ now: 1000 });
  core = new EchoCore();
  link = new FakeLink();
  fractionMs = 0;
});

afterEach(async () => {
  await bridge.close();
  vi.useRealTimers();
});

test('what a frame causes is sent before the next frame is taken', () => {
  start();
  link.arrive(Uint8Array.of(1));
  link.arrive(Uint8Array.of(2));
  expect(link.sent).toEqual([Uint8Array.of(1), Uint8Array.of(2)]);
  expect(core.receivedAt).toEqual([1000, 1000]);
});

test('with no deadline there is no timer', () => {
  start();
  link.arrive(Uint8Array.of(1));
  expect(vi.getTimerCount()).toBe(0);
});

test('the core expires at its deadline, once', () => {
  core.dueAt = 1250;
  start();
  vi.advanceTimersByTime(249);
  expect(core.expiredAt).toEqual([]);
  vi.advanceTimersByTime(1000);
  expect(core.expiredAt).toEqual([1250]);
  expect(bridge.statistics.expirations).toBe(1);
});

test('a timer that fires early does not have the core expire early', () => {
  core.dueAt = 1250;
  start();
  fractionMs = -1; // the clock runs behind the timer's, as setTimeout's own may
  vi.advanceTimersByTime(250);
  expect(core.expiredAt).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(core.expiredAt).toEqual([1250]);
});

test('a deadline is counted from the whole millisecond, not from the fraction after it', () => {
  const armed: number[] = [];
  fractionMs = 0.75;
  core.dueAt = 1010;
  start({ timer: () => ({ arm: (delayMs) => armed.push(delayMs), disarm: () => {}, close: () => {} }) });
  expect(armed).toEqual([9.25]);
});

test('a deadline that moves later costs the core no wake-up', () => {
  core.dueAt = 1100;
  start();
  core.dueAt = 1200;
  link.arrive(Uint8Array.of(1));
  vi.advanceTimersByTime(150);
  expect(core.expiredAt).toEqual([]);
  vi.advanceTimersByTime(50);
  expect(core.expiredAt).toEqual([1200]);
});

test('a deadline that moves earlier is met', () => {
  core.dueAt = 5000;
  start();
  core.dueAt = 1020;
  link.arrive(Uint8Array.of(1));
  vi.advanceTimersByTime(20);
  expect(core.expiredAt).toEqual([1020]);
});

test('a deadline that is now is met in the next turn of the loop', () => {
  core.dueAt = 900;
  start();
  expect(core.expiredAt).toEqual([]);
  vi.advanceTimersByTime(0);
  expect(core.expiredAt).toEqual([1000]);
});

test('a deadline beyond the wrap of the clock is met', () => {
  vi.setSystemTime(0xffffffff - 9);
  core.dueAt = 10;
  core.again = 25;
  start();
  vi.advanceTimersByTime(100);
  expect(core.expiredAt.slice(0, 2)).toEqual([10, 25]);
});

test('a deadline further away than setTimeout can count does not fire at once', () => {
  core.dueAt = 1000 + 0x7fffffff;
  start();
  vi.advanceTimersByTime(60_000);
  expect(core.expiredAt).toEqual([]);
});

test('the app hears of events first, and what its calls cause is sent', () => {
  core.answer = 2;
  start({
    events: () => {
      core.queue.push(Uint8Array.of(9));
      core.dueAt = 1005;
      bridge.pump();
    },
  });
  link.arrive(Uint8Array.of(1));
  expect(link.sent).toEqual([Uint8Array.of(1), Uint8Array.of(9)]);
  vi.advanceTimersByTime(5);
  expect(core.expiredAt).toEqual([1005]);
});

test('an event that a call causes is heard after pump', () => {
  const heard: number[] = [];
  start({
    events: (now) => {
      heard.push(now);
      core.waiting = 0;
    },
  });
  core.waiting = 2;
  bridge.pump();
  expect(heard).toEqual([1000]);
});

test('a frame that the injector drops goes nowhere, but is seen as lost', () => {
  const seen: [string, number, number, boolean][] = [];
  start({
    inject: (direction, frame) => ((direction === 'in' ? 1 : 2) === frame[0] ? 'drop' : 'pass'),
    observe: (direction, frame, timeMs, lost) => seen.push([direction, frame[0] ?? 0, timeMs, lost]),
  });
  fractionMs = 0.25;
  for (const first of [1, 2, 3]) link.arrive(Uint8Array.of(first));
  expect(link.sent).toEqual([Uint8Array.of(3)]);
  expect(core.receivedAt).toHaveLength(2);
  expect(bridge.statistics.lostFrames).toBe(2);
  expect(seen).toEqual([
    ['in', 1, 1000.25, true],
    ['in', 2, 1000.25, false],
    ['out', 2, 1000.25, true],
    ['in', 3, 1000.25, false],
    ['out', 3, 1000.25, false],
  ]);
});

test('an observer may keep its frame', () => {
  const kept: Uint8Array[] = [];
  start({ observe: (_, frame) => kept.push(frame) });
  const buffer = Uint8Array.of(1);
  link.arrive(buffer);
  buffer[0] = 2;
  expect(kept[0]).toEqual(Uint8Array.of(1));
});

test('what the core refuses is counted by its reason', () => {
  core.answer = -7;
  start();
  link.arrive(Uint8Array.of(1));
  link.arrive(Uint8Array.of(1));
  expect(bridge.statistics.refusedFrames).toEqual(new Map([[7, 2]]));
});

test('what a refused frame causes is heard and sent, too', () => {
  const heard: number[] = [];
  start({ events: (now) => heard.push(now) });
  core.answer = -(7 + 256 * 3);
  core.waiting = 3;
  core.queue.push(Uint8Array.of(5));
  link.arrive(Uint8Array.of(1));
  expect(heard).toEqual([1000]);
  expect(link.sent).toEqual([Uint8Array.of(5)]);
});

test('after close nothing runs any more', async () => {
  core.dueAt = 1010;
  start();
  await Promise.all([bridge.close(), bridge.close()]);
  link.arrive(Uint8Array.of(1));
  bridge.pump();
  vi.advanceTimersByTime(100);
  expect(link.closed).toBe(1);
  expect(core.receivedAt).toEqual([]);
  expect(core.expiredAt).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);
});

test('the clock wraps as a u32 does', () => {
  start();
  expect(toU32(4294967295.9)).toBe(0xffffffff);
  expect(toU32(4294967296.1)).toBe(0);
});
