import { Agent, type AgentOptions, type ClientRequestArgs } from 'node:http';
import { addAbortSignal } from 'node:stream';
import type { Core, CoreEvent, EventName, Handle } from '../core/index.js';
import type { Driver } from './driver.js';
import { Server, type ServerOptions } from './server.js';
import { Socket, type SocketOptions } from './socket.js';

export interface ConnectOptions extends SocketOptions {
  /** Dotted, as "10.0.0.2". */
  host: string;
  port: number;
  /** Ms until it fails with ETIMEDOUT or EHOSTUNREACH. Default, or 0: three minutes. */
  timeout?: number;
  /** Destroys the socket with an AbortError, at any time. */
  signal?: AbortSignal;
}

/** A connection or listener, as the board's events find it. */
export interface Endpoint {
  told(kinds: readonly EventName[]): void;
}

/**
 * A core as apps use it: sockets and servers like those of `node:net`.
 *
 * A socket is a Duplex of Node's, with backpressure both ways: what the app does not read stays in the core's ring, so
 * that the peer's window closes; what the ring has no room for is not yet written.
 */
export class Board {
  private readonly endpoints = new Map<Handle, Endpoint>();

  constructor(readonly driver: Driver) {
    driver.listen((event) => this.told(event));
  }

  get address(): string {
    return this.driver.address;
  }

  /**
   * Begins a connection. Like `net.connect`: errors come as events, `code` being "ECONNREFUSED", "ETIMEDOUT",
   * "EHOSTUNREACH", "ENOBUFS" (no connection left), "ENOTFOUND" (`host` is no IPv4 address) and the like.
   */
  connect(options: ConnectOptions, connected?: () => void): Socket {
    const socket = Socket.connect(this, options);
    if (connected !== undefined) socket.once('connect', connected);
    if (options.signal !== undefined) addAbortSignal(options.signal, socket);
    return socket;
  }

  createServer(options: ServerOptions = {}, connected?: (socket: Socket) => void): Server {
    const server = new Server(this, options);
    if (connected !== undefined) server.on('connection', connected);
    return server;
  }

  /**
   * For what takes a function that connects, as `http.request` and `ws` do: `{ host, createConnection:
   * board.createConnection }`. As there, `timeout` is how many ms of silence there may be before "timeout".
   */
  readonly createConnection = ({ host, port, timeout }: ClientRequestArgs): Socket => {
    const socket = this.connect({ host: host ?? 'localhost', port: Number(port ?? 80), noDelay: true });
    if (timeout !== undefined && timeout > 0) socket.setTimeout(timeout);
    return socket;
  };

  /** An agent with which Node's `http` client goes over this board: `http.get({ host, agent: board.agent() })`. */
  agent(options: AgentOptions = {}): Agent {
    return new BoardAgent(this, options);
  }

  /** Makes calls of the core; what follows from them is done, also when they throw. For sockets and servers. */
  call<T>(calls: (core: Core, now: number) => T): T {
    try {
      return calls(this.driver.core, this.driver.now());
    } finally {
      this.driver.pump();
    }
  }

  /** From now on the endpoint is told what happens to this connection or listener. */
  adopt(handle: Handle, endpoint: Endpoint): void {
    this.endpoints.set(handle, endpoint);
    this.driver.handles?.add(handle);
  }

  release(handle: Handle): void {
    this.endpoints.delete(handle);
    this.driver.handles?.delete(handle);
  }

  private told({ handle, kinds }: CoreEvent): void {
    this.endpoints.get(handle)?.told(kinds);
  }
}

class BoardAgent extends Agent {
  constructor(
    private readonly board: Board,
    options: AgentOptions,
  ) {
    super(options);
  }

  override createConnection(options: ClientRequestArgs): Socket {
    return this.board.createConnection(options);
  }
}
