import { formatAddress, formatMac, viewOf } from './bytes.js';
import { onesComplementSum, pseudoHeader } from './checksum.js';
import type { Decoded, EthernetHeader, Ipv4Header, MalformedFrame, TcpFlag } from './frame.js';
import { decodeIcmpMessage } from './icmp.js';
import { decodeTcpOptions } from './tcp-options.js';

export type * from './frame.js';

const ETHERNET_HEADER_BYTES = 14;
const ETHERTYPE_IPV4 = 0x0800;
const ETHERTYPE_ARP = 0x0806;
const PROTOCOL_ICMP = 1;
const PROTOCOL_TCP = 6;
const PROTOCOL_UDP = 17;
/** By bit, from the least. RFC 9293 §3.1. */
const TCP_FLAGS: readonly TcpFlag[] = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR'];

/**
 * Says what an Ethernet frame (without its FCS) is. Any bytes have an answer: it never throws.
 * A wrong checksum does not make a frame malformed: it is decoded, with `checksumOk` false.
 */
export function decode(frame: Uint8Array): Decoded {
  if (frame.length < ETHERNET_HEADER_BYTES) {
    return malformed('ethernet', `${frame.length} bytes, shorter than an Ethernet header`, null, null);
  }
  const ethernet: EthernetHeader = {
    destination: formatMac(frame.subarray(0, 6)),
    source: formatMac(frame.subarray(6, 12)),
    etherType: viewOf(frame).getUint16(12),
  };
  const payload = frame.subarray(ETHERNET_HEADER_BYTES);
  if (ethernet.etherType === ETHERTYPE_ARP) return decodeArp(payload, ethernet);
  if (ethernet.etherType === ETHERTYPE_IPV4) return decodeIpv4(payload, ethernet);
  return { kind: 'ethernet', ethernet, payload };
}

function decodeArp(bytes: Uint8Array, ethernet: EthernetHeader): Decoded {
  if (bytes.length < 28) return malformed('arp', `${bytes.length} bytes of 28`, ethernet, null);
  const view = viewOf(bytes);
  // RFC 826: hardware Ethernet (1), protocol IPv4, addresses of 6 and 4 bytes
  if (view.getUint32(0) !== 0x00010800 || view.getUint16(4) !== 0x0604) {
    return malformed('arp', 'not for IPv4 over Ethernet', ethernet, null);
  }
  const operationNumber = view.getUint16(6);
  return {
    kind: 'arp',
    ethernet,
    operation: operationNumber === 1 ? 'request' : operationNumber === 2 ? 'reply' : 'other',
    operationNumber,
    senderMac: formatMac(bytes.subarray(8, 14)),
    senderAddress: formatAddress(bytes.subarray(14, 18)),
    targetMac: formatMac(bytes.subarray(18, 24)),
    targetAddress: formatAddress(bytes.subarray(24, 28)),
  };
}

function decodeIpv4(bytes: Uint8Array, ethernet: EthernetHeader): Decoded {
  if (bytes.length < 20) return malformed('ipv4', `${bytes.length} bytes of at least 20`, ethernet, null);
  const view = viewOf(bytes);
  const version = view.getUint8(0) >>> 4;
  const headerBytes = (view.getUint8(0) & 0x0f) * 4;
  const totalBytes = view.getUint16(2);
  if (version !== 4) return malformed('ipv4', `version ${version}`, ethernet, null);
  if (headerBytes < 20) return malformed('ipv4', `header length ${headerBytes} is under 20`, ethernet, null);
  if (totalBytes < headerBytes) {
    return malformed('ipv4', `total length ${totalBytes} is under the header's ${headerBytes}`, ethernet, null);
  }
  if (totalBytes > bytes.length) {
    return malformed('ipv4', `total length ${totalBytes} but the frame carries ${bytes.length}`, ethernet, null);
  }
  const header = bytes.subarray(0, headerBytes);
  const fragment = view.getUint16(6);
  const ip: Ipv4Header = {
    source: formatAddress(bytes.subarray(12, 16)),
    destination: formatAddress(bytes.subarray(16, 20)),
    headerBytes,
    totalBytes,
    dscp: view.getUint8(1) >>> 2,
    ecn: view.getUint8(1) & 3,
    identification: view.getUint16(4),
    dontFragment: (fragment & 0x4000) !== 0,
    moreFragments: (fragment & 0x2000) !== 0,
    fragmentOffsetBytes: (fragment & 0x1fff) * 8,
    ttl: view.getUint8(8),
    protocol: view.getUint8(9),
    options: bytes.subarray(20, headerBytes),
    checksumOk: onesComplementSum(header) === 0xffff,
  };
  const payload = bytes.subarray(headerBytes, totalBytes);
  // a part of a datagram has no whole header or checksum of its own
  if (ip.moreFragments || ip.fragmentOffsetBytes > 0) return { kind: 'fragment', ethernet, ip, payload };
  if (ip.protocol === PROTOCOL_TCP) return decodeTcp(payload, header, ethernet, ip);
  if (ip.protocol === PROTOCOL_UDP) return decodeUdp(payload, header, ethernet, ip);
  if (ip.protocol === PROTOCOL_ICMP) return decodeIcmp(payload, ethernet, ip);
  return { kind: 'ipv4', ethernet, ip, payload };
}

function decodeTcp(bytes: Uint8Array, ipHeader: Uint8Array, ethernet: EthernetHeader, ip: Ipv4Header): Decoded {
  if (bytes.length < 20) return malformed('tcp', `${bytes.length} bytes of at least 20`, ethernet, ip);
  const view = viewOf(bytes);
  const headerBytes = (view.getUint8(12) >>> 4) * 4;
  if (headerBytes < 20 || headerBytes > bytes.length) {
    return malformed('tcp', `data offset ${headerBytes} in a segment of ${bytes.length}`, ethernet, ip);
  }
  const bits = view.getUint8(13);
  return {
    kind: 'tcp',
    ethernet,
    ip,
    sourcePort: view.getUint16(0),
    destinationPort: view.getUint16(2),
    sequence: view.getUint32(4),
    acknowledgment: view.getUint32(8),
    headerBytes,
    flags: new Set(TCP_FLAGS.filter((_, bit) => (bits & (1 << bit)) !== 0)),
    window: view.getUint16(14),
    urgentPointer: view.getUint16(18),
    options: decodeTcpOptions(bytes.subarray(20, headerBytes)),
    payload: bytes.subarray(headerBytes),
    checksumOk: onesComplementSum(pseudoHeader(ipHeader, PROTOCOL_TCP, bytes.length), bytes) === 0xffff,
  };
}

function decodeUdp(bytes: Uint8Array, ipHeader: Uint8Array, ethernet: EthernetHeader, ip: Ipv4Header): Decoded {
  if (bytes.length < 8) return malformed('udp', `${bytes.length} bytes of at least 8`, ethernet, ip);
  const view = viewOf(bytes);
  const lengthBytes = view.getUint16(4);
  if (lengthBytes < 8 || lengthBytes > bytes.length) {
    return malformed('udp', `length ${lengthBytes} in a datagram of ${bytes.length}`, ethernet, ip);
  }
  const datagram = bytes.subarray(0, lengthBytes);
  const checksumPresent = view.getUint16(6) !== 0;
  const sum = onesComplementSum(pseudoHeader(ipHeader, PROTOCOL_UDP, lengthBytes), datagram);
  return {
    kind: 'udp',
    ethernet,
    ip,
    sourcePort: view.getUint16(0),
    destinationPort: view.getUint16(2),
    payload: datagram.subarray(8),
    checksumPresent,
    checksumOk: !checksumPresent || sum === 0xffff,
  };
}

function decodeIcmp(bytes: Uint8Array, ethernet: EthernetHeader, ip: Ipv4Header): Decoded {
  if (bytes.length < 8) return malformed('icmp', `${bytes.length} bytes of at least 8`, ethernet, ip);
  const view = viewOf(bytes);
  return {
    kind: 'icmp',
    ethernet,
    ip,
    type: view.getUint8(0),
    code: view.getUint8(1),
    message: decodeIcmpMessage(bytes),
    checksumOk: onesComplementSum(bytes) === 0xffff,
  };
}

function malformed(
  layer: MalformedFrame['layer'],
  reason: string,
  ethernet: EthernetHeader | null,
  ip: Ipv4Header | null,
): MalformedFrame {
  return { kind: 'malformed', layer, reason, ethernet, ip };
}
