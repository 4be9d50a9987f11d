import { Connection } from '../../pool/connection';
import { IS_SCALED, RX_RING } from '../../profile';
import { options } from '../segment';

/**
 * What both ends allow, as their SYNs say: a number of five bits. Bit 0: selective acknowledgments (RFC 2018 §2). Above
 * it: one more than the shift of the peer's windows; 0: they are not scaled, and neither are ours (RFC 7323 §2.2).
 */
export const ALLOWS_SACK: u32 = 1;
const SCALE_SHIFT: u32 = 1;

/** All that we allow: what our first SYN says. */
export const ALLOWS_ALL: u32 = IS_SCALED ? ALLOWS_SACK | (1 << SCALE_SHIFT) : ALLOWS_SACK;

/** The shift of our own windows. */
export const RECEIVE_SCALE: u32 = RX_RING < 65536 ? 0 : 32 - clz<u32>(RX_RING >> 16);

/** What the SYN being processed allows. */
export function allowed(): u32 {
  const said = options();
  // 0 or 1: ALLOWS_SACK.
  const sack = <u32>said.sackPermitted;
  return IS_SCALED ? sack | (said.windowScale << SCALE_SHIFT) : sack;
}

@inline
function isScaled(connection: Connection): bool {
  return IS_SCALED && connection.allows > ALLOWS_SACK;
}

/** A window that the peer has told, in bytes. */
export function sendWindowOf(connection: Connection, told: u32): u32 {
  return isScaled(connection) ? told << ((connection.allows >> SCALE_SHIFT) - 1) : told;
}

/** How a window of ours is told. */
export function toldWindow(connection: Connection, window: u32): u32 {
  return isScaled(connection) ? window >> RECEIVE_SCALE : window;
}

/** The most that our window can be. */
export function largestWindow(connection: Connection): u32 {
  return RX_RING < 65536 || isScaled(connection) ? RX_RING : 65535;
}
