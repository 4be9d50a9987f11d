import { STATISTICS } from '../../core/layout.js';
import { Violation } from '../errors.js';
import type { SimulatedHost } from '../world/host.js';
import { segmentOf } from '../world/segment.js';
import type { Talk } from '../world/talk.js';
import type { Invariant } from './invariant.js';

/**
 * No connection is accepted from a replayed SYN: what an app is given by `accept` was really opened by the peer, and only once.
 *
 * For each there must be an end of the other host with the same two ports and the same two initial sequence numbers, which was
 * ESTABLISHED: it knew ours. That is what the third packet proves. A SYN alone proves nothing, and a third packet from before cannot
 * acknowledge a number that grows with time (RFC 6528). The peer need not live any more: it may have ended, or lost its power, while its
 * last packet was under way. And no two may be of the same handshake.
 *
 * One exception: a SYN cookie is the same for the same SYN while it is good (131 s), by its construction (RFC 4987 §3.6), as nothing is kept
 * of a handshake. So a third packet that is replayed after its connection has ended opens it once more. That is known, and counted in
 * `ghosts`; it can only happen while half-open entries are used up. Everything else is a fault.
 */
export class Accepted implements Invariant {
  readonly name = 'accepted';
  /** Connections that an old cookie has opened once more. */
  ghosts = 0;
  private readonly handshakes = new Set<string>();
  private readonly cookies = new Map<SimulatedHost, { boots: number; count: number; tuples: Set<string> }>();

  arrived(host: SimulatedHost, frame: Uint8Array): void {
    const count = host.memory.counter(STATISTICS.offsets.cookiesAccepted);
    let known = this.cookies.get(host);
    if (known?.boots !== host.boots) {
      known = { boots: host.boots, count: 0, tuples: new Set() };
      this.cookies.set(host, known);
    }
    if (count === known.count) return;
    known.count = count;
    const segment = segmentOf(frame);
    if (segment !== undefined) {
      known.tuples.add(tupleText(segment.destinationPort, segment.source, segment.sourcePort));
    }
  }

  connected(talk: Talk): void {
    // One that was over when it was accepted says no more what its peer's number was: nobody can be deceived by it.
    if (talk.role === 'active' || talk.irs === undefined) return;
    const { host } = talk;
    if (host.world.peerOf(talk) === undefined) {
      throw new Violation(this.name, `${String(talk)} was accepted, and nobody has opened it`, host.name);
    }
    const handshake = `${talk.id} ${talk.irs}`;
    if (!this.handshakes.has(handshake)) {
      this.handshakes.add(handshake);
      return;
    }
    const known = this.cookies.get(host);
    const isOfCookie = known?.tuples.has(tupleText(talk.localPort, talk.remoteAddress, talk.remotePort)) === true;
    if (!isOfCookie) throw new Violation(this.name, `${String(talk)} was accepted twice`, host.name);
    talk.isGhost = true;
    const deceived = host.world.peerOf(talk);
    if (deceived !== undefined) deceived.isHaunted = true;
    this.ghosts++;
  }
}

function tupleText(localPort: number, remoteAddress: number, remotePort: number): string {
  return `${localPort} ${remoteAddress} ${remotePort}`;
}
