import { viewOf } from './bytes.js';

/** The one's complement sum of RFC 1071 over parts that follow each other; 0xffff when a stored checksum is right. */
export function onesComplementSum(...parts: Uint8Array[]): number {
  let sum = 0;
  for (const part of parts) {
    const view = viewOf(part);
    for (let at = 0; at + 1 < part.length; at += 2) sum += view.getUint16(at);
    if (part.length % 2 === 1) sum += view.getUint8(part.length - 1) << 8;
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  return sum;
}

/** The pseudo-header of RFC 9293 §3.1, which UDP (RFC 768) shares. */
export function pseudoHeader(ipHeader: Uint8Array, protocol: number, lengthBytes: number): Uint8Array {
  const pseudo = new Uint8Array(12);
  pseudo.set(ipHeader.subarray(12, 20), 0);
  pseudo[9] = protocol;
  pseudo[10] = lengthBytes >>> 8;
  pseudo[11] = lengthBytes & 0xff;
  return pseudo;
}
