import { firstReady } from '../pool/output';
import { firstWaiting, Waits } from '../pool/half-open';
import { Asking, firstAsking } from '../pool/neighbour';
import { isEventPending } from '../pool/events';
import { heads } from '../pool/heads';
import { outbox } from '../wire/outbox';
import { hasDeadlineChanged } from './deadline';

/** What the host has to do. */
export const enum Pending {
  FRAME = 1,
  EVENT = 2,
  DEADLINE = 4,
}

function isFramePending(): bool {
  return (
    outbox().answerLength != 0 ||
    firstReady() !== null ||
    firstWaiting(Waits.TO_RESEND) !== null ||
    firstAsking(Asking.DUE) !== null ||
    heads().announcementDue
  );
}

/** The bits of what is pending, so that the host makes only the calls that are needed. */
export function pending(now: u32): i32 {
  let bits = 0;
  if (isFramePending()) bits |= Pending.FRAME;
  if (isEventPending()) bits |= Pending.EVENT;
  if (hasDeadlineChanged(now)) bits |= Pending.DEADLINE;
  return bits;
}
