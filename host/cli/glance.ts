/** What is asked of each frame that goes by, and so not found out by decoding it. */

const ETHERNET_BYTES = 14;
const ETHERTYPE_IPV4 = 0x0800;
const PROTOCOL_TCP = 6;
const FIN_SYN_RST = 0x07;

/** How many bytes of data a frame carries over TCP. */
export function dataBytes(frame: Uint8Array): number {
  if (!isTcp(frame)) return 0;
  const tcp = tcpAt(frame);
  const tcpHeader = (byte(frame, tcp + 12) >> 4) * 4;
  return Math.max(0, ETHERNET_BYTES + u16(frame, 16) - tcp - tcpHeader);
}

/** Does a connection begin or end with it? */
export function isTurn(frame: Uint8Array): boolean {
  return isTcp(frame) && (byte(frame, tcpAt(frame) + 13) & FIN_SYN_RST) !== 0;
}

function isTcp(frame: Uint8Array): boolean {
  return u16(frame, 12) === ETHERTYPE_IPV4 && byte(frame, 23) === PROTOCOL_TCP;
}

function tcpAt(frame: Uint8Array): number {
  return ETHERNET_BYTES + (byte(frame, ETHERNET_BYTES) & 15) * 4;
}

function u16(frame: Uint8Array, at: number): number {
  return (byte(frame, at) << 8) | byte(frame, at + 1);
}

function byte(frame: Uint8Array, at: number): number {
  return frame[at] ?? 0;
}
