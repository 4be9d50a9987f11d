import { Errno } from '../core/layout.js';
import type { CoreErrorCode } from '../core/errors.js';

/** What the core says, and what Node says where there is no call of the core. */
export type NetErrorCode =
  CoreErrorCode | 'ENOTFOUND' | 'ERR_SERVER_ALREADY_LISTEN' | 'ERR_SERVER_NOT_RUNNING' | 'ERR_SOCKET_CLOSED';

/** Who it was about: an end of a connection, or a name. */
type Subject = { address: string; port: number } | string;

/** An error as Node's own `net` has it: `code` is "ECONNREFUSED" and the like. */
export class NetError extends Error {
  readonly code: NetErrorCode;
  /** Negative, as in libuv on Linux; 0: none. */
  readonly errno: number;
  /** "connect", "listen", "close", "read", "write" or "getaddrinfo". */
  readonly syscall: string;
  declare readonly address?: string;
  declare readonly port?: number;
  /** The name that is no address: ENOTFOUND. */
  declare readonly hostname?: string;

  constructor(code: NetErrorCode, syscall: string, subject?: Subject) {
    super([syscall, code, ...textOf(subject)].join(' '));
    this.name = 'NetError';
    this.code = code;
    this.errno = (Errno as unknown as Record<string, number | undefined>)[code] ?? (code === 'ENOTFOUND' ? -3008 : 0);
    this.syscall = syscall;
    if (typeof subject === 'string') {
      this.hostname = subject;
    } else if (subject !== undefined) {
      this.address = subject.address;
      this.port = subject.port;
    }
  }
}

function textOf(subject: Subject | undefined): string[] {
  if (subject === undefined) return [];
  return [typeof subject === 'string' ? subject : `${subject.address}:${subject.port}`];
}
