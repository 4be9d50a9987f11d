import type { CallName } from '../world/probe.js';
import type { SimulatedHost } from '../world/host.js';
import type { Talk } from '../world/talk.js';
import type { World } from '../world/world.js';

/** Whoever looks at a run: it is told of what it has a method for. */
export interface RunObserver {
  booted?(host: SimulatedHost): void;
  poweredOff?(host: SimulatedHost): void;
  /** Before a frame is given to a core. */
  arrives?(host: SimulatedHost, frame: Uint8Array, now: number): void;
  /** A frame was given to a core; `result` as `receiveRaw` gives it. `isAltered`: the network has altered it. */
  arrived?(host: SimulatedHost, frame: Uint8Array, result: number, isAltered: boolean): void;
  /** Before a core is asked for a frame. */
  sends?(host: SimulatedHost, now: number): void;
  sent?(host: SimulatedHost, frame: Uint8Array): void;
  /** Before and after the timer has a core run. */
  expires?(host: SimulatedHost, now: number): void;
  expired?(host: SimulatedHost): void;
  /** A core has told its deadline. */
  told?(host: SimulatedHost, now: number, inMs: number): void;
  calls?(host: SimulatedHost, name: CallName, handle: number | undefined, now: number | undefined): void;
  called?(host: SimulatedHost, name: CallName, handle: number | undefined): void;
  /** An app was told that it is connected, or has accepted a connection. */
  connected?(talk: Talk): void;
  /** Bytes that an app was given, before they are counted. */
  read?(talk: Talk, bytes: Uint8Array): void;
  /** The peer has said all, and the app has read it. */
  heardAll?(talk: Talk): void;
  /** The app was told of the end; told twice, it is told here twice. */
  ended?(talk: Talk, kind: 'CLOSED' | 'FAILED'): void;
  /** The app has let go. */
  released?(talk: Talk): void;
  /** A host has done all there was to do: after every event. */
  settled?(host: SimulatedHost): void;
  /** The network has worked for long enough. */
  rested?(world: World): void;
  /** All apps have let go, and it has worked for long enough again. */
  finished?(world: World): void;
}

/**
 * Something that must hold in every run: it throws a Violation where it does not. What a network without an attacker may do, however
 * hostile, breaks none of them: each file says why.
 */
export interface Invariant extends RunObserver {
  readonly name: string;
}
