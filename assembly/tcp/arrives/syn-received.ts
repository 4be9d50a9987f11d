import { RECEIVE_WINDOW } from '../../pool/connection';
import { HalfOpen, listenerOf, unwait, waitForRoom, Waits } from '../../pool/half-open';
import { Listener } from '../../pool/listener';
import { EventKind, tell } from '../../pool/lists/events';
import { Flag } from '../../pool/owned';
import { APPS } from '../../profile';
import { count, Drop, Statistics } from '../../statistics';
import { ACK, RST, SYN } from '../../wire/tcp';
import { admitHalfOpen, forget, hasRoom } from '../handshake/admit';
import { answerAck, answerReset, answerSynAck } from '../answer';
import { segment } from '../segment';
import { isInWindow } from '../sequence';
import { arrivesClosed } from './closed';
import { arrivesListen } from './listen';
import { arrivesSynchronized } from './synchronized';

/** A segment for a handshake that a peer has begun: SYN-RECEIVED after a passive open. RFC 9293 §3.10.7.4. */
export function arrivesSynReceived(half: HalfOpen, now: u32): Drop {
  const arrived = segment();
  const flags = arrived.flags;
  const sequence = arrived.sequence;
  const sendNext = half.initialSendSequence + 1;
  const receiveNext = half.initialReceiveSequence + 1;

  // Nobody listens any more: the peer learns it as anybody would.
  const listener = listenerOf(half);
  if (listener === null) {
    forget(half);
    return arrivesClosed();
  }
  // The same SYN again: our SYN-ACK was lost, or is late.
  if ((flags & (SYN | ACK | RST)) == SYN && sequence == half.initialReceiveSequence) {
    count(offsetof<Statistics>('segmentsRetransmitted'));
    answerSynAck(half.initialSendSequence, half.allows);
    return Drop.NONE;
  }
  // First: the sequence number. There is no data before the handshake, so the window is the whole ring.
  if (!isInWindow(sequence, receiveNext, RECEIVE_WINDOW)) {
    if (flags & RST) return Drop.RESET_BLIND;
    // What takes up no sequence number wants no answer: two ends that answer each other's answers would never stop. RFC 5961 §7.
    if (arrived.length == 0) return Drop.OUT_OF_WINDOW;
    return answerAck(sendNext, receiveNext, Drop.OUT_OF_WINDOW);
  }
  // Second: RST, exact or challenged. RFC 5961 §3.2.
  if (flags & RST) {
    if (sequence != receiveNext) return answerAck(sendNext, receiveNext, Drop.RESET_BLIND);
    forget(half);
    count(offsetof<Statistics>('halfOpenResets'));
    return Drop.NONE;
  }
  // Fourth: another SYN. Back to LISTEN, where it begins a handshake of its own.
  if (flags & SYN) {
    forget(half);
    return arrivesListen(listener, now);
  }
  // Fifth: the ACK, which completes the handshake if it is of our SYN.
  if ((flags & ACK) == 0) return Drop.NO_ACK;
  if (arrived.acknowledgment != sendNext) {
    answerReset();
    return Drop.ACK_UNACCEPTABLE;
  }
  return completes(half, listener, now);
}

/** The third packet: both sides know that the other lives now and knows both sequence numbers. */
function completes(half: HalfOpen, listener: Listener, now: u32): Drop {
  const arrived = segment();
  if (!hasRoom(listener)) {
    // Never a reset: it stays, costs no timer, and completes as soon as there is room.
    if (half.waits != Waits.FOR_ROOM) {
      unwait(half);
      waitForRoom(half, listener);
    }
    // An app that is linked in may end a connection for it.
    if (APPS != 0 && listener.has(Flag.LINKED)) tell(listener, EventKind.ACCEPTABLE);
    return Drop.NO_ROOM;
  }
  const connection = admitHalfOpen(half);
  if (connection === null) return Drop.NO_ROOM;
  arrived.proven = true;
  // It may carry data or a FIN as well.
  return arrivesSynchronized(connection, now);
}
