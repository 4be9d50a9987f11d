import { parseAddress } from '../../core/index.js';
import { arpFrame, packetFrame, segmentFrame, type End, type Random } from '../../lan/index.js';
import { onesComplementSum, pseudoHeader } from '../../trace/checksum.js';
import { HERE, PORT } from './world.js';

/** Frames that nobody sends who means well: at least one for each reason to drop one, and some that are answered. */

/** Says nothing that the recorded host would remember. */
const UNKNOWN = { mac: '02:00:0a:49:00:f0', address: '10.73.0.240' };

const ETHERNET_BYTES = 14;
const ICMP = 1;
const TCP = 6;
const UDP = 17;

/** So many bytes at a place of a copy are other ones. */
export function patched(frame: Uint8Array, at: number, ...bytes: number[]): Uint8Array {
  const copy = frame.slice();
  if (at < copy.length) copy.set(bytes.slice(0, copy.length - at), at);
  return copy;
}

/** The checksum of a plain IP header is right again. */
function withIpChecksum(frame: Uint8Array): Uint8Array {
  const copy = patched(frame, 24, 0, 0);
  const sum = 0xffff - onesComplementSum(copy.subarray(14, 34));
  return patched(copy, 24, sum >>> 8, sum & 255);
}

/** An IP header of 24 bytes: the frame's own with one option. */
function withIpOption(frame: Uint8Array): Uint8Array {
  const copy = new Uint8Array(frame.length + 4);
  copy.set(frame.subarray(0, 34));
  // Router alert: RFC 2113.
  copy.set([0x94, 4, 0, 0], 34);
  copy.set(frame.subarray(34), 38);
  const length = frame.length - ETHERNET_BYTES + 4;
  copy.set([0x46, 0, length >>> 8, length & 255], 14);
  copy.set([0, 0], 24);
  const sum = 0xffff - onesComplementSum(copy.subarray(14, 38));
  copy.set([sum >>> 8, sum & 255], 24);
  return copy;
}

/** An ICMP message with its checksum. */
function icmpFrame(from: End, ...message: number[]): Uint8Array {
  const bytes = Uint8Array.from(message);
  const sum = 0xffff - onesComplementSum(patched(bytes, 2, 0, 0));
  return packetFrame(from, HERE, ICMP, patched(bytes, 2, sum >>> 8, sum & 255));
}

/** An ICMP error about a frame that the recorded host has sent: RFC 792 has it quote the header and 8 bytes. */
export function unreachableFrame(from: End, code: number, sent: Uint8Array): Uint8Array {
  return icmpFrame(from, 3, code, 0, 0, 0, 0, 0, 0, ...sent.subarray(ETHERNET_BYTES, ETHERNET_BYTES + 28));
}

function udpFrame(from: End, port: number, isRight: boolean): Uint8Array {
  const datagram = Uint8Array.from([0x10, 0, port >>> 8, port & 255, 0, 12, 0, 0, 1, 2, 3, 4]);
  const ip = packetFrame(from, HERE, UDP, datagram).subarray(14, 34);
  const sum = (0xffff - onesComplementSum(pseudoHeader(ip, UDP, 12), datagram) + (isRight ? 0 : 1)) & 0xffff;
  return packetFrame(from, HERE, UDP, patched(datagram, 6, sum >>> 8, sum & 255));
}

/** One of each, from a stranger whom the host may know or not. */
export function strangeFrames(from: End, random: Random): Uint8Array[] {
  return [...onTheLink(from, random), ...ofTheInternet(from), ...ofTransport(from, random)];
}

function onTheLink(from: End, random: Random): Uint8Array[] {
  const arp = arpFrame({ operation: 'request', sender: from, target: HERE });
  return [
    new Uint8Array(0),
    random.bytes(13),
    new Uint8Array(1515).fill(0xee),
    patched(arp, 6, 1),
    patched(arp, 0, 2, 9, 9, 9, 9, 9),
    patched(arp, 12, 0x86, 0xdd),
    arp,
    patched(arp, 21, 3),
    patched(arp, 14, 0, 6),
    arpFrame({ operation: 'request', sender: UNKNOWN, target: { address: '10.73.0.99' } }),
    arpFrame({ operation: 'request', sender: { ...from, address: '0.0.0.0' }, target: HERE }),
    arpFrame({ operation: 'reply', sender: from, target: HERE }),
    // Somebody else has our address: twice, the second within the time in which it is not told again.
    arpFrame({ operation: 'reply', sender: { ...from, address: HERE.address }, target: HERE }),
    arpFrame({ operation: 'request', sender: { ...from, address: HERE.address }, target: HERE }),
  ];
}

function ofTheInternet(from: End): Uint8Array[] {
  const ping = icmpFrame(from, 8, 0, 0, 0, 0, 1, 0, 2, 1, 2, 3);
  const toOthers = packetFrame(from, { ...HERE, address: '10.73.0.99' }, ICMP, ping.subarray(34));
  const toAll = packetFrame(from, { ...HERE, address: '10.73.0.255' }, UDP, new Uint8Array(12));
  return [
    ping,
    withIpOption(ping),
    patched(ping, 14, 0x65),
    withIpChecksum(patched(ping, 14, 0x44)),
    withIpChecksum(patched(ping, 16, 9, 9)),
    patched(ping, 24, 0, 0),
    withIpChecksum(patched(ping, 20, 0x20, 0)),
    withIpChecksum(patched(ping, 26, 127, 0, 0, 1)),
    withIpChecksum(patched(ping, 26, 224, 0, 0, 1)),
    withIpChecksum(patched(ping, 26, 10, 73, 0, 1)),
    toOthers,
    toAll,
    packetFrame(from, HERE, ICMP, Uint8Array.of(8, 0, 0, 0)),
    packetFrame(from, HERE, ICMP, Uint8Array.of(8, 0, 9, 9, 0, 1, 0, 2)),
    icmpFrame(from, 13, 0, 0, 0, 0, 1, 0, 2),
    packetFrame(from, HERE, 132, new Uint8Array(12)),
    udpFrame(from, 53, true),
    udpFrame(from, 53, false),
    packetFrame(from, HERE, UDP, Uint8Array.of(0, 1, 0, 2, 0, 7, 0, 0)),
  ];
}

function ofTransport(from: End, random: Random): Uint8Array[] {
  const to = { sourcePort: 1024 + random.below(60_000), destinationPort: PORT, sequence: random.u32() };
  const segment = (flags: string, options: number[] = [], destinationPort = PORT): Uint8Array =>
    segmentFrame(from, HERE, { ...to, destinationPort, flags, options, acknowledgment: random.u32() });
  return [
    packetFrame(from, HERE, TCP, random.bytes(19)),
    packetFrame(from, HERE, TCP, patched(random.bytes(40), 12, 0x40)),
    packetFrame(from, HERE, TCP, patched(random.bytes(40), 12, 0x50, 2)),
    segment('SYN', [2, 1, 0, 0]),
    segment('SYN', [3, 0, 0, 0]),
    segment('SYN,FIN'),
    segment('RST', [], 4),
    segment('RST'),
    segment('ACK'),
    segment('ACK', [], 4),
    segment('SYN', [], 4),
    segment('PSH'),
    segment('', [], 4),
    withIpOption(segment('SYN', [4, 2, 1, 1])),
  ];
}

/** A copy in which up to four bytes are others: most often behind the addresses, where more comes of it. */
export function garbled(frame: Uint8Array, random: Random): Uint8Array {
  let copy: Uint8Array = frame.slice();
  for (let count = 1 + random.below(4); count > 0; count--) {
    copy = patched(copy, 12 + random.below(Math.max(1, copy.length - 12)), random.below(256));
  }
  return random.chance(0.5) ? withIpChecksum(copy) : copy;
}

/** A SYN of somebody whom nobody knows. */
export function strangersSyn(from: End, number: number, port: number): Uint8Array {
  const address = parseAddress('198.18.0.1') + number;
  const text = [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
  return segmentFrame({ ...from, address: text }, HERE, {
    sourcePort: 1024 + (number % 60_000),
    destinationPort: port,
    sequence: number * 977,
    flags: 'SYN',
    mss: 1460,
  });
}
