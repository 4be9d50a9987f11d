import { Connection } from '../../pool/connection';
import { Flag } from '../../pool/owned';
import { TX_RING } from '../../profile';
import { count, Statistics } from '../../statistics';
import { RTO_AFTER_LOST_SYN_MS } from './rtt';
import { isSequenceBefore } from '../sequence';

/** How much may be under way: RFC 5681, with RFC 6582's recovery, RFC 3042, RFC 5827, and bytes counted, RFC 3465. */

/** The initial window, in segments. RFC 6928. */
const INITIAL_SEGMENTS: u32 = 10;
/** So many duplicate ACKs say that a segment was lost and not only late. RFC 5681 §3.2. */
const LOSS_THRESHOLD: u32 = 3;
const NO_THRESHOLD: u32 = 0x7fffffff;

/** A handshake is complete. If its SYN was lost, one segment is sent to begin with, and
 * given time. RFC 5681 §3.1; RFC 6298 §5.7. */
export function beginCongestion(connection: Connection, hasLostSyn: bool): void {
  const mss = <u32>connection.maximumSegmentSize;
  connection.congestionWindow = min(INITIAL_SEGMENTS * mss, TX_RING);
  if (hasLostSyn) {
    connection.congestionWindow = mss;
    connection.retransmissionTimeout = <u16>RTO_AFTER_LOST_SYN_MS;
  }
  connection.slowStartThreshold = NO_THRESHOLD;
}

/** SND.NXT - SND.UNA */
@inline
function flightSize(connection: Connection): u32 {
  return connection.sendMaximum - connection.sendUnacknowledged;
}

/** How many bytes from SND.UNA on may be under way: window, and congestion. */
export function sendable(connection: Connection): u32 {
  let window = connection.congestionWindow;
  // Limited transmit: the first two duplicates each let one more out. RFC 3042.
  if (!connection.has(Flag.RECOVERING)) {
    window += min<u32>(connection.duplicateAcks, 2) * <u32>connection.maximumSegmentSize;
  }
  return min(window, connection.sendWindow);
}

/** A loss: half of what was under way, but two segments. RFC 5681 §3.1 (4). */
function halve(connection: Connection): u32 {
  const mss = <u32>connection.maximumSegmentSize;
  // What limited transmit has let out beyond the window does not count: RFC 5681 §3.2, 2.
  const flight = min(flightSize(connection), connection.congestionWindow);
  const threshold = max(flight >> 1, mss << 1);
  connection.slowStartThreshold = threshold;
  connection.recover = connection.sendMaximum;
  return threshold;
}

/** So many bytes, up to SND.UNA, were acknowledged for the first time. */
export function congestionEases(connection: Connection, bytes: u32): void {
  const mss = <u32>connection.maximumSegmentSize;
  let window = connection.congestionWindow;
  connection.duplicateAcks = 0;
  if (!connection.has(Flag.RECOVERING)) {
    // By the bytes acknowledged, not by ACKs: dividing them gains a peer nothing. RFC 3465; RFC 5681 §3.1 (2).
    window += window < connection.slowStartThreshold ? min(bytes, mss) : (mss * bytes) / window;
  } else if (isSequenceBefore(connection.sendUnacknowledged, connection.recover)) {
    // A partial acknowledgment: the next hole begins here. RFC 6582 §3.2, 3.
    connection.set(Flag.RESEND);
    window = max(window, bytes) - bytes + (bytes < mss ? 0 : mss);
  } else {
    connection.clear(Flag.RECOVERING);
    window = min(connection.slowStartThreshold, max(flightSize(connection), mss) + mss);
  }
  connection.congestionWindow = min(max(window, mss), TX_RING);
}

/**
 * A duplicate ACK: something has arrived, but not what was due. The third says that it is lost; where two or three
 * segments are under way, and no more can be, one or two do. RFC 5681 §3.2; RFC 5827 §3.1.
 */
export function duplicateAckArrives(connection: Connection, isSacked: bool): void {
  const mss = <u32>connection.maximumSegmentSize;
  if (connection.has(Flag.RECOVERING)) {
    connection.congestionWindow += mss;
    return;
  }
  const duplicates = min<u32>(<u32>connection.duplicateAcks + 1, LOSS_THRESHOLD);
  const flight = flightSize(connection);
  // No whole segment more can be sent, for which a duplicate could come.
  const isAllSent = min(connection.sendQueued, connection.sendWindow) < flight + mss;
  const threshold = isAllSent ? min<u32>((flight - 1) / mss - 1, LOSS_THRESHOLD - 1) + 1 : LOSS_THRESHOLD;
  connection.duplicateAcks = <u8>duplicates;
  // What a timeout had sent again needlessly gives duplicates, too: RFC 6582 §3.2, 2. Those tell of nothing beyond.
  const guard = connection.recover + (isSacked ? 0 : 1);
  if (duplicates < threshold || isSequenceBefore(connection.sendUnacknowledged, guard)) return;
  connection.congestionWindow = halve(connection) + duplicates * mss;
  connection.set(Flag.RECOVERING | Flag.RESEND);
  count(offsetof<Statistics>('fastRetransmits'));
}

/** Nothing was acknowledged in time: all that is under way is taken for lost, once. RFC 5681 §3.1; RFC 6582 §3.2, 4. */
export function timeoutSaysLost(connection: Connection, isFirst: bool): void {
  const threshold = connection.slowStartThreshold;
  halve(connection);
  if (!isFirst) connection.slowStartThreshold = threshold;
  connection.congestionWindow = connection.maximumSegmentSize;
  connection.duplicateAcks = 0;
  connection.clear(Flag.RECOVERING | Flag.RESEND);
  count(offsetof<Statistics>('timeouts'));
}
