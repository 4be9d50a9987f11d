import { EventEmitter } from 'node:events';
import { CoreError, type EventName, type Handle } from '../core/index.js';
import type { Board, Endpoint } from './board.js';
import { NetError } from './errors.js';
import { Socket, type SocketOptions } from './socket.js';

/** How the sockets of accepted connections are. */
export type ServerOptions = SocketOptions;

interface ServerEvents {
  listening: [];
  connection: [Socket];
  close: [];
  error: [NetError];
}

/** Connections that wait to be accepted, unless said otherwise: `net`'s 511 would mean the same, all there are. */
const DEFAULT_BACKLOG = 511;

/** As `net.Server`: listens on one port and gives a Socket for each connection. */
export class Server extends EventEmitter<ServerEvents> implements Endpoint {
  private handle: Handle | undefined;
  private port = 0;
  private readonly sockets = new Set<Socket>();

  constructor(
    private readonly board: Board,
    private readonly options: ServerOptions,
  ) {
    super();
  }

  get listening(): boolean {
    return this.handle !== undefined;
  }

  /**
   * Listens on a port, 1 to 65535. Afterwards "listening" is emitted, or "error": EADDRINUSE, EINVAL, ENOBUFS (no
   * listener left).
   * @throws NetError ERR_SERVER_ALREADY_LISTEN
   */
  listen(port: number, backlog?: number, listening?: () => void): this;
  listen(port: number, listening?: () => void): this;
  listen(port: number, second?: number | (() => void), third?: () => void): this {
    if (this.handle !== undefined) throw new NetError('ERR_SERVER_ALREADY_LISTEN', 'listen');
    const [backlog, listening] = typeof second === 'function' ? [DEFAULT_BACKLOG, second] : [second, third];
    if (listening !== undefined) this.once('listening', listening);
    this.begin(port, backlog ?? DEFAULT_BACKLOG);
    return this;
  }

  private begin(port: number, backlog: number): void {
    try {
      this.handle = this.board.call((core) => core.listen(port, backlog));
    } catch (error) {
      if (!(error instanceof CoreError)) throw error;
      const told = new NetError(error.code, 'listen', { address: this.board.address, port });
      process.nextTick(() => this.emit('error', told));
      return;
    }
    this.port = port;
    this.board.adopt(this.handle, this);
    process.nextTick(() => this.emit('listening'));
  }

  /** Where it listens; null: nowhere. */
  address(): { address: string; family: 'IPv4'; port: number } | null {
    return this.handle === undefined ? null : { address: this.board.address, family: 'IPv4', port: this.port };
  }

  /**
   * Accepts no more; "close" is emitted when the last connection has ended. Those that nobody has accepted are reset.
   * `closed` is given an error where nothing was open: ERR_SERVER_NOT_RUNNING.
   */
  close(closed?: (error?: NetError) => void): this {
    const { handle } = this;
    if (closed !== undefined) {
      const error = handle === undefined ? new NetError('ERR_SERVER_NOT_RUNNING', 'close') : undefined;
      this.once('close', () => closed(error));
    }
    if (handle !== undefined) {
      this.handle = undefined;
      this.board.release(handle);
      this.board.call((core, now) => core.close(handle, now));
    }
    this.endIfOver();
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.listening) await new Promise<void>((resolve) => this.close(() => resolve()));
  }

  told(kinds: readonly EventName[]): void {
    if (!kinds.includes('ACCEPTABLE')) return;
    for (;;) {
      const listener = this.handle;
      if (listener === undefined) return;
      const handle = this.board.call((core) => core.accept(listener));
      if (handle === undefined) return;
      const socket = Socket.accepted(this.board, handle, this.options);
      this.sockets.add(socket);
      socket.once('close', () => {
        this.sockets.delete(socket);
        if (this.handle === undefined) this.endIfOver();
      });
      this.emit('connection', socket);
    }
  }

  private endIfOver(): void {
    if (this.sockets.size === 0) process.nextTick(() => this.emit('close'));
  }
}
