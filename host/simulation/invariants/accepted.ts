import { Violation } from '../errors.js';
import type { Talk } from '../world/talk.js';
import type { Cookies } from './cookies.js';
import type { Invariant } from './invariant.js';

/**
 * No connection is accepted from a replayed SYN: what an app is given by `accept` was really opened by the peer, and only once.
 *
 * For each there must be an end of the other host with the same two ports and the same two initial sequence numbers, which was
 * ESTABLISHED: it knew ours. That is what the third packet proves. A SYN alone proves nothing, and a third packet from before cannot
 * acknowledge a number that grows with time (RFC 6528). The peer need not live any more: it may have ended, or lost its power, while its
 * last packet was under way. And no two may be of the same handshake.
 *
 * One exception: a handshake by a SYN cookie that is taken once more (cookies.ts). It is counted in `ghosts`.
 */
export class Accepted implements Invariant {
  readonly name = 'accepted';
  /** Connections that an old cookie has opened once more. */
  ghosts = 0;
  private readonly handshakes = new Set<string>();

  constructor(private readonly cookies: Cookies) {}

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
    if (this.cookies.times(host, talk) === 0)
      throw new Violation(this.name, `${String(talk)} was accepted twice`, host.name);
    talk.isGhost = true;
    this.ghosts++;
  }
}
