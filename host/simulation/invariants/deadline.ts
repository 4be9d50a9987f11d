import { Violation } from '../errors.js';
import type { CallName } from '../world/probe.js';
import type { SimulatedHost } from '../world/host.js';
import type { Invariant } from './invariant.js';

interface Told {
  boots: number;
  /** A `u32` of ms; undefined: never. */
  deadline: number | undefined;
  /** The latest time that the core was told. */
  now: number;
  before: Uint8Array;
  arrivals: number;
}

/** Of so many frames one is preceded by a call of `expire`, which is to do nothing. */
const EVERY = 4;

/**
 * The deadline that a core has told is neither late nor early.
 *
 * Not late: `expire` a ms before it, and now and then whenever a frame comes before it, changes not one byte of the core's state. Not early: at the
 * deadline it changes something. That the deadline moves only when the core says so, and that nothing is to be sent or told without its
 * saying so, the host itself checks (host/lan/core-host.ts).
 *
 * It holds whatever comes from the network. A clock that drifts is the host's own, and what it shows is all that a core knows of time.
 */
export class Deadline implements Invariant {
  readonly name = 'deadline';
  private readonly hosts = new Map<SimulatedHost, Told>();

  told(host: SimulatedHost, now: number, inMs: number): void {
    const told = this.of(host);
    told.now = now;
    told.deadline = inMs < 0 ? undefined : (now + inMs) >>> 0;
  }

  sends(host: SimulatedHost, now: number): void {
    this.of(host).now = now;
  }

  calls(host: SimulatedHost, _name: CallName, _handle: number | undefined, now: number | undefined): void {
    if (now !== undefined) this.of(host).now = now;
  }

  arrives(host: SimulatedHost, _frame: Uint8Array, now: number): void {
    const told = this.of(host);
    told.now = now;
    if (++told.arrivals % EVERY !== 0) return;
    if (told.deadline === undefined || ((told.deadline - now) | 0) > 0) this.expireInVain(host, told, now);
  }

  expires(host: SimulatedHost, now: number): void {
    const told = this.of(host);
    const isTimeLeft = ((now - told.now) | 0) > 0;
    if (isTimeLeft) this.expireInVain(host, told, (now - 1) >>> 0);
    told.now = now;
    copyTo(told, host.memory.state());
  }

  expired(host: SimulatedHost): void {
    if (Buffer.compare(host.memory.state(), this.of(host).before) !== 0) return;
    throw new Violation(this.name, 'the deadline has come, and nothing was to be done', host.name);
  }

  private expireInVain(host: SimulatedHost, told: Told, now: number): void {
    const state = host.memory.state();
    copyTo(told, state);
    // Not by the host: it is no event of the run.
    host.core.exports.expire(now);
    if (Buffer.compare(state, told.before) === 0) return;
    const left =
      told.deadline === undefined ? 'no deadline was told' : `${(told.deadline - now) | 0} ms before the deadline`;
    throw new Violation(this.name, `${left}, and something was due`, host.name);
  }

  private of(host: SimulatedHost): Told {
    let told = this.hosts.get(host);
    if (told?.boots !== host.boots) {
      told = { boots: host.boots, deadline: undefined, now: host.clock.now, before: new Uint8Array(), arrivals: 0 };
      this.hosts.set(host, told);
    }
    return told;
  }
}

function copyTo(told: Told, state: Uint8Array): void {
  if (told.before.length !== state.length) told.before = state.slice();
  else told.before.set(state);
}
