/** Frames for tests, made by hand and apart from the code under test. */
export const CLIENT = { address: '10.73.0.2', mac: '02:00:00:00:00:02' };
export const SERVER = { address: '10.73.0.3', mac: '02:00:00:00:00:03' };

export interface Segment {
  from?: { address: string; mac: string };
  to?: { address: string; mac: string };
  sourcePort?: number;
  destinationPort?: number;
  seq: number;
  ack?: number;
  flags: string;
  window?: number;
  options?: number[];
  payload?: number;
}

const FLAG_BITS: Record<string, number> = { F: 1, S: 2, R: 4, P: 8, A: 16, U: 32 };

/** A TCP segment in a frame. Flags as packetdrill writes them: S, SA, A, PA, FA, R. */
export function tcp(segment: Segment): Uint8Array {
  const options = segment.options ?? [];
  const tcpBytes = [
    ...u16(segment.sourcePort ?? 49152),
    ...u16(segment.destinationPort ?? 80),
    ...u32(segment.seq),
    ...u32(segment.ack ?? 0),
    ((20 + options.length) / 4) << 4,
    Array.from(segment.flags).reduce((bits, flag) => bits | (FLAG_BITS[flag] ?? 0), 0),
    ...u16(segment.window ?? 4096),
    ...[0, 0, 0, 0],
    ...options,
    ...new Array<number>(segment.payload ?? 0).fill(0x61),
  ];
  const from = segment.from ?? CLIENT;
  const to = segment.to ?? SERVER;
  const addresses = [...bytesOf(from.address, '.', 10), ...bytesOf(to.address, '.', 10)];
  const sum = checksum([...addresses, 0, 6, ...u16(tcpBytes.length), ...tcpBytes]);
  tcpBytes.splice(16, 2, ...u16(sum));
  return ipv4(from, to, 6, tcpBytes);
}

export function ipv4(
  from: { address: string; mac: string },
  to: { address: string; mac: string },
  protocol: number,
  payload: number[],
): Uint8Array {
  const header = [0x45, 0, ...u16(20 + payload.length), 0, 1, 0x40, 0, 64, protocol, 0, 0];
  header.push(...bytesOf(from.address, '.', 10), ...bytesOf(to.address, '.', 10));
  header.splice(10, 2, ...u16(checksum(header)));
  return Uint8Array.from([...bytesOf(to.mac, ':', 16), ...bytesOf(from.mac, ':', 16), 8, 0, ...header, ...payload]);
}

export function arpRequest(from: { address: string; mac: string }, target: string): Uint8Array {
  const sender = [...bytesOf(from.mac, ':', 16), ...bytesOf(from.address, '.', 10)];
  const body = [0, 1, 8, 0, 6, 4, 0, 1, ...sender, 0, 0, 0, 0, 0, 0, ...bytesOf(target, '.', 10)];
  return Uint8Array.from([255, 255, 255, 255, 255, 255, ...bytesOf(from.mac, ':', 16), 8, 6, ...body]);
}

export function arpReply(from: { address: string; mac: string }, to: { address: string; mac: string }): Uint8Array {
  const end = (host: { address: string; mac: string }): number[] => [
    ...bytesOf(host.mac, ':', 16),
    ...bytesOf(host.address, '.', 10),
  ];
  const body = [0, 1, 8, 0, 6, 4, 0, 2, ...end(from), ...end(to)];
  return Uint8Array.from([...bytesOf(to.mac, ':', 16), ...bytesOf(from.mac, ':', 16), 8, 6, ...body]);
}

/** RFC 1071, the plain way. */
function checksum(bytes: number[]): number {
  let sum = 0;
  bytes.forEach((byte, index) => (sum += index % 2 === 0 ? byte * 256 : byte));
  while (sum > 0xffff) sum = (sum % 0x10000) + Math.floor(sum / 0x10000);
  return 0xffff - sum;
}

function bytesOf(text: string, separator: string, radix: number): number[] {
  return text.split(separator).map((part) => parseInt(part, radix));
}

function u16(value: number): number[] {
  return [(value >>> 8) & 255, value & 255];
}

function u32(value: number): number[] {
  return [...u16(value >>> 16), ...u16(value & 0xffff)];
}
