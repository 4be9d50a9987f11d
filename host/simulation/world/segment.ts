/** The few fields that a run looks at in each frame, read where they lie: decoding a frame whole costs more than all the rest. */
export interface Segment {
  source: number;
  destination: number;
  sourcePort: number;
  destinationPort: number;
  sequence: number;
  acknowledgment: number;
  flags: number;
  /** Bytes of data. */
  length: number;
}

export const FIN = 1;
export const SYN = 2;
export const RST = 4;
export const ACK = 16;

export const ETHERNET_BYTES = 14;
const IPV4_BYTES = 20;
const TCP_BYTES = 20;

export function isArp(frame: Uint8Array): boolean {
  return frame[12] === 8 && frame[13] === 6;
}

export function isIpv4(frame: Uint8Array): boolean {
  return frame[12] === 8 && frame[13] === 0;
}

/** Undefined: no TCP segment whose IP header has no options. */
export function segmentOf(frame: Uint8Array): Segment | undefined {
  if (frame.length < ETHERNET_BYTES + IPV4_BYTES + TCP_BYTES || !isIpv4(frame)) return undefined;
  if (frame[14] !== 0x45 || frame[23] !== 6) return undefined;
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  const headerBytes = IPV4_BYTES + (view.getUint8(46) >>> 4) * 4;
  return {
    source: view.getUint32(26),
    destination: view.getUint32(30),
    sourcePort: view.getUint16(34),
    destinationPort: view.getUint16(36),
    sequence: view.getUint32(38),
    acknowledgment: view.getUint32(42),
    flags: view.getUint8(47),
    length: view.getUint16(16) - headerBytes,
  };
}

/** "SYN,ACK" */
export function flagText(flags: number): string {
  const names = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG'];
  return names.filter((_, bit) => (flags & (1 << bit)) !== 0).join(',');
}

/** a - b of sequence numbers, from -2^31 to 2^31 - 1. */
export function sequenceGap(a: number, b: number): number {
  return (a - b) | 0;
}
