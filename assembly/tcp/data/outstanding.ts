import { Connection, isStateOf, State } from '../../pool/connection';

/** The states in which our FIN is to be sent or to be acknowledged. */
const WITH_FIN: u32 = (1 << State.FIN_WAIT_1) | (1 << State.CLOSING) | (1 << State.LAST_ACK);

/** Has the app said that it sends no more, and the peer not yet acknowledged that? */
@inline
export function hasFin(state: u32): bool {
  return isStateOf(state, WITH_FIN);
}

/** Is there something that the peer has not acknowledged, sent or not? Then the timer runs, and only then. */
export function isOutstanding(connection: Connection): bool {
  return connection.sendQueued != 0 || hasFin(connection.state);
}
