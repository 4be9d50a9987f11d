import { State } from '../../core/layout.js';
import { Flag } from '../../dump/layout.js';
import { Violation } from '../errors.js';
import type { SimulatedHost } from '../world/host.js';
import type { ConnectionPicture } from '../world/memory.js';
import { sequenceGap } from '../world/segment.js';
import type { Cookies } from './cookies.js';
import type { Invariant } from './invariant.js';

/**
 * Both ends that are ESTABLISHED to each other agree on both initial sequence numbers.
 *
 * A core forgets its initial sequence numbers, so what follows from them is looked at, of both directions and after every event:
 *
 *     SND.UNA of the one  <=  RCV.NXT of the other  <=  the highest that the one has sent
 *
 * What the one believes to have arrived has, and nothing has arrived that it did not send. Ends that do not agree would be right by
 * chance once in 2^32 / (64 K) times at the first event, and then hardly at the next.
 *
 * Sound, since no loss, copy or delay changes what a host has sent: frames that the network alters are caught by the checksum (of one
 * altered byte always, RFC 1071), and what is replayed was once sent. An end whose peer was rebooted has nobody to agree with: the
 * peer's new connection with the same ports is not ESTABLISHED before the old end is gone, as its SYN is only challenged. Left out are ends
 * that a cookie has opened twice (cookies.ts).
 */
export class Agreement implements Invariant {
  readonly name = 'agreement';

  constructor(private readonly cookies: Cookies) {}

  settled(host: SimulatedHost): void {
    for (const mine of host.picture.connections) {
      if (!isEstablished(mine)) continue;
      const other = host.world.hosts[mine.remoteAddress - host.address + host.index];
      if (other === undefined || !other.isOn) continue;
      const theirs = other.picture.connections.find((one) => isEstablished(one) && isOtherEnd(host, mine, one));
      if (theirs === undefined) continue;
      if (this.cookies.isHaunted(host, mine) || this.cookies.isHaunted(other, theirs)) continue;
      this.check(host, mine, theirs);
      this.check(other, theirs, mine);
    }
  }

  private check(host: SimulatedHost, sender: ConnectionPicture, receiver: ConnectionPicture): void {
    const { sendUnacknowledged, sendMaximum } = sender;
    const { receiveNext } = receiver;
    if (sequenceGap(receiveNext, sendUnacknowledged) >= 0 && sequenceGap(sendMaximum, receiveNext) >= 0) return;
    const place = `${host.name}:${sender.localPort} to port ${sender.remotePort}`;
    throw new Violation(
      this.name,
      `${place} has sent from ${sendUnacknowledged} (unacknowledged) to ${sendMaximum}, and its peer expects ${receiveNext}`,
      host.name,
    );
  }
}

function isEstablished({ state, flags }: ConnectionPicture): boolean {
  return state === State.ESTABLISHED && (flags & Flag.INDEXED) !== 0;
}

function isOtherEnd(host: SimulatedHost, mine: ConnectionPicture, theirs: ConnectionPicture): boolean {
  return (
    theirs.localPort === mine.remotePort &&
    theirs.remotePort === mine.localPort &&
    theirs.remoteAddress === host.address
  );
}
