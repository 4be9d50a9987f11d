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
  const [host = '', prefix = ''] = text.split('/');
  if (prefix === '') throw new UsageError(`--${name} ${text}: an address with its prefix length, such as 10.73.0.2/24`);
  return { address: address(name, host), prefixLength: wholeNumber(name, prefix, 1, 30) };
}

/** An address and a port. @throws UsageError */
export function endpoint(name: string, text: string): { address: string; port: number } {
  const [host = '', port = ''] = text.split(':');
  if (port === '') throw new UsageError(`--${name} ${text}: an address and a port, such as 10.73.0.1:80`);
  return { address: address(name, host), port: wholeNumber(name, port, 1, 65535) };
}
