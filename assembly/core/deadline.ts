import { askAgainAt, neighboursExpire } from '../lan/neighbours';
import { earliestDeadline } from '../pool/lists/deadlines';
import { firstWaiting, SYN_ACK_LISTS_END, Waits } from '../pool/half-open';
import { heads } from '../pool/lists/heads';
import { Asking, firstAsking } from '../pool/neighbour';
import { firstDelayed } from '../pool/lists/output';
import { oldestTimeWait, timeWaitLeft } from '../pool/time-wait';
import { acknowledgmentExpires, acknowledgmentLeft } from '../tcp/timeouts/acknowledgment';
import { connectionExpires } from '../tcp/timeouts/connection';
import { halfOpenExpires } from '../tcp/timeouts/half-open';
import { timeWaitExpires } from '../tcp/timeouts/time-wait';

/** Further away than any deadline. */
const NEVER: i32 = 0x7fffffff;

/** Ms until the core needs to run; NEVER: nothing is due; 0 or less: it is overdue. */
function left(now: u32): i32 {
  let least = NEVER;
  const connection = earliestDeadline();
  if (connection !== null) least = min(least, <i32>(connection.due - now));
  for (let list: u32 = Waits.SYN_ACK_0; list < SYN_ACK_LISTS_END; list += 1) {
    const half = firstWaiting(list);
    if (half !== null) least = min(least, <i32>(half.due - now));
  }
  const delayed = firstDelayed();
  if (delayed !== null) least = min(least, acknowledgmentLeft(delayed, now));
  const guard = oldestTimeWait();
  if (guard !== null) least = min(least, timeWaitLeft(guard, now));
  const neighbour = firstAsking(Asking.ASKED);
  if (neighbour !== null) least = min(least, <i32>(askAgainAt(neighbour) - now));
  return least;
}

/** Ms from `now` until `expire` is to be called, 0 for at once; -1: not at all. */
export function nextDeadline(now: u32): i32 {
  const least = left(now);
  heads().touched = false;
  return least == NEVER ? -1 : max(least, 0);
}

/** The timer has fired: everything that is due is done. Called early it does nothing. */
export function expireAll(now: u32): void {
  connectionExpires(now);
  acknowledgmentExpires(now);
  halfOpenExpires(now);
  timeWaitExpires(now);
  neighboursExpire(now);
}
