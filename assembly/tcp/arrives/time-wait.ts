import { listenerKey, localPortOf } from '../../pool/entry';
import { Listener } from '../../pool/listener';
import { TimeWait } from '../../pool/time-wait';
import { find } from '../../pool/lists/tuple-index';
import { count, Drop, Statistics } from '../../statistics';
import { ACK, FIN, RST, SYN } from '../../wire/tcp';
import { answerAck } from '../answer';
import { initialSequence } from '../handshake/isn';
import { segment } from '../segment';
import { isSequenceBefore } from '../sequence';
import { endTimeWait, restartTimeWait } from '../time-wait';
import { beginHandshake } from './listen';

/** How far above the last incarnation a new initial sequence number is at least, as 4.4BSD has it. */
const ABOVE_LAST: u32 = 64000;

/** A segment for a 4-tuple in TIME-WAIT. RFC 9293 §3.10.7.4; RFC 6191; RFC 1337. */
export function arrivesTimeWait(entry: TimeWait, now: u32): Drop {
  const arrived = segment();
  const flags = arrived.flags;
  // RFC 1337: a RST, which may be old, does not end the guard.
  if (flags & RST) return Drop.RESET_TIME_WAIT;
  if (flags & SYN) return arrivesSyn(entry, now);
  if ((flags & ACK) == 0) return Drop.NO_ACK;
  // The last ACK once more needs no answer, and neither does any other that takes up no number: see arrivesSynReceived.
  if (arrived.length == 0) return Drop.NONE;
  // The peer's FIN again: our ACK of it was lost, and 2 MSL begin anew.
  if (flags & FIN && arrived.sequence + arrived.length == entry.receiveNext) restartTimeWait(entry, now);
  return answerAck(entry.sendNext, entry.receiveNext, Drop.OUT_OF_WINDOW);
}

/** A new connection of the same pair is taken at once when it cannot be an old duplicate. RFC 9293 §3.6.1, MAY-2. */
function arrivesSyn(entry: TimeWait, now: u32): Drop {
  const arrived = segment();
  const sendNext = entry.sendNext;
  const receiveNext = entry.receiveNext;
  const listener = find(listenerKey(localPortOf(arrived.key)));
  const isNew = isSequenceBefore(receiveNext, arrived.sequence);
  if (listener == 0 || !isNew || arrived.flags & (ACK | FIN)) {
    return answerAck(sendNext, receiveNext, Drop.SYN_IN_WINDOW);
  }
  // Our own number is above the last as well, so the peer can tell the incarnations apart.
  const iss = initialSequence(arrived.key, now);
  endTimeWait(entry);
  count(offsetof<Statistics>('timeWaitReused'));
  beginHandshake(Listener.at(listener), isSequenceBefore(sendNext, iss) ? iss : sendNext + ABOVE_LAST, now);
  return Drop.NONE;
}
