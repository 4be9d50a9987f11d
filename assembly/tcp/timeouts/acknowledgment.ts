import { firstDelayed, makeReady } from '../../pool/lists/output';
import { Connection } from '../../pool/connection';

/** How long an acknowledgment may wait. At most 500 ms by RFC 9293 §3.8.6.3 (MUST-40); peers' timers want less. */
const DELAY_MS: u32 = 40;

/** Ms until a delayed acknowledgment is due; 0 or less: it is. */
export function acknowledgmentLeft(connection: Connection, now: u32): i32 {
  return <i32>(DELAY_MS - ((now - connection.delayedAt) & 0xffff));
}

/** Acknowledgments that have waited long enough. All wait equally long, so the first is due first. */
export function acknowledgmentExpires(now: u32): void {
  let connection = firstDelayed();
  // Every round takes one off the list.
  while (connection !== null && acknowledgmentLeft(connection, now) <= 0) {
    makeReady(connection);
    connection = firstDelayed();
  }
}
