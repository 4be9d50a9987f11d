/** POSIX sockets over a core, as scripts call them: descriptors, blocking or not, errno. */
import { CoreError, type Handle } from '../core/index.js';
import type { CoreHost } from '../lan/index.js';
import { ScriptError } from './errors.js';

/** What a call came to. */
export interface Result {
  value: number;
  errno?: string;
}

/** Tries a call; undefined: it would block. */
export type Attempt = () => Result | undefined;

const FIRST_DESCRIPTOR = 3;
export const DEFAULT_PORT = 8080;

interface Socket {
  handle: Handle | undefined;
  isListener: boolean;
  isNonBlocking: boolean;
  port: number | undefined;
  /** The connect has been answered by the core, and its caller told. */
  isConnected: boolean;
  lingersNot: boolean;
  keepAliveSeconds: number;
  keepsAlive: boolean;
  noDelay: boolean;
  userTimeoutMs: number;
  /** Told once. */
  failure: string | undefined;
}

const OK: Result = { value: 0 };
const failed = (errno: string): Result => ({ value: -1, errno });
/** RFC 1122 §4.2.3.6. */
const KEEP_ALIVE_SECONDS = 7200;

export class Sockets {
  private readonly table = new Map<number, Socket>();
  /** The port that the script's segments are for, and whether it is ours by a listen or by a connect. */
  localPort = DEFAULT_PORT;
  isActive = false;
  /** A new connection begins: its numbers are new. */
  onConnect: () => void = () => undefined;

  constructor(
    private readonly host: CoreHost,
    private readonly remoteAddress: string,
  ) {}

  socket(isNonBlocking: boolean): Attempt {
    return () => ({ value: this.add({ isNonBlocking }) });
  }

  private add(given: Partial<Socket>): number {
    let descriptor = FIRST_DESCRIPTOR;
    while (this.table.has(descriptor)) descriptor++;
    this.table.set(descriptor, {
      handle: undefined,
      isListener: false,
      isNonBlocking: false,
      port: undefined,
      isConnected: false,
      lingersNot: false,
      keepAliveSeconds: KEEP_ALIVE_SECONDS,
      keepsAlive: false,
      noDelay: false,
      userTimeoutMs: 0,
      failure: undefined,
      ...given,
    });
    return descriptor;
  }

  bind(descriptor: number, port: number): Attempt {
    return this.of(descriptor, (socket) => {
      if (socket.handle !== undefined || socket.port !== undefined) return failed('EINVAL');
      socket.port = port;
      return OK;
    });
  }

  listen(descriptor: number, backlog: number): Attempt {
    return this.of(descriptor, (socket) => {
      if (socket.port === undefined)
        throw new ScriptError('listen: the socket is not bound; the core has no port to choose');
      socket.handle = this.host.listen(socket.port, Math.max(backlog, 1));
      socket.isListener = true;
      this.localPort = socket.port;
      return OK;
    });
  }

  accept(descriptor: number, isNonBlocking: boolean): Attempt {
    return this.of(descriptor, (socket) => {
      if (!socket.isListener || socket.handle === undefined) return failed('EINVAL');
      const handle = this.host.accept(socket.handle);
      if (handle === undefined) return this.blocks(socket);
      return { value: this.add({ handle, isNonBlocking, isConnected: true }) };
    });
  }

  connect(descriptor: number, port: number): Attempt {
    let isBegun = false;
    return this.of(descriptor, (socket) => {
      if (socket.port !== undefined)
        throw new ScriptError('connect: the core chooses the port itself; leave the bind out');
      if (socket.handle === undefined) {
        socket.handle = this.host.connect({ address: this.remoteAddress }, port);
        this.configure(socket);
        this.localPort = this.host.localPort(socket.handle);
        this.isActive = true;
        this.onConnect();
        isBegun = true;
        return socket.isNonBlocking ? failed('EINPROGRESS') : undefined;
      }
      if (socket.isConnected) return failed('EISCONN');
      const outcome = this.outcome(socket);
      if (outcome !== undefined) return outcome;
      return socket.isNonBlocking && !isBegun ? failed('EALREADY') : undefined;
    });
  }

  /** Of a connect; undefined: it is under way. */
  private outcome(socket: Socket): Result | undefined {
    const { handle } = socket;
    if (handle === undefined) return undefined;
    const failure = this.host.failure(handle);
    if (failure !== undefined && !socket.isConnected) {
      socket.failure = failure;
      return failed(failure);
    }
    const state = this.host.state(handle);
    if (state === 'SYN-SENT' || state === 'SYN-RECEIVED') return undefined;
    socket.isConnected = true;
    return OK;
  }

  read(descriptor: number, length: number): Attempt {
    return this.connection(descriptor, (socket, handle) => {
      const bytes = this.host.read(handle, length);
      if (bytes.length > 0) return { value: bytes.length };
      const ended = this.ended(socket, handle);
      if (ended !== undefined) return ended;
      return this.host.told(handle).includes('PEER_CLOSED') ? OK : this.blocks(socket);
    });
  }

  write(descriptor: number, length: number): Attempt {
    let written = 0;
    return this.connection(descriptor, (socket, handle) => {
      const failure = this.host.failure(handle);
      if (failure !== undefined) return this.ended(socket, handle) ?? failed('EPIPE');
      if (this.outcome(socket) === undefined) return this.blocks(socket);
      written += this.host.send(handle, new Uint8Array(length - written));
      if (written === length) return { value: written };
      if (!socket.isNonBlocking) return undefined;
      return written > 0 ? { value: written } : failed('EAGAIN');
    });
  }

  /** A connection that has failed says so once; then it is at its end. */
  private ended(socket: Socket, handle: Handle): Result | undefined {
    const failure = this.host.failure(handle);
    if (failure === undefined) return this.host.state(handle) === 'CLOSED' ? OK : undefined;
    if (socket.failure !== undefined) return OK;
    socket.failure = failure;
    return failed(failure);
  }

  shutdown(descriptor: number): Attempt {
    return this.connection(descriptor, (_, handle) => {
      this.host.shutdown(handle);
      return OK;
    });
  }

  close(descriptor: number): Attempt {
    return this.of(descriptor, ({ handle, lingersNot, isListener }) => {
      this.table.delete(descriptor);
      if (handle === undefined) return OK;
      if (lingersNot && !isListener) this.host.abort(handle);
      else this.host.close(handle);
      return OK;
    });
  }

  setNonBlocking(descriptor: number, isNonBlocking: boolean): Attempt {
    return this.of(descriptor, (socket) => {
      socket.isNonBlocking = isNonBlocking;
      return OK;
    });
  }

  /** O_RDWR, O_NONBLOCK. */
  flags(descriptor: number): Attempt {
    return this.of(descriptor, ({ isNonBlocking }) => ({ value: isNonBlocking ? 0x802 : 0x2 }));
  }

  set(
    descriptor: number,
    options: Partial<Pick<Socket, 'lingersNot' | 'keepsAlive' | 'keepAliveSeconds' | 'noDelay' | 'userTimeoutMs'>>,
  ): Attempt {
    return this.of(descriptor, (socket) => {
      Object.assign(socket, options);
      this.configure(socket);
      return OK;
    });
  }

  private configure({ handle, isListener, noDelay, keepsAlive, keepAliveSeconds, userTimeoutMs }: Socket): void {
    if (handle === undefined || isListener) return;
    this.host.setNoDelay(handle, noDelay);
    this.host.setKeepAlive(handle, keepsAlive ? keepAliveSeconds : 0);
    if (userTimeoutMs > 0) this.host.setUserTimeout(handle, userTimeoutMs);
  }

  /** SO_ERROR: what a connect has failed with, told once. */
  error(descriptor: number): string | undefined {
    const socket = this.table.get(descriptor);
    if (socket?.handle === undefined || socket.failure !== undefined) return undefined;
    socket.failure = this.host.failure(socket.handle);
    return socket.failure;
  }

  /** SIOCINQ. */
  received(descriptor: number): number {
    const handle = this.table.get(descriptor)?.handle;
    return handle === undefined ? 0 : this.host.core.received(handle);
  }

  /** What poll(2) would say of it. */
  events(descriptor: number): Set<string> {
    const socket = this.table.get(descriptor);
    if (socket === undefined) return new Set(['POLLNVAL']);
    const { handle, isListener } = socket;
    const found = new Set<string>();
    if (handle === undefined) return new Set(['POLLOUT', 'POLLHUP']);
    if (isListener) {
      if (this.host.told(handle).includes('ACCEPTABLE')) found.add('POLLIN');
      return found;
    }
    const state = this.host.state(handle);
    const isOver = state === 'CLOSED' || state === 'TIME-WAIT';
    const isPeerDone = this.host.told(handle).includes('PEER_CLOSED');
    if (this.host.core.received(handle) > 0 || isPeerDone || isOver) found.add('POLLIN');
    if (isPeerDone || isOver) found.add('POLLRDHUP');
    if (this.host.failure(handle) !== undefined && socket.failure === undefined) found.add('POLLERR');
    const isUnderWay = state === 'SYN-SENT' || state === 'SYN-RECEIVED';
    if (isOver || (!isUnderWay && this.room(handle))) found.add('POLLOUT');
    if (isOver) found.add('POLLHUP');
    return found;
  }

  private room(handle: Handle): boolean {
    try {
      return this.host.core.sendSpace(handle) > 0;
    } catch {
      // EPIPE: a write does not block, either.
      return true;
    }
  }

  private blocks({ isNonBlocking }: Socket): Result | undefined {
    return isNonBlocking ? failed('EAGAIN') : undefined;
  }

  private of(descriptor: number, call: (socket: Socket) => Result | undefined): Attempt {
    return () => {
      const socket = this.table.get(descriptor);
      if (socket === undefined) return failed('EBADF');
      try {
        return call(socket);
      } catch (error) {
        if (error instanceof CoreError) return failed(error.code);
        throw error;
      }
    };
  }

  private connection(descriptor: number, call: (socket: Socket, handle: Handle) => Result | undefined): Attempt {
    return this.of(descriptor, (socket) => {
      const { handle, isListener } = socket;
      return handle === undefined || isListener ? failed('ENOTCONN') : call(socket, handle);
    });
  }
}
