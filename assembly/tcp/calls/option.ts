import { Errno } from '../../errno';
import { isStateWithin, State, USER_TIMEOUT_BITS } from '../../pool/connection';
import { heldConnection } from '../../pool/lists/handles';
import { Flag } from '../../pool/owned';
import { stopTimer } from '../timeouts/connection';

/** What `set_option` sets. */
export const enum Option {
  /** Not 0: small segments are sent at once. RFC 9293 §3.7.4. */
  NO_DELAY = 1,
  /** s of silence, 1 to 65535, until the peer is asked whether it lives; 0: it is not. RFC 9293 §3.8.4. */
  KEEP_ALIVE = 2,
  /** ms for which what was sent may remain unacknowledged, 64 to 4,194,240. RFC 5482 §3. At first 120,000. */
  USER_TIMEOUT = 3,
}

/** Sets an option of a connection. A user timeout counts from the next acknowledgment or transmission on. */
export function setOption(handle: i32, option: i32, value: u32, now: u32): i32 {
  const connection = heldConnection(handle);
  if (connection === null) return Errno.EBADF;
  if (option == Option.NO_DELAY) {
    connection.flags = (connection.flags & ~Flag.NO_DELAY) | (value != 0 ? Flag.NO_DELAY : 0);
  } else if (option == Option.KEEP_ALIVE && value <= 65535) {
    connection.keepAliveSeconds = <u16>value;
    const state = <i32>connection.state;
    const isOpen = isStateWithin(state, State.ESTABLISHED, State.CLOSE_WAIT);
    if (isOpen && !connection.has(Flag.OUTSTANDING)) stopTimer(connection, now);
  } else if (option == Option.USER_TIMEOUT && value - 1 < 65535 << USER_TIMEOUT_BITS) {
    // Rounded up.
    connection.userTimeoutUnits = <u16>((value + (1 << USER_TIMEOUT_BITS) - 1) >> USER_TIMEOUT_BITS);
  } else {
    return Errno.EINVAL;
  }
  return 0;
}
