import type { CoreHost } from '../lan/core-host.js';
import { SimulationError } from '../lan/errors.js';
import type { Lan } from '../lan/lan.js';
import { Board } from './board.js';
import type { Driver } from './driver.js';

/** A board for apps on a host of the simulated LAN. Its time is virtual: see `run`. */
export function simulatedBoard(lan: Lan, host: CoreHost): Board {
  const driver: Driver = {
    core: host.core,
    address: host.address,
    now: () => lan.now,
    pump: () => host.settle(),
    listen: (listener) => {
      host.onEvent = listener;
    },
    after: (ms, action) => lan.at(lan.nowMs + ms, action),
    handles: host.handles,
  };
  return new Board(driver);
}

/** How long Node may be busy with something, in real ms, while nothing is to happen on the LAN. */
const PATIENCE_MS = 2000;

/**
 * Lets virtual time pass until a promise is settled, and gives what it gives. Between any two things that happen on the
 * LAN Node's own event loop has its turn, so that streams, promises and http run as ever. The same seed gives the same
 * frames at the same times, unless apps wait for what takes real time: files, timers of Node's, zlib's threads.
 * @throws SimulationError SIM_NEVER: it is not settled within `withinMs` of virtual time (default: ten minutes), or
 * nothing is to happen any more on the LAN and for two real seconds nothing has in Node
 */
export async function run<T>(lan: Lan, work: Promise<T>, withinMs = 600_000): Promise<T> {
  const end = lan.nowMs + withinMs;
  const settled = { is: false };
  const settle = (): void => void (settled.is = true);
  work.then(settle, settle);
  let idleSince: number | undefined;
  for (;;) {
    await turn();
    if (settled.is) return await work;
    if (lan.next(end)) {
      idleSince = undefined;
      continue;
    }
    idleSince ??= performance.now();
    if (performance.now() - idleSince < PATIENCE_MS) continue;
    const why = lan.nextMs === undefined ? 'nothing is to happen on the LAN any more' : `${withinMs} ms have passed`;
    throw new SimulationError('SIM_NEVER', `what was waited for has not happened, and ${why}`);
  }
}

/** Whatever was begun by callbacks of one turn of the event loop is done in the next. */
async function turn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
}
