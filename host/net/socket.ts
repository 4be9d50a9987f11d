import { Duplex } from 'node:stream';
import { CoreError, type Core, type EventName, type Handle } from '../core/index.js';
import type { Board, ConnectOptions, Endpoint } from './board.js';
import { NetError, type NetErrorCode } from './errors.js';
import { Silence } from './silence.js';

export interface SocketOptions {
  /** Ours does not end when the peer's side has. Default false. */
  allowHalfOpen?: boolean;
  /** Small writes are sent at once. Default false: Nagle's algorithm. */
  noDelay?: boolean;
  /** Ms without a segment before the peer is asked whether it lives; in whole s, rounded up. Default 0: never. */
  keepAlive?: number;
}

interface PendingWrite {
  bytes: Uint8Array;
  done: (error?: Error | null) => void;
}

/** What `setKeepAlive` means without a delay. RFC 9293 §3.8.4 (MUST-28): two hours at least. */
const KEEP_ALIVE_MS = 7_200_000;

/** A connection, as `net.Socket` has it. */
export class Socket extends Duplex implements Endpoint {
  bytesRead = 0;
  bytesWritten = 0;
  /** SYN sent, and not yet connected. */
  connecting: boolean;
  private handle: Handle | undefined;
  private peer: { address: string; port: number } | undefined;
  private ownPort: number | undefined;
  /** The stream wants more. */
  private wanted = false;
  private hasPeerClosed = false;
  /** Why the connection is over. It is told when all that has come was read. */
  private failure: NetErrorCode | undefined;
  private pendingWrite: PendingWrite | undefined;
  private pendingEnd: ((error?: Error | null) => void) | undefined;
  private readonly silence: Silence;

  private constructor(
    private readonly board: Board,
    options: SocketOptions,
    connecting: boolean,
  ) {
    super({ allowHalfOpen: options.allowHalfOpen ?? false, emitClose: false });
    this.connecting = connecting;
    this.silence = new Silence(board.driver.after, () => this.emit('timeout'));
  }

  static connect(board: Board, options: ConnectOptions): Socket {
    const { host, port, timeout = 0 } = options;
    const socket = new Socket(board, options, true);
    socket.peer = { address: host, port };
    try {
      const handle = board.call((core, now) => core.connect(host, port, timeout, now));
      socket.begin(handle, options);
    } catch (error) {
      socket.destroy(socket.errorOf(error, 'connect'));
    }
    return socket;
  }

  static accepted(board: Board, handle: Handle, options: SocketOptions): Socket {
    const socket = new Socket(board, options, false);
    const { core } = board.driver;
    socket.peer = { address: core.remoteAddress(handle), port: core.remotePort(handle) };
    socket.begin(handle, options);
    socket.read(0);
    return socket;
  }

  /** Ms of silence until "timeout" is emitted; 0: never. */
  get timeout(): number {
    return this.silence.limitMs;
  }

  get pending(): boolean {
    return this.handle === undefined || this.connecting;
  }

  get readyState(): 'opening' | 'open' | 'readOnly' | 'writeOnly' | 'closed' {
    if (this.connecting) return 'opening';
    if (this.readable) return this.writable ? 'open' : 'readOnly';
    return this.writable ? 'writeOnly' : 'closed';
  }

  get remoteAddress(): string | undefined {
    return this.peer?.address;
  }

  get remotePort(): number | undefined {
    return this.peer?.port;
  }

  get remoteFamily(): 'IPv4' {
    return 'IPv4';
  }

  get localAddress(): string {
    return this.board.address;
  }

  get localFamily(): 'IPv4' {
    return 'IPv4';
  }

  get localPort(): number | undefined {
    return this.ownPort;
  }

  address(): { address: string; family: 'IPv4'; port: number } | object {
    const port = this.ownPort;
    return port === undefined ? {} : { address: this.localAddress, family: 'IPv4', port };
  }

  setNoDelay(noDelay = true): this {
    this.option((core, handle, now) => core.setNoDelay(handle, noDelay, now));
    return this;
  }

  setKeepAlive(enable = false, initialDelayMs = 0): this {
    const seconds = enable ? Math.min(Math.ceil((initialDelayMs || KEEP_ALIVE_MS) / 1000), 65_535) : 0;
    this.option((core, handle, now) => core.setKeepAlive(handle, seconds, now));
    return this;
  }

  /** Emits "timeout" after so many ms without traffic; 0: never. The connection stays: the app decides. */
  setTimeout(timeoutMs: number, callback?: () => void): this {
    this.silence.limitMs = timeoutMs;
    if (callback !== undefined) {
      if (timeoutMs === 0) this.removeListener('timeout', callback);
      else this.once('timeout', callback);
    }
    if (!this.destroyed) this.silence.restart();
    return this;
  }

  /** Does nothing, nor does `unref`: what keeps a program running is the interface, until its bridge is closed. */
  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  /** Ends, and is destroyed when all that was written has been taken. */
  destroySoon(): void {
    if (this.writable) this.end();
    if (this.writableFinished) this.destroy();
    else this.once('finish', () => this.destroy());
  }

  /** A RST instead of a FIN: what was not sent is lost. */
  resetAndDestroy(): this {
    this.letGo((core, handle) => core.abort(handle));
    this.destroy();
    return this;
  }

  told(kinds: readonly EventName[]): void {
    const { handle } = this;
    if (handle === undefined) return;
    this.silence.restart();
    if (kinds.includes('FAILED')) this.failure = this.board.driver.core.failure(handle) ?? 'ECONNRESET';
    if (kinds.includes('CONNECTED')) this.connected();
    if (kinds.includes('PEER_CLOSED') || kinds.includes('CLOSED')) this.hasPeerClosed = true;
    if (this.failure !== undefined && (this.connecting || this.readableFlowing === null)) this.giveUp(this.failure);
    this.pull();
    this.flush();
    this.endIfFailed();
  }

  /** What was read may have been the last before an error. */
  override read(size?: number): unknown {
    const chunk: unknown = super.read(size);
    this.endIfFailed();
    return chunk;
  }

  override _read(): void {
    this.wanted = true;
    this.pull();
  }

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.pendingWrite = { bytes: chunk, done };
    this.flush();
  }

  override _writev(chunks: { chunk: Uint8Array }[], done: (error?: Error | null) => void): void {
    this.pendingWrite = { bytes: Buffer.concat(chunks.map(({ chunk }) => chunk)), done };
    this.flush();
  }

  override _final(done: (error?: Error | null) => void): void {
    this.pendingEnd = done;
    this.flush();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.silence.end();
    this.connecting = false;
    this.letGo((core, handle, now) => {
      if (error === null) core.close(handle, now);
      else core.abort(handle);
    });
    const write = this.pendingWrite;
    this.pendingWrite = undefined;
    write?.done(error ?? new NetError('ERR_SOCKET_CLOSED', 'write'));
    done(error);
    process.nextTick(() => this.emit('close', error !== null));
  }

  private begin(handle: Handle, options: SocketOptions): void {
    this.handle = handle;
    this.ownPort = this.board.driver.core.localPort(handle);
    this.board.adopt(handle, this);
    if (options.noDelay === true) this.setNoDelay();
    if (options.keepAlive !== undefined && options.keepAlive > 0) this.setKeepAlive(true, options.keepAlive);
  }

  private connected(): void {
    this.connecting = false;
    this.emit('connect');
    this.emit('ready');
    if (!this.isPaused()) this.read(0);
  }

  /** Hands over what has come, as long as the stream takes it. What it does not take closes the peer's window. */
  private pull(): void {
    while (this.wanted && this.handOver());
    const isOver = this.hasPeerClosed && this.failure === undefined;
    if (!isOver || !this.wanted || this.handle === undefined || this.connecting) return;
    this.wanted = false;
    this.push(null);
    // So that the end is seen, and the connection let go, even where nobody reads: as `net` does.
    this.read(0);
  }

  /** Hands over what is in the ring; false: there is nothing. */
  private handOver(): boolean {
    const { handle } = this;
    if (handle === undefined || this.connecting) return false;
    return this.board.call((core) => {
      const bytes = core.read(handle);
      if (bytes.length === 0) return false;
      this.bytesRead += bytes.length;
      this.wanted = this.push(bytes);
      return true;
    });
  }

  /** Gives the core what it has room for; the rest when it says that it has room again. */
  private flush(): void {
    const { handle, pendingWrite, pendingEnd } = this;
    if (handle === undefined || this.connecting) return;
    if (pendingWrite === undefined && pendingEnd === undefined) return;
    if (this.failure !== undefined) {
      this.giveUp(this.failure);
      return;
    }
    try {
      if (pendingWrite !== undefined) this.writeSome(handle, pendingWrite);
      else this.endWriting(handle);
    } catch (error) {
      this.destroy(this.errorOf(error, 'write'));
    }
  }

  private writeSome(handle: Handle, write: PendingWrite): void {
    this.silence.restart();
    // What was taken is noted before anything follows from it, for that may be that there is room again.
    this.board.call((core) => {
      const taken = core.send(handle, write.bytes);
      this.bytesWritten += taken;
      write.bytes = write.bytes.subarray(taken);
    });
    // What followed may have written the rest.
    if (write.bytes.length > 0 || this.pendingWrite !== write) return;
    this.pendingWrite = undefined;
    write.done();
  }

  private endWriting(handle: Handle): void {
    const done = this.pendingEnd;
    this.pendingEnd = undefined;
    if (isOpenForSending(this.board.driver.core.state(handle))) this.board.call((core) => core.shutdown(handle));
    done?.();
  }

  /** The connection has failed, and all that had come was read: now the error is told. */
  private endIfFailed(): void {
    const { failure, handle } = this;
    if (failure === undefined || handle === undefined || this.readableLength > 0) return;
    if (this.board.driver.core.received(handle) === 0) this.giveUp(failure);
  }

  private giveUp(failure: NetErrorCode): void {
    const peer = this.connecting ? this.peer : undefined;
    const syscall = this.connecting ? 'connect' : this.pendingWrite === undefined ? 'read' : 'write';
    this.destroy(new NetError(failure, syscall, peer));
  }

  private option(set: (core: Core, handle: Handle, now: number) => void): void {
    const { handle } = this;
    if (handle !== undefined) this.board.call((core, now) => set(core, handle, now));
  }

  /** Lets the handle go, once. */
  private letGo(end: (core: Core, handle: Handle, now: number) => void): void {
    const { handle } = this;
    if (handle === undefined) return;
    this.handle = undefined;
    this.board.release(handle);
    this.board.call((core, now) => end(core, handle, now));
  }

  private errorOf(error: unknown, syscall: 'connect' | 'write'): NetError {
    if (!(error instanceof CoreError)) throw error;
    // There is no DNS: what is no address is a name that nobody knows.
    if (error.code === 'ERR_INVALID_ADDRESS') return new NetError('ENOTFOUND', 'getaddrinfo', this.peer?.address);
    return new NetError(error.code, syscall, syscall === 'connect' ? this.peer : undefined);
  }
}

function isOpenForSending(state: string): boolean {
  return state === 'ESTABLISHED' || state === 'CLOSE-WAIT';
}
