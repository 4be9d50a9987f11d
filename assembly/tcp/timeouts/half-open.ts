import { isBefore } from '../../pool/lists/deadlines';
import {
  firstWaiting,
  HalfOpen,
  listenerOf,
  SYN_ACK_LISTS_END,
  unwait,
  waitHalfOpen,
  Waits,
} from '../../pool/half-open';
import { SYN_ACK_DELAYS } from '../../pool/lists/heads';
import { count, Statistics } from '../../statistics';
import { forget } from '../handshake/admit';

/** How long a SYN-ACK waits for its answer; doubled with every retransmission. RFC 6298 §2.1, §5.5. */
export const SYN_ACK_TIMEOUT_MS: u32 = 1000;

/** How often a SYN-ACK is sent again: after 1, 3, 7 and 15 s; the entry is given up after 31 s. */
const SYN_ACK_RETRANSMISSIONS: u32 = SYN_ACK_DELAYS - 1;

/** RETRANSMISSION TIMEOUT of SYN-ACKs. RFC 9293 §3.10.8. Each list holds equal delays, so the first is due first. */
export function halfOpenExpires(now: u32): void {
  for (let list: u32 = Waits.SYN_ACK_0; list < SYN_ACK_LISTS_END; list += 1) {
    let half = firstWaiting(list);
    // Every round takes one off the list.
    while (half !== null && !isBefore(now, half.due)) {
      synAckExpires(half);
      half = firstWaiting(list);
    }
  }
}

/** The SYN-ACK was not answered in time: it is to be sent again, or nobody is there. Nobody is told: nobody asked. */
function synAckExpires(half: HalfOpen): void {
  if (half.retransmissions == SYN_ACK_RETRANSMISSIONS || listenerOf(half) === null) {
    count(offsetof<Statistics>('halfOpenTimeouts'));
    forget(half);
    return;
  }
  unwait(half);
  half.retransmissions += 1;
  waitHalfOpen(half, Waits.TO_RESEND);
}

/**
 * The SYN-ACK was sent again: it waits twice as long as before, counted from when it was due. Where it could not be,
 * its neighbour is being asked for, and a second will do.
 */
export function synAckSentAgain(half: HalfOpen, isSent: bool): void {
  const doublings = isSent ? <u32>half.retransmissions : 0;
  unwait(half);
  half.due += SYN_ACK_TIMEOUT_MS << doublings;
  waitHalfOpen(half, Waits.SYN_ACK_0 + doublings);
}
