import { TraceError } from './error.js';

/** A view of exactly these bytes: a `Uint8Array` may be a window on a larger buffer (WASM memory, say). */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export function formatMac(bytes: Uint8Array): string {
  return Array.from(bytes, hexByte).join(':');
}

export function formatAddress(bytes: Uint8Array): string {
  return Array.from(bytes, String).join('.');
}

export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, hexByte).join('');
}

/** White space is allowed between digits, so that frames can be written in tests as RFCs and dumps show them. */
export function fromHex(text: string): Uint8Array {
  const digits = text.replace(/\s+/g, '');
  if (digits.length % 2 !== 0 || /[^0-9a-f]/i.test(digits)) {
    throw new TraceError('TRACE_BAD_HEX', `not a whole number of hexadecimal bytes: "${text.slice(0, 40)}"`);
  }
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) => parseInt(digits.slice(2 * i, 2 * i + 2), 16));
}

function hexByte(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
