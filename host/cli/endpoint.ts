import { UsageError, wholeNumber } from './usage.js';

const ADDRESS = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;

/** An IPv4 address. @throws UsageError */
export function address(name: string, text: string): string {
  const bytes = ADDRESS.exec(text)?.slice(1).map(Number);
  if (bytes?.every((byte) => byte < 256) === true) return text;
  throw new UsageError(`--${name} ${text}: an IPv4 address is needed, such as 10.73.0.2`);
}

/** An address with its prefix length. @throws UsageError */
export function network(name: string, text: string): { address: string; prefixLength: number } {
  const [host = '', prefix = '', ...more] = text.split('/');
  if (prefix === '' || more.length > 0)
    throw new UsageError(`--${name} ${text}: an address with its prefix length, such as 10.73.0.2/24`);
  return { address: address(name, host), prefixLength: wholeNumber(name, prefix, 1, 30) };
}

/** An address and a port. @throws UsageError */
export function endpoint(name: string, text: string): { address: string; port: number } {
  const [host = '', port = '', ...more] = text.split(':');
  if (port === '' || more.length > 0)
    throw new UsageError(`--${name} ${text}: an address and a port, such as 10.73.0.1:80`);
  return { address: address(name, host), port: wholeNumber(name, port, 1, 65535) };
}

/** Are two addresses in one network of this prefix length? */
export function isSameNetwork(one: string, other: string, prefixLength: number): boolean {
  const hostBits = 2 ** (32 - prefixLength);
  return Math.floor(numberOf(one) / hostBits) === Math.floor(numberOf(other) / hostBits);
}

function numberOf(text: string): number {
  return text.split('.').reduce((number, byte) => number * 256 + Number(byte), 0);
}
