import { Errno } from '../core/layout.js';
import type { CoreErrorCode } from '../core/errors.js';

/** An error as Node's own `net` has it: `code` is "ECONNREFUSED" and the like. */
export class NetError extends Error {
  readonly code: CoreErrorCode | 'ERR_SOCKET_CLOSED';
  /** Negative, as in libuv on Linux; 0: none. */
  readonly errno: number;
  /** "connect", "listen", "read" or "write". */
  readonly syscall: string;
  readonly address?: string;
  readonly port?: number;

  constructor(code: NetError['code'], syscall: string, peer?: { address: string; port: number }) {
    super(peer === undefined ? `${syscall} ${code}` : `${syscall} ${code} ${peer.address}:${peer.port}`);
    this.name = 'NetError';
    this.code = code;
    this.errno = (Errno as unknown as Record<string, number | undefined>)[code] ?? 0;
    this.syscall = syscall;
    if (peer !== undefined) {
      this.address = peer.address;
      this.port = peer.port;
    }
  }
}
