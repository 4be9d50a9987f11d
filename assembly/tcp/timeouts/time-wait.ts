import { oldestTimeWait, timeWaitLeft } from '../../pool/time-wait';
import { endTimeWait } from '../time-wait';

/** TIME-WAIT TIMEOUT. RFC 9293 §3.10.8. All entries last equally long, so the oldest ends first. */
export function timeWaitExpires(now: u32): void {
  let entry = oldestTimeWait();
  // Every round takes one off the list.
  while (entry !== null && timeWaitLeft(entry, now) <= 0) {
    endTimeWait(entry);
    entry = oldestTimeWait();
  }
}
