/** The few packets that a test answers by hand, so that it says what the wire must carry and trusts no stack of ours. */

export const CORE_MAC = Uint8Array.of(2, 0x46, 0x53, 0, 0, 2);

export const ETHERTYPE = { ipv4: 0x0800, arp: 0x0806, ipv6: 0x86dd } as const;
export const PROTOCOL = { icmp: 1, tcp: 6 } as const;
export const FLAG = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16 } as const;

const ETHERNET = 14;
const IPV4 = 20;
const TCP = 20;

export function etherType(frame: Uint8Array): number {
  return read16(frame, 12);
}

/** The address asked for, when it is an ARP request. */
export function arpTarget(frame: Uint8Array): string | undefined {
  if (etherType(frame) !== ETHERTYPE.arp || read16(frame, 20) !== 1) return undefined;
  return frame.subarray(38, 42).join('.');
}

/** RFC 826: sender and target change places, and the answer is our MAC address. */
export function arpReply(request: Uint8Array): Uint8Array {
  const reply = request.slice();
  reply.set(request.subarray(6, 12), 0);
  reply.set(CORE_MAC, 6);
  write16(reply, 20, 2);
  reply.set(CORE_MAC, 22);
  reply.set(request.subarray(38, 42), 28);
  reply.set(request.subarray(22, 32), 32);
  return reply;
}

export function isEchoRequest(frame: Uint8Array): boolean {
  return etherType(frame) === ETHERTYPE.ipv4 && frame[23] === PROTOCOL.icmp && frame[34] === 8;
}

/** RFC 792: the same with type 0, and its checksum made anew. */
export function echoReply(request: Uint8Array): Uint8Array {
  const reply = turned(request);
  reply[34] = 0;
  write16(reply, 36, 0);
  write16(reply, 36, checksum(reply.subarray(34, ETHERNET + ipLength(reply))));
  return reply;
}

export interface Segment {
  sourcePort: number;
  destinationPort: number;
  sequence: number;
  acknowledgment: number;
  flags: number;
  window: number;
  payloadBytes: number;
  /** Of IP and TCP both: whether they are complete, as on a wire. */
  checksumsRight: boolean;
}

/** The TCP segment in a frame, or undefined. */
export function segmentIn(frame: Uint8Array): Segment | undefined {
  if (etherType(frame) !== ETHERTYPE.ipv4 || frame[23] !== PROTOCOL.tcp) return undefined;
  const view = new DataView(frame.buffer, frame.byteOffset);
  const at = ETHERNET + IPV4;
  const end = ETHERNET + ipLength(frame);
  return {
    sourcePort: view.getUint16(at),
    destinationPort: view.getUint16(at + 2),
    sequence: view.getUint32(at + 4),
    acknowledgment: view.getUint32(at + 8),
    flags: view.getUint8(at + 13),
    window: view.getUint16(at + 14),
    payloadBytes: end - at - (view.getUint8(at + 12) >> 4) * 4,
    checksumsRight: checksum(frame.subarray(ETHERNET, at)) === 0 && tcpChecksum(frame.subarray(0, end)) === 0,
  };
}

export interface SegmentToKernel {
  /** A frame from the kernel, whose addresses are turned round. */
  like: Uint8Array;
  sourcePort: number;
  destinationPort: number;
  sequence: number;
  acknowledgment?: number;
  flags: number;
  /** As an option, on a SYN. */
  mss?: number;
}

/** A segment without payload. */
export function segmentFrame(segment: SegmentToKernel): Uint8Array {
  const options = segment.mss === undefined ? [] : [2, 4, segment.mss >> 8, segment.mss & 0xff];
  const frame = new Uint8Array(ETHERNET + IPV4 + TCP + options.length);
  frame.set(turned(segment.like).subarray(0, ETHERNET + IPV4));
  frame.set(options, ETHERNET + IPV4 + TCP);
  const view = new DataView(frame.buffer);
  view.setUint8(14, 0x45);
  view.setUint16(16, frame.length - ETHERNET);
  view.setUint16(18, 0);
  view.setUint16(20, 0x4000);
  view.setUint8(22, 64);
  view.setUint8(23, PROTOCOL.tcp);
  view.setUint16(24, 0);
  view.setUint16(24, checksum(frame.subarray(ETHERNET, ETHERNET + IPV4)));
  view.setUint16(34, segment.sourcePort);
  view.setUint16(36, segment.destinationPort);
  view.setUint32(38, segment.sequence);
  view.setUint32(42, segment.acknowledgment ?? 0);
  view.setUint8(46, (5 + options.length / 4) << 4);
  view.setUint8(47, segment.flags);
  view.setUint16(48, 65535);
  view.setUint16(50, 0);
  view.setUint16(52, 0);
  view.setUint16(50, tcpChecksum(frame));
  return frame;
}

/** The same frame with the other end as its sender. */
function turned(frame: Uint8Array): Uint8Array {
  const reply = frame.slice();
  reply.set(frame.subarray(6, 12), 0);
  reply.set(frame.subarray(0, 6), 6);
  reply.set(frame.subarray(26, 30), 30);
  reply.set(frame.subarray(30, 34), 26);
  return reply;
}

function ipLength(frame: Uint8Array): number {
  return read16(frame, 16);
}

/** RFC 9293 §3.1: over the pseudo-header (addresses, protocol, length) and the segment. */
function tcpChecksum(frame: Uint8Array): number {
  const segment = frame.subarray(ETHERNET + IPV4);
  const pseudo = new Uint8Array(12 + segment.length);
  pseudo.set(frame.subarray(26, 34), 0);
  pseudo[9] = PROTOCOL.tcp;
  write16(pseudo, 10, segment.length);
  pseudo.set(segment, 12);
  return checksum(pseudo);
}

/** RFC 1071. */
function checksum(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += ((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

function read16(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0);
}

function write16(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value >> 8;
  bytes[offset + 1] = value & 0xff;
}
