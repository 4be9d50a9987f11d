import { Errno, State } from '../../core/layout.js';
import { Flag } from '../../dump/layout.js';
import { Violation } from '../errors.js';
import type { SimulatedHost } from '../world/host.js';
import type { Talk } from '../world/talk.js';
import type { Invariant } from './invariant.js';

/**
 * Whoever was told "connected" is told of the end, once, and as soon as it is there; and so is whose connect did not come about.
 *
 * An end is that the core has the connection in CLOSED or TIME-WAIT, however that came about. While an app holds a handle, it stands for
 * its connection; when it has let go, for nothing (EBADF), and nothing is told of it any more. An app that lets go itself, or whose host
 * loses its power, need not be told.
 */
export class Told implements Invariant {
  readonly name = 'told';

  connected(talk: Talk): void {
    if (talk.ended !== undefined) throw this.violation(talk, 'was told CONNECTED after its end');
  }

  ended(talk: Talk, kind: 'CLOSED' | 'FAILED'): void {
    if (talk.ended !== undefined) throw this.violation(talk, `was told ${kind} after ${talk.ended}`);
    if (kind === 'CLOSED' && !talk.isConnected) throw this.violation(talk, 'was told CLOSED and never CONNECTED');
    if (!talk.isHeld) return;
    const failure = talk.host.core.failure(talk.handle);
    if ((failure !== undefined) !== (kind === 'FAILED')) {
      throw this.violation(talk, `was told ${kind}, with the failure ${failure ?? 'none'}`);
    }
  }

  released(talk: Talk): void {
    const state = talk.host.core.exports.state(talk.handle);
    if (state !== Errno.EBADF) throw this.violation(talk, `has a handle that was let go, and is in state ${state}`);
  }

  settled(host: SimulatedHost): void {
    for (const talk of host.apps.talks.values()) {
      const entry = host.picture.connections.find(({ slot }) => slot === talk.slot);
      if (entry === undefined || (entry.flags & Flag.HELD) === 0 || entry.localPort !== talk.localPort) {
        throw this.violation(talk, 'is held, and the core has forgotten it');
      }
      const isOver = entry.state === State.CLOSED || entry.state === State.TIME_WAIT;
      if (isOver && talk.ended === undefined) throw this.violation(talk, 'has ended, and its app was not told');
      if (!isOver && talk.ended !== undefined) throw this.violation(talk, `was told ${talk.ended}, and has not ended`);
      const isOpen = entry.state >= State.ESTABLISHED && !isOver;
      if (isOpen && !talk.isConnected) throw this.violation(talk, 'is connected, and its app was not told');
    }
  }

  private violation(talk: Talk, what: string): Violation {
    return new Violation(this.name, `${String(talk)} ${what}`, talk.host.name);
  }
}
