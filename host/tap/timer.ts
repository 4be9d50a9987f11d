/** The one timer that a core needs: one shot, armed with its next deadline. As a board's hardware timer. */

import { libc, O_CLOEXEC, O_NONBLOCK, systemError } from './libc.js';
import { whenReadable } from './readiness.js';

export interface OneShot {
  /** Fires once after so many ms (not whole ones, if need be), in place of what was armed before. */
  arm(delayMs: number): void;
  disarm(): void;
  close(): void;
}

export type MakeTimer = (fire: () => void) => OneShot;

const CLOCK_MONOTONIC = 1;

/**
 * Linux' own, by the kernel's high resolution timers: within about 0.1 ms. setTimeout is up to 2 ms late, and a
 * retransmission is to be within 1 ms of its due time here too.
 */
export const timerfd: MakeTimer = (fire) => {
  const c = libc();
  const fd = c.timerfd_create(CLOCK_MONOTONIC, O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) throw systemError('timerfd_create', c.errno());
  const count = new Uint8Array(8);
  const stop = whenReadable(fd, () => {
    // Nothing to read: it was armed anew between the wake-up and now.
    if (c.read(fd, count, 8) > 0) fire();
  });
  let closed = false;
  return {
    arm(delayMs) {
      const nanoseconds = Math.max(1, Math.ceil(delayMs * 1e6)); // 0 would disarm it
      c.timerfd_settime(fd, Math.floor(nanoseconds / 1e9), nanoseconds % 1e9);
    },
    disarm() {
      if (!closed) c.timerfd_settime(fd, 0, 0);
    },
    close() {
      if (closed) return;
      closed = true;
      stop();
      c.close(fd);
    },
  };
};

/** setTimeout's limit; beyond it, it fires at once. */
const LONGEST_TIMEOUT_MS = 0x7fffffff;

/** For other clocks than the kernel's: a test's. It may fire before the time, or long before: ask, and arm it again. */
export const timeout: MakeTimer = (fire) => {
  let timer: NodeJS.Timeout | undefined;
  const disarm = (): void => clearTimeout(timer);
  return {
    arm(delayMs) {
      disarm();
      timer = setTimeout(fire, Math.min(Math.ceil(delayMs), LONGEST_TIMEOUT_MS));
    },
    disarm,
    close: disarm,
  };
};
