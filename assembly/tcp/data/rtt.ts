import { Connection } from '../../pool/connection';
import { RTO_MIN_MS } from '../../profile';

/** The retransmission timeout. RFC 6298. */

/** Before anything was measured, and the most that it is doubled to. §2.1, §2.5. */
export const INITIAL_RTO_MS: u32 = 1000;
export const MAXIMUM_RTO_MS: u32 = 60000;
/** What data is sent with when the SYN had to be sent again. §5.7. */
export const RTO_AFTER_LOST_SYN_MS: u32 = 3000;

/** A round trip took so long. It was not one of a retransmitted segment (Karn): §2.2, §2.3, §3. */
export function measured(connection: Connection, roundTripMs: u32): void {
  let smoothed = <u32>connection.smoothedRoundTrip;
  let variation = <u32>connection.roundTripVariation;
  if ((smoothed | variation) == 0) {
    smoothed = roundTripMs << 3;
    variation = roundTripMs << 1;
  } else {
    // SRTT += (R - SRTT)/8 and RTTVAR += (|R - SRTT| - RTTVAR)/4, in the units that they are kept in.
    const difference = <i32>(roundTripMs - (smoothed >> 3));
    smoothed += difference;
    variation += abs<i32>(difference) - (variation >> 2);
  }
  connection.smoothedRoundTrip = <u16>min<u32>(smoothed, 65535);
  connection.roundTripVariation = <u16>min<u32>(variation, 65535);
  const timeout = (smoothed >> 3) + max<u32>(variation, 1);
  connection.retransmissionTimeout = <u16>min(max(timeout, RTO_MIN_MS), MAXIMUM_RTO_MS);
}
