import type { Core, CoreEvent, Handle } from '../core/index.js';

/** What carries a core: a simulated LAN, or a real one. */
export interface Driver {
  readonly core: Core;
  /** The core's own address. */
  readonly address: string;
  /** The core's time: a `u32` of ms that wraps. */
  now(): number;
  /** After calls of the core: what follows from them is sent, told and timed. */
  pump(): void;
  /** Whom events are told. There is one listener. */
  listen(listener: (event: CoreEvent) => void): void;
  /** Calls back after so many ms of the core's time. Gives what cancels it. */
  readonly after: (ms: number, action: () => void) => () => void;
  /** Where those handles are noted that apps hold, for who watches the core: a trace. */
  readonly handles?: Set<Handle>;
}
