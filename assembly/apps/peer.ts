import { State } from '../pool/connection';
import { close } from '../tcp/calls/close';
import { state } from '../tcp/calls/status';

/** Closes a connection on which all is done, when its peer has closed it. */
export function closeWithPeer(handle: i32, now: u32): void {
  if (state(handle) == State.CLOSE_WAIT) close(handle, now);
}
