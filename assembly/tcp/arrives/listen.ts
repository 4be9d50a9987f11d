import { referenceOf } from '../../pool/entry';
import { HalfOpen, takeHalfOpen, waitForRoom, waitHalfOpen, Waits } from '../../pool/half-open';
import { Listener } from '../../pool/listener';
import { insert } from '../../pool/lists/tuple-index';
import { count, Drop, Statistics } from '../../statistics';
import { ACK, FIN, RST, SYN } from '../../wire/tcp';
import { admit, hasRoom } from '../handshake/admit';
import { allowed } from '../handshake/allowed';
import { answerReset, answerSynAck } from '../answer';
import { checkCookie, makeCookie } from '../handshake/cookie';
import { initialSequence } from '../handshake/isn';
import { peerMss } from '../handshake/mss';
import { segment } from '../segment';
import { SYN_ACK_TIMEOUT_MS } from '../timeouts/half-open';
import { arrivesSynchronized } from './synchronized';

/** A segment for a port that is listened on, without a connection of its own. RFC 9293 §3.10.7.2. */
export function arrivesListen(listener: Listener, now: u32): Drop {
  const flags = segment().flags;
  // First: a RST could not be for anything that we sent.
  if (flags & RST) return Drop.RESET_UNKNOWN;
  // Second: an ACK is bad, unless it gives a cookie of ours back.
  if (flags & ACK) return arrivesWithAck(listener, now);
  // Third: SYN. Fourth: neither.
  if ((flags & SYN) == 0) return Drop.NO_ACK;
  if (flags & FIN) return Drop.SYN_FIN;
  beginHandshake(listener, initialSequence(segment().key, now), now);
  return Drop.NONE;
}

/** The third packet of a handshake that only its cookie remembers, or a stray ACK. */
function arrivesWithAck(listener: Listener, now: u32): Drop {
  const arrived = segment();
  const mss = arrived.has(SYN) ? 0 : checkCookie(now);
  if (mss == 0) return answerReset();
  const iss = arrived.acknowledgment - 1;
  const irs = arrived.sequence - 1;
  if (!hasRoom(listener)) {
    // Unanswered. It has proven enough for a half-open entry; if none is left, the cookie is good when it sends again.
    const half = remember(listener, iss, irs, mss, 0);
    if (half === null) return Drop.NO_ROOM;
    count(offsetof<Statistics>('cookiesAccepted'));
    waitForRoom(half, listener);
    return Drop.NO_ROOM;
  }
  const connection = admit(listener, arrived.key, iss, irs, mss, false);
  if (connection === null) return Drop.NO_ROOM;
  count(offsetof<Statistics>('cookiesAccepted'));
  arrived.proven = true;
  return arrivesSynchronized(connection, now);
}

/**
 * Answers the SYN being processed with ours. What the peer has proven so far is nothing, so this costs a half-open
 * entry, or nothing when those are used up: the third packet decides.
 */
export function beginHandshake(listener: Listener, iss: u32, now: u32): void {
  const arrived = segment();
  const allows = allowed();
  const half = remember(listener, iss, arrived.sequence, peerMss(), allows);
  if (half === null) {
    // A cookie has no room to remember more than the MSS.
    answerSynAck(makeCookie(now), 0);
    return;
  }
  half.due = now + SYN_ACK_TIMEOUT_MS;
  waitHalfOpen(half, Waits.SYN_ACK_0);
  count(offsetof<Statistics>('passiveOpens'));
  answerSynAck(iss, allows);
}

/** A half-open entry for the segment being processed, on no list yet; null: none is left. */
function remember(listener: Listener, iss: u32, irs: u32, mss: u32, allows: u32): HalfOpen | null {
  const half = takeHalfOpen();
  if (half === null) return null;
  half.listener = referenceOf(listener.address);
  half.initialReceiveSequence = irs;
  half.initialSendSequence = iss;
  half.setOptions(mss, allows);
  half.retransmissions = 0;
  insert(half.address, segment().key);
  return half;
}
