import { RX_RING, TX_RING } from '../../profile';
import { options } from '../segment';

/** Most bytes of data in an Ethernet frame. RFC 9293 §3.7.1. */
const LINK_MSS: u32 = 1460;
/** What a peer takes that does not say. RFC 9293 §3.7.1, MUST-15. */
export const DEFAULT_MSS: u32 = 536;
/** A peer that asks for less would have us send mostly headers: CVE-2019-11479. */
export const SMALLEST_MSS: u32 = 88;

/**
 * The MSS that we announce: at most half of the ring, so that two segments always fit and a peer that acknowledges
 * every second one never waits for a timer.
 */
export const ANNOUNCED_MSS: u32 = RX_RING / 2 < LINK_MSS ? RX_RING / 2 : LINK_MSS;
const LARGEST_SENT: u32 = TX_RING / 2 < LINK_MSS ? TX_RING / 2 : LINK_MSS;

/** The MSS to send with, from the SYN that has arrived. */
export function peerMss(): u32 {
  const option = <u32>options().maximumSegmentSize;
  const asked = option == 0 ? DEFAULT_MSS : option;
  return min(max(asked, SMALLEST_MSS), LARGEST_SENT);
}
