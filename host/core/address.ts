import { CoreError } from './errors.js';

/** IPv4 addresses as the core's calls take them, numbers in host order: 10.73.0.2 is 0x0a490002. */

/** @throws CoreError ERR_INVALID_ADDRESS: only four decimal numbers are an address, without leading zeros. */
export function parseAddress(text: string): number {
  const parts = text.split('.');
  const isRight = parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256);
  if (!isRight) throw new CoreError('ERR_INVALID_ADDRESS', 0, `not an IPv4 address: "${text}"`);
  return parts.reduce((address, part) => address * 256 + Number(part), 0);
}

export function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
}

/** @throws CoreError ERR_INVALID_ADDRESS: six pairs of hexadecimal digits between colons or hyphens are a MAC. */
export function parseMac(text: string): Uint8Array {
  if (!/^[0-9a-f]{2}([:-][0-9a-f]{2}){5}$/i.test(text)) {
    throw new CoreError('ERR_INVALID_ADDRESS', 0, `not a MAC address: "${text}"`);
  }
  return Uint8Array.from(text.split(/[:-]/), (part) => parseInt(part, 16));
}

/** Locally administered, and not a group. */
export function randomMac(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(6));
  bytes[0] = 2;
  return formatMac(bytes);
}

export function formatMac(mac: Uint8Array): string {
  return Array.from(mac, (byte) => byte.toString(16).padStart(2, '0')).join(':');
}
