import { firstReady } from '../pool/lists/output';
import { firstWaiting, Waits } from '../pool/half-open';
import { Asking, firstAsking } from '../pool/neighbour';
import { isEventPending, isLinkedEventPending } from '../pool/lists/events';
import { heads } from '../pool/lists/heads';
import { outbox } from '../wire/outbox';

/** What the host has to do. */
export const enum Pending {
  FRAME = 1,
  EVENT = 2,
  DEADLINE = 4,
}

/** Not 0 when there is a frame to send; summed up without a branch, since every frame that arrives asks. */
function framesPending(): usize {
  const waiting = changetype<usize>(firstReady()) | changetype<usize>(firstWaiting(Waits.TO_RESEND));
  return waiting | changetype<usize>(firstAsking(Asking.DUE)) | outbox().answerLength | heads().announcementDue;
}

/** The bits of what is pending, so that the host makes only the calls that are needed. */
export function pending(): i32 {
  let bits = 0;
  if (framesPending() != 0 || isLinkedEventPending()) bits |= Pending.FRAME;
  if (isEventPending()) bits |= Pending.EVENT;
  if (heads().touched) bits |= Pending.DEADLINE;
  return bits;
}
