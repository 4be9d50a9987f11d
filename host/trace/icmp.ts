import { formatAddress, viewOf } from './bytes.js';
import type { IcmpMessage, QuotedDatagram } from './frame.js';

const UNREACHABLE_REASONS = [
  'network unreachable',
  'host unreachable',
  'protocol unreachable',
  'port unreachable',
  'fragmentation needed',
  'source route failed',
];

/** An ICMP message of at least 8 bytes. RFC 792. */
export function decodeIcmpMessage(bytes: Uint8Array): IcmpMessage {
  const view = viewOf(bytes);
  const rest = bytes.subarray(8);
  switch (view.getUint8(0)) {
    case 0:
    case 8:
      return {
        kind: view.getUint8(0) === 8 ? 'echo-request' : 'echo-reply',
        identifier: view.getUint16(4),
        sequence: view.getUint16(6),
        payload: rest,
      };
    case 3:
      return {
        kind: 'unreachable',
        reason: UNREACHABLE_REASONS[view.getUint8(1)] ?? `unreachable, code ${view.getUint8(1)}`,
        nextHopMtu: view.getUint16(6),
        quoted: decodeQuote(rest),
      };
    case 11:
      return { kind: 'time-exceeded', quoted: decodeQuote(rest) };
    default:
      return { kind: 'other', payload: rest };
  }
}

/** Only the start of a datagram is quoted, so its lengths are not held against it. */
function decodeQuote(bytes: Uint8Array): QuotedDatagram | null {
  if (bytes.length < 20) return null;
  const view = viewOf(bytes);
  const headerBytes = (view.getUint8(0) & 0x0f) * 4;
  if (view.getUint8(0) >>> 4 !== 4 || headerBytes < 20 || headerBytes > bytes.length) return null;
  const protocol = view.getUint8(9);
  const isFirstFragment = (view.getUint16(6) & 0x1fff) === 0;
  const hasPorts = (protocol === 6 || protocol === 17) && isFirstFragment && bytes.length >= headerBytes + 4;
  return {
    protocol,
    source: formatAddress(bytes.subarray(12, 16)),
    destination: formatAddress(bytes.subarray(16, 20)),
    ports: hasPorts ? { source: view.getUint16(headerBytes), destination: view.getUint16(headerBytes + 2) } : null,
    sequence: hasPorts && protocol === 6 && bytes.length >= headerBytes + 8 ? view.getUint32(headerBytes + 4) : null,
  };
}
