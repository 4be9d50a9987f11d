import { PoolName } from '../../core/layout.js';
import { Flag, HEADS, Waits } from '../../dump/layout.js';
import { Violation } from '../errors.js';
import type { SimulatedHost } from '../world/host.js';
import type { Invariant } from './invariant.js';

/**
 * Pools balance: what is counted as used is what is alive, and on the lists on which it must be; and what apps hold is what the core says
 * they hold. And no handshake waits for room that there is: nothing would end its waiting but the peer. (That all is given back in the end is invariants/stuck.ts.)
 *
 * It holds whatever comes from the network: it is about one core's memory alone.
 */
export class Pools implements Invariant {
  readonly name = 'pools';

  settled(host: SimulatedHost): void {
    const { picture, memory, apps } = host;
    const { connections, halfOpen } = picture;
    const having = (flag: Flag): number => connections.filter(({ flags }) => (flags & flag) !== 0).length;
    const check = (what: string, counted: number, found: number): void => {
      if (counted !== found) throw new Violation(this.name, `${what}: ${counted} counted, ${found} found`, host.name);
    };
    check('connections', memory.used(PoolName.CONNECTIONS), connections.length);
    check('half-open entries', memory.used(PoolName.HALF_OPEN), halfOpen.length);
    check('time-wait entries', memory.used(PoolName.TIME_WAIT), picture.timeWait.length);
    check('listeners', memory.used(PoolName.LISTENERS), picture.listeners.length);
    check('connections that apps hold', having(Flag.HELD), apps.talks.size);
    check('listeners that apps hold', picture.listeners.length, apps.listeners.size);
    const queued = picture.listeners.reduce((sum, listener) => sum + listener.queued, 0);
    check('connections to be accepted', queued, having(Flag.QUEUED));
    const complete = halfOpen.filter(({ waits }) => waits === Waits.FOR_ROOM).length;
    check('handshakes that wait for room', memory.head(HEADS.fields.complete), complete);
    check('deadlines', memory.head(HEADS.fields.deadlines), connections.filter((one) => one.hasDeadline).length);
    for (const pool of [PoolName.CONNECTIONS, PoolName.HALF_OPEN, PoolName.TIME_WAIT, PoolName.NEIGHBOURS]) {
      const used = memory.used(pool);
      if (used > memory.capacity(pool)) throw new Violation(this.name, `${PoolName[pool]}: ${used} used`, host.name);
    }
    if (connections.length < memory.capacity(PoolName.CONNECTIONS)) this.checkRoom(host);
  }
  /** There is a connection left. */
  private checkRoom(host: SimulatedHost): void {
    const { listeners, halfOpen } = host.picture;
    for (const { localPort, queued, backlog } of listeners) {
      if (queued >= backlog) continue;
      if (halfOpen.some((one) => one.waits === Waits.FOR_ROOM && one.localPort === localPort)) {
        throw new Violation(
          this.name,
          `a handshake waits for room at port ${localPort}, where there is some`,
          host.name,
        );
      }
    }
  }
}
