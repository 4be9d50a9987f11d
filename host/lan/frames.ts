import { parseAddress, parseMac } from '../core/index.js';

/** Frames for hosts that are played by hand. They are made apart from the core, so that each checks the other. */

export const BROADCAST_MAC = 'ff:ff:ff:ff:ff:ff';

export interface End {
  mac: string;
  address: string;
}

export interface SegmentFields {
  sourcePort: number;
  destinationPort: number;
  sequence: number;
  acknowledgment?: number;
  /** As the RFC writes them: 'SYN,ACK'. */
  flags: string;
  /** Default 4096. */
  window?: number;
  /** Absent: no MSS option. */
  mss?: number;
  /** Raw options, a multiple of four bytes, behind the MSS. */
  options?: readonly number[];
  urgentPointer?: number;
  payload?: Uint8Array;
}

const FLAG_BITS: Readonly<Record<string, number>> = {
  FIN: 1,
  SYN: 2,
  RST: 4,
  PSH: 8,
  ACK: 16,
  URG: 32,
  ECE: 64,
  CWR: 128,
};
const PROTOCOL_TCP = 6;
const ETHERNET_BYTES = 14;
const IPV4_BYTES = 20;
const TCP_BYTES = 20;

export function segmentFrame(from: End, to: End, fields: SegmentFields): Uint8Array {
  const mss = fields.mss === undefined ? [] : [2, 4, fields.mss >>> 8, fields.mss & 255];
  const options = [...mss, ...(fields.options ?? [])];
  const payload = fields.payload ?? new Uint8Array();
  const headerBytes = TCP_BYTES + options.length;
  const segment = new Uint8Array(headerBytes + payload.length);
  const view = new DataView(segment.buffer);
  view.setUint16(0, fields.sourcePort);
  view.setUint16(2, fields.destinationPort);
  view.setUint32(4, fields.sequence);
  view.setUint32(8, fields.acknowledgment ?? 0);
  view.setUint8(12, (headerBytes / 4) << 4);
  view.setUint8(13, flagBits(fields.flags));
  view.setUint16(14, fields.window ?? 4096);
  view.setUint16(18, fields.urgentPointer ?? 0);
  segment.set(options, TCP_BYTES);
  segment.set(payload, headerBytes);
  view.setUint16(16, checksum(segment, pseudoHeader(from, to, PROTOCOL_TCP, segment.length)));
  return packetFrame(from, to, PROTOCOL_TCP, segment);
}

/** An IPv4 packet with any payload. */
export function packetFrame(from: End, to: End, protocol: number, payload: Uint8Array): Uint8Array {
  const frame = new Uint8Array(ETHERNET_BYTES + IPV4_BYTES + payload.length);
  writeEthernet(frame, to.mac, from.mac, 0x0800);
  const header = frame.subarray(ETHERNET_BYTES, ETHERNET_BYTES + IPV4_BYTES);
  const view = new DataView(frame.buffer, ETHERNET_BYTES);
  view.setUint16(0, 0x4500);
  view.setUint16(2, IPV4_BYTES + payload.length);
  view.setUint16(6, 0x4000);
  view.setUint8(8, 64);
  view.setUint8(9, protocol);
  view.setUint32(12, parseAddress(from.address));
  view.setUint32(16, parseAddress(to.address));
  view.setUint16(10, checksum(header, 0));
  frame.set(payload, ETHERNET_BYTES + IPV4_BYTES);
  return frame;
}

export interface ArpFields {
  operation: 'request' | 'reply';
  sender: End;
  /** The MAC of zeros that a request asks for may be left out. */
  target: { mac?: string; address: string };
  /** The frame's destination. Default: the target's MAC, or everybody. */
  to?: string;
}

export function arpFrame({ operation, sender, target, to }: ArpFields): Uint8Array {
  const frame = new Uint8Array(ETHERNET_BYTES + 28);
  writeEthernet(frame, to ?? target.mac ?? BROADCAST_MAC, sender.mac, 0x0806);
  const view = new DataView(frame.buffer, ETHERNET_BYTES);
  view.setUint32(0, 0x00010800);
  view.setUint32(4, 0x06040000 + (operation === 'request' ? 1 : 2));
  frame.set(parseMac(sender.mac), 22);
  view.setUint32(14, parseAddress(sender.address));
  if (target.mac !== undefined) frame.set(parseMac(target.mac), 32);
  view.setUint32(24, parseAddress(target.address));
  return frame;
}

function writeEthernet(frame: Uint8Array, destination: string, source: string, etherType: number): void {
  frame.set(parseMac(destination), 0);
  frame.set(parseMac(source), 6);
  new DataView(frame.buffer).setUint16(12, etherType);
}

function flagBits(flags: string): number {
  return flags.split(',').reduce((bits, flag) => {
    const bit = FLAG_BITS[flag.trim()];
    if (bit === undefined && flag.trim() !== '') throw new RangeError(`TCP has no flag "${flag}"`);
    return bits | (bit ?? 0);
  }, 0);
}

function pseudoHeader(from: End, to: End, protocol: number, length: number): number {
  const [source, destination] = [parseAddress(from.address), parseAddress(to.address)];
  return (source >>> 16) + (source & 0xffff) + (destination >>> 16) + (destination & 0xffff) + protocol + length;
}

/** RFC 1071. */
function checksum(bytes: Uint8Array, start: number): number {
  let sum = start;
  bytes.forEach((byte, index) => (sum += index % 2 === 0 ? byte * 256 : byte));
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  return 0xffff - sum;
}
