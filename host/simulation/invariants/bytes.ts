import { Violation } from '../errors.js';
import { pattern } from '../world/pattern.js';
import type { Talk } from '../world/talk.js';
import type { Cookies } from './cookies.js';
import type { Invariant } from './invariant.js';

/**
 * Bytes arrive once, in order and unaltered; and who is told that the peer has said all has got all.
 *
 * What an app says is a function of its end of the connection and of the offset (world/pattern.ts), so each byte that is read tells
 * whether it is the one that is due. No more is read than was written, and a FIN comes only from an app that said so, behind its last byte.
 *
 * Sound: an alteration of one byte never passes the checksum. A segment of an earlier connection of the same two ports, replayed, would be
 * taken if its numbers fell into the window; they do not: with another key they do so once in 2^19 tries of equal ports, and with the
 * same key the new connection begins above all that the old one can have used, since a host is off for a second and no app says more than
 * 128 KiB (plan/manners.ts; RFC 9293 §3.4.3). Except for an end whose handshake by a cookie was taken for a second one by the peer after it had
 * let go of the first (cookies.ts): the peer's new app then speaks with the numbers of its old one.
 */
export class Bytes implements Invariant {
  readonly name = 'bytes';

  constructor(private readonly cookies: Cookies) {}

  read(talk: Talk, bytes: Uint8Array): void {
    if (talk.irs === undefined || this.cookies.isHaunted(talk.host, talk)) return;
    const due = pattern(talk.remotePort, talk.irs, talk.read, bytes.length);
    const wrong = Buffer.compare(bytes, due) === 0 ? -1 : bytes.findIndex((byte, at) => byte !== due[at]);
    if (wrong >= 0) {
      throw new Violation(this.name, `${String(talk)} read a wrong byte, number ${talk.read + wrong}`, talk.host.name);
    }
    const { peer } = talk;
    if (peer !== undefined && talk.read + bytes.length > peer.written) {
      const read = talk.read + bytes.length;
      throw new Violation(
        this.name,
        `${String(talk)} read ${read} bytes, and ${peer.written} were written`,
        talk.host.name,
      );
    }
  }

  heardAll(talk: Talk): void {
    const { peer } = talk;
    if (peer === undefined || this.cookies.isHaunted(talk.host, talk)) return;
    if (peer.farewell === undefined) {
      throw new Violation(this.name, `${String(talk)} was told of an end that its peer has not said`, talk.host.name);
    }
    if (talk.read !== peer.written) {
      const what = `${String(talk)} heard all in ${talk.read} bytes, and ${peer.written} were written`;
      throw new Violation(this.name, what, talk.host.name);
    }
  }
}
