import { Connection } from '../../pool/connection';
import { IS_SCALED, RX_RING } from '../../profile';
import { largestWindow, sendWindowOf, toldWindow } from '../handshake/allowed';
import { isSequenceBefore } from '../sequence';
import { ANNOUNCED_MSS } from '../handshake/mss';
import { segment } from '../segment';

/** The window never opens by less: silly window avoidance. RFC 9293 §3.8.6.2.2. At most half of the ring. */
const LEAST_OPENING: i32 = ANNOUNCED_MSS;
/** A window that has opened by so much is told even if there is nothing else to say. */
const TOLD_OPENING: i32 = ANNOUNCED_MSS < RX_RING / 4 ? 2 * ANNOUNCED_MSS : RX_RING / 2;

/** By how much the window could open. */
function opening(connection: Connection): i32 {
  const room = min(RX_RING - connection.receiveQueued, largestWindow(connection));
  return <i32>(connection.receiveNext + room - connection.receiveEdge);
}

/** The window to announce, as it is told: it opens with what the app has consumed. */
export function announcedWindow(connection: Connection): u32 {
  const more = opening(connection);
  if (more >= LEAST_OPENING) connection.receiveEdge += more;
  return toldWindow(connection, connection.receiveWindow);
}

/** Has the app consumed so much that the peer should know? */
export function isOpeningWorthTelling(connection: Connection): bool {
  return opening(connection) >= TOLD_OPENING;
}

/**
 * Takes the window of the segment being processed, whose ACK is not older than SND.UNA. RFC 9293 §3.10.7.4, fifth. An
 * older segment's window does not count; SND.WL2 is not kept, since it never is above SND.UNA.
 */
export function takeWindow(connection: Connection): void {
  const arrived = segment();
  const sequence = arrived.sequence;
  if (isSequenceBefore(sequence, connection.windowUpdateSequence)) return;
  const window = sendWindowOf(connection, arrived.window);
  connection.windowUpdateSequence = sequence;
  connection.sendWindow = window;
  connection.largestSendWindow = <u16>(
    max(<u32>connection.largestSendWindow, IS_SCALED ? min<u32>(window, 65535) : window)
  );
}
