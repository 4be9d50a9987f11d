import { PoolName } from '../../core/layout.js';
import { Violation } from '../errors.js';
import type { SimulatedHost } from '../world/host.js';
import type { World } from '../world/world.js';
import type { Invariant } from './invariant.js';

/** Longest retransmission timeout, and between two probes of a closed window: RFC 6298 §2.5, assembly/tcp/data/rtt.ts. */
const LONGEST_RTO_MS = 60_000;
const TIME_WAIT_MS = 60_064;
/** How long a connection whose app is gone waits for the peer's FIN in FIN-WAIT-2. */
const FIN_WAIT_2_MS = 60_000;
/** For what is then sent, and sent again at the shortest timeouts, over the slowest of the links; and for ARP. */
const SLACK_MS = 20_000;
/** The clock that lags most. */
const DRIFT = 1.04;

/**
 * From when the network has healed until everything that can go on has gone on: whatever waits to be sent again, or for a window that has
 * opened meanwhile, waits at most the longest timeout.
 */
export const REST_MS = DRIFT * (LONGEST_RTO_MS + SLACK_MS);
/**
 * From when all apps have then let go until nothing is left: again a longest timeout, which backing off has left behind (Karn), until the FIN
 * is acknowledged; the peer's FIN; then TIME-WAIT.
 */
export const END_MS = DRIFT * (LONGEST_RTO_MS + FIN_WAIT_2_MS + TIME_WAIT_MS + 2 * SLACK_MS);

/**
 * Nothing is stuck once the network works again.
 *
 * In `REST_MS`, with apps that read all and say no more: all that was written is read where both ends were connected before and live, and every
 * connect has come about or failed, but for those to nobody, whose end is their own timeout. Sound: who is connected only later has waited for
 * room, perhaps for as long, while the peer's timeout grew; an end whose peer has lost its power, or has ended while nobody could
 * tell, may stay as it is, as long as it has nothing to say. It is the other app's to ask for keep-alives.
 *
 * In `END_MS` more, after all apps have let go: every pool is empty but that of neighbours, nothing is to be sent, and no timer runs.
 */
export class Stuck implements Invariant {
  readonly name = 'stuck';

  rested(world: World): void {
    for (const talk of world.talks) {
      if (!talk.isHeld || talk.ended !== undefined) continue;
      const { peer, host } = talk;
      if (!talk.isConnected && world.hosts[talk.remoteAddress - host.address + host.index] !== undefined) {
        throw new Violation(this.name, `${String(talk)} is still being opened`, host.name);
      }
      if (peer === undefined || !peer.isHeld || peer.ended !== undefined) continue;
      if (Math.max(talk.connectedAtMs, peer.connectedAtMs) > world.healedAtMs) continue;
      if (talk.read < peer.written) {
        const what = `${String(talk)} has read ${talk.read} bytes of ${peer.written}, and both ends live`;
        throw new Violation(this.name, what, host.name);
      }
    }
  }

  finished(world: World): void {
    for (const host of world.hosts) this.checkEmpty(host);
  }

  private checkEmpty(host: SimulatedHost): void {
    const { memory, core, clock } = host;
    const pools = [PoolName.CONNECTIONS, PoolName.HALF_OPEN, PoolName.TIME_WAIT, PoolName.LISTENERS];
    const left = pools
      .filter((pool) => memory.used(pool) > 0)
      .map((pool) => `${memory.used(pool)} of ${PoolName[pool]}`);
    if (left.length > 0) {
      const states = memory.picture().connections.map(({ state, slot }) => `slot ${slot} in state ${state}`);
      throw new Violation(this.name, `at the end there are left: ${[...left, ...states].join(', ')}`, host.name);
    }
    const inMs = core.nextDeadline(clock.now);
    if (inMs >= 0) throw new Violation(this.name, `at the end a timer is set, in ${inMs} ms`, host.name);
    if (core.pending() !== 0) throw new Violation(this.name, 'at the end there is something to do', host.name);
  }
}
