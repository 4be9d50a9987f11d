import { STATISTICS } from '../../core/layout.js';
import type { SimulatedHost } from '../world/host.js';
import { segmentOf } from '../world/segment.js';
import type { TupleFields } from '../world/memory.js';
import type { RunObserver } from './invariant.js';

interface Taken {
  boots: number;
  count: number;
  /** How often, by the connection. */
  times: Map<string, number>;
}

/**
 * Which connections a host has opened by a SYN cookie, and how often.
 *
 * A cookie is the same for the same SYN while it is good (131 s), by its construction (RFC 4987 §3.6), as nothing is kept of a handshake. So a
 * segment of a connection that the peer has ended opens it once more: it acknowledges the cookie. It can only happen while half-open
 * entries are used up. The peer of such a connection, if it lives, hears two with the same numbers. That is known and counted, and
 * what it is told is not looked at: everything else is a fault.
 */
export class Cookies implements RunObserver {
  private readonly hosts = new Map<SimulatedHost, Taken>();

  arrived(host: SimulatedHost, frame: Uint8Array): void {
    const count = host.memory.counter(STATISTICS.offsets.cookiesAccepted);
    const taken = this.of(host);
    if (count === taken.count) return;
    taken.count = count;
    const segment = segmentOf(frame);
    if (segment === undefined) return;
    const text = tupleText({
      localPort: segment.destinationPort,
      remoteAddress: segment.source,
      remotePort: segment.sourcePort,
    });
    taken.times.set(text, (taken.times.get(text) ?? 0) + 1);
  }

  /** How often this host has opened this connection by a cookie. */
  times(host: SimulatedHost, tuple: TupleFields): number {
    return this.of(host).times.get(tupleText(tuple)) ?? 0;
  }

  /** Has the peer of this end opened it by a cookie more than once? */
  isHaunted(host: SimulatedHost, { localPort, remoteAddress, remotePort }: TupleFields): boolean {
    const other = host.world.hosts[remoteAddress - host.address + host.index];
    const theirs = { localPort: remotePort, remoteAddress: host.address, remotePort: localPort };
    return other !== undefined && this.times(other, theirs) > 1;
  }

  private of(host: SimulatedHost): Taken {
    let taken = this.hosts.get(host);
    if (taken?.boots !== host.boots) {
      taken = { boots: host.boots, count: 0, times: new Map() };
      this.hosts.set(host, taken);
    }
    return taken;
  }
}

function tupleText({ localPort, remoteAddress, remotePort }: TupleFields): string {
  return `${localPort} ${remoteAddress} ${remotePort}`;
}
