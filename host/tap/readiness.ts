/**
 * Waits for a descriptor on Node's own event loop (libuv's `uv_poll`): no thread waits in the kernel, so none can be
 * left behind.
 */

import { libc, type Watcher } from './libc.js';

/** Stops the waiting; afterwards the descriptor may be closed. */
export type StopWatching = () => void;

/**
 * Calls `ready` whenever the descriptor can be read, again and again until it has been read.
 *
 * It is called from an immediate, in the same turn of the loop: an ordinary Node callback, which may throw, or close the
 * descriptor. What koffi's own callback allows is not documented; with koffi 3.3.4 on Node 20 it runs ticks, too.
 */
export function whenReadable(fd: number, ready: () => void): StopWatching {
  let woken = false;
  let stopped = false;
  const watcher: Watcher = libc().watch(fd, (failed) => {
    if (woken) return;
    woken = true;
    setImmediate(() => {
      woken = false;
      if (stopped) return;
      // libuv gives up on a descriptor that reports an error, as an interface that went down does. First of all, so
      // that `ready` may throw.
      if (failed) watcher.restart();
      ready();
    });
  });
  return () => {
    stopped = true;
    watcher.close();
  };
}
