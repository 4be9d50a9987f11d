/**
 * How many of everything: the only file that a profile changes.
 *
 * A target in asconfig.json (or `firmshake size --connections 6 …`) sets a number with `--use PROFILE_NAME=n`;
 * what it does not set is the `lan` profile's. Everything else in the core is derived from these.
 */

/** Connections that are open at once, each with its two rings. */
// @ts-ignore: set by the compiler's --use
export const CONNECTIONS: u32 = isDefined(PROFILE_CONNECTIONS) ? PROFILE_CONNECTIONS : 6;

/** Bytes of a connection's receive ring. A multiple of 8. */
// @ts-ignore: set by the compiler's --use
export const RX_RING: u32 = isDefined(PROFILE_RX_RING) ? PROFILE_RX_RING : 4096;

/** Bytes of a connection's send ring. A multiple of 8. */
// @ts-ignore: set by the compiler's --use
export const TX_RING: u32 = isDefined(PROFILE_TX_RING) ? PROFILE_TX_RING : 4096;

/** Windows are scaled (RFC 7323 §2) where a ring is larger than a window can be told without. */
export const IS_SCALED: bool = RX_RING > 65536 || TX_RING > 65536;

/** Handshakes that peers have begun and not yet completed. Beyond these: SYN cookies. */
// @ts-ignore: set by the compiler's --use
export const HALF_OPEN: u32 = isDefined(PROFILE_HALF_OPEN) ? PROFILE_HALF_OPEN : 16;

/** Finished connections whose 4-tuple is still guarded against old duplicates. */
// @ts-ignore: set by the compiler's --use
export const TIME_WAIT: u32 = isDefined(PROFILE_TIME_WAIT) ? PROFILE_TIME_WAIT : 64;

/** Ports that can be listened on at once. */
// @ts-ignore: set by the compiler's --use
export const LISTENERS: u32 = isDefined(PROFILE_LISTENERS) ? PROFILE_LISTENERS : 4;

/** Hosts on the link whose MAC is known. At least CONNECTIONS, so that an active one is never evicted. */
// @ts-ignore: set by the compiler's --use
export const NEIGHBOURS: u32 = isDefined(PROFILE_NEIGHBOURS) ? PROFILE_NEIGHBOURS : 16;

/** Twice the maximum segment lifetime, in ms: how long TIME-WAIT lasts. RFC 9293 §3.4.2 leaves the MSL to us. */
// @ts-ignore: set by the compiler's --use
export const TIME_WAIT_MS: u32 = isDefined(PROFILE_TIME_WAIT_MS) ? PROFILE_TIME_WAIT_MS : 60000;

/**
 * Which of the small servers in apps/ are linked in: the sum of 1 echo (port 7), 2 discard (port 9), 4 status page
 * (port 80).
 */
// @ts-ignore: set by the compiler's --use
export const APPS: u32 = isDefined(PROFILE_APPS) ? PROFILE_APPS : 0;

/** The shortest retransmission timeout, in ms: above the 200 ms that a peer may delay an acknowledgment. RFC 6298 §2.4. */
// @ts-ignore: set by the compiler's --use
export const RTO_MIN_MS: u32 = isDefined(PROFILE_RTO_MIN_MS) ? PROFILE_RTO_MIN_MS : 250;

/** How many routers an IP packet of ours may pass. RFC 9293 §3.9.2 (MUST-49); RFC 1122 §3.2.1.7. */
// @ts-ignore: set by the compiler's --use
export const TTL: u32 = isDefined(PROFILE_TTL) ? PROFILE_TTL : 64;

/**
 * Debug builds: so many bytes that nobody may write lie between what is in memory. A multiple of 16, and longer than any
 * entry of a pool, so that a field of one too many lands in them.
 */
// @ts-ignore: set by the compiler's --use
export const GUARD_BYTES: u32 = isDefined(PROFILE_GUARD_BYTES) ? PROFILE_GUARD_BYTES : 0;
