import type { Core } from './core.js';

/** A core with its results as numbers: what joins it to a real interface (host/tap) takes it so. */
export interface CorePort {
  /** `Pending` bits, or negative where the frame was dropped: see `dropOf`, `pendingOf`. */
  receive(frame: Uint8Array, now: number): number;
  transmit(now: number): Uint8Array | null;
  nextDeadline(now: number): number;
  expire(now: number): number;
  pending(): number;
}

export function portOf(core: Core): CorePort {
  return {
    receive: (frame, now) => core.receiveRaw(frame, now),
    transmit: (now) => core.transmit(now),
    nextDeadline: (now) => core.nextDeadline(now),
    expire: (now) => core.expire(now),
    pending: () => core.pending(),
  };
}
