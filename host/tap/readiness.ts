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
 * libuv calls back outside Node's callback scope, where promises would not run afterwards and an exception would be
 * lost. An immediate has both, and runs in the same turn of the loop.
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
