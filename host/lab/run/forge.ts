/** Another segment instead of one, with a checksum that is right: what somebody on the path can do. */
import { onesComplementSum, pseudoHeader } from '../../trace/checksum.js';
import type { ForgedField } from './edit.js';

const IP_AT = 14;
const PROTOCOL_TCP = 6;

/** Where a field lies in the TCP header. RFC 9293 §3.1. */
const WRITE: Readonly<Record<ForgedField, (tcp: DataView, value: number) => void>> = {
  sequence: (tcp, value) => tcp.setUint32(4, tcp.getUint32(4) + value),
  acknowledgment: (tcp, value) => tcp.setUint32(8, tcp.getUint32(8) + value),
  flags: (tcp, value) => tcp.setUint8(13, value),
  window: (tcp, value) => tcp.setUint16(14, value),
};

/** A copy of the frame with one field changed; what is no TCP segment stays as it is. */
export function forged(frame: Uint8Array, field: ForgedField, value: number): Uint8Array {
  const copy = frame.slice();
  const ip = copy.subarray(IP_AT);
  const headerBytes = ((ip[0] ?? 0) & 15) * 4;
  const view = new DataView(copy.buffer);
  if (copy.length < IP_AT + 40 || view.getUint16(12) !== 0x0800 || ip[9] !== PROTOCOL_TCP) return copy;
  const segment = ip.subarray(headerBytes, view.getUint16(IP_AT + 2));
  const tcp = new DataView(segment.buffer, segment.byteOffset, segment.length);
  WRITE[field](tcp, value);
  tcp.setUint16(16, 0);
  const sum = onesComplementSum(pseudoHeader(ip.subarray(0, headerBytes), PROTOCOL_TCP, segment.length), segment);
  tcp.setUint16(16, 0xffff - sum);
  return copy;
}
