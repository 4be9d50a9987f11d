import { formatAddress, parseAddress, parseMac } from './address.js';
import { checked, CoreError, errnoName, type ErrnoName } from './errors.js';
import { instantiate, type CoreExports } from './exports.js';
import { BOOT_RECORD, Errno, EVENT_RECORD, EventKind, Option, Pending, State } from './layout.js';
import {
  dropName,
  readPools,
  readStatistics,
  type DropName,
  type PoolKey,
  type PoolUse,
  type Statistics,
} from './statistics.js';

/** Who a core is. */
export interface Identity {
  mac: string;
  address: string;
  /** Bits of the network part of the address: 1 to 30. */
  prefixLength: number;
  gateway?: string;
  /** 16 bytes, random and new at every boot: sequence numbers, ports and cookies hang on them. */
  key: Uint8Array;
}

/** A connection or listener, as the core's calls take it. */
export type Handle = number;

/** As RFC 9293 §3.3.2 writes them. */
export type StateName =
  | 'CLOSED'
  | 'LISTEN'
  | 'SYN-SENT'
  | 'SYN-RECEIVED'
  | 'ESTABLISHED'
  | 'FIN-WAIT-1'
  | 'FIN-WAIT-2'
  | 'CLOSE-WAIT'
  | 'CLOSING'
  | 'LAST-ACK'
  | 'TIME-WAIT';

export type EventName = keyof typeof EventKind;

/** What has happened to a connection or listener since the event before. The handle of ADDRESS_CONFLICT is 0. */
export interface CoreEvent {
  handle: Handle;
  kinds: EventName[];
}

/** What became of a frame: what is pending (`Pending` bits), or why it was dropped. A drop can have an answer, too. */
export type Received = { pending: number } | { dropped: DropName };

/** All of a core's state: a copy of the memory that its module uses. */
export interface Snapshot {
  readonly memory: Uint8Array;
}

/** The longest Ethernet II frame without its FCS, in bytes. */
export const FRAME_BYTES = 1514;

const STATE_NAMES = Object.keys(State)
  .filter((name) => !/^\d/.test(name))
  .map((name) => name.replaceAll('_', '-') as StateName);
const EVENT_KINDS = Object.entries(EventKind).filter(
  (entry): entry is [EventName, EventKind] => typeof entry[1] === 'number',
);

/**
 * One TCP stack: an instance of a module. Many can share a module.
 *
 * `now` is a `u32` of ms that wraps. After any call but the reading ones, what `pending()` says is to be done: send
 * the frames of `drain`, look at `events`, arm a timer with `nextDeadline`.
 * Calls throw a CoreError whose `code` is "EBADF" for a handle that was let go, and what their comment says.
 */
export class Core {
  readonly module: WebAssembly.Module;
  /** The module's own exports. */
  readonly exports: CoreExports;
  private readonly rxFrame: number;
  private readonly txFrame: number;
  private readonly statisticsAt: number;
  private readonly bytes: Uint8Array;
  private readonly view: DataView;

  /** @throws CoreError CORE_HAS_IMPORTS, CORE_LACKS_EXPORT, CORE_WRONG_ABI */
  constructor(module: WebAssembly.Module) {
    this.module = module;
    this.exports = instantiate(module);
    this.rxFrame = this.exports.rx_frame();
    this.txFrame = this.exports.tx_frame();
    this.statisticsAt = this.exports.statistics();
    // The core never grows its memory, so these views never detach.
    this.bytes = new Uint8Array(this.exports.memory.buffer);
    this.view = new DataView(this.exports.memory.buffer);
  }

  /** Starts, or starts anew: every connection is forgotten. @throws EINVAL: no host can be so */
  boot(identity: Identity, now: number): void {
    const { offsets } = BOOT_RECORD;
    const key = identity.key;
    if (key.length !== 16) throw new CoreError('EINVAL', Errno.EINVAL, `a key has 16 bytes, not ${key.length}`);
    const { prefixLength } = identity;
    // In its one byte 280 would be 24.
    if (!(prefixLength >= 0 && prefixLength <= 255)) checked(Errno.EINVAL, 'boot');
    const record = this.exports.config();
    this.bytes.fill(0, record, record + BOOT_RECORD.bytes);
    this.bytes.set(parseMac(identity.mac), record + offsets.mac);
    this.bytes[record + offsets.prefixLength] = prefixLength;
    this.view.setUint32(record + offsets.address, parseAddress(identity.address));
    if (identity.gateway !== undefined) {
      this.view.setUint32(record + offsets.gateway, parseAddress(identity.gateway));
    }
    this.bytes.set(key, record + offsets.key);
    checked(this.exports.boot(now), 'boot');
  }

  /** An Ethernet frame without its FCS has arrived. One that is too long for the buffer is the core's to refuse. */
  receive(frame: Uint8Array, now: number): Received {
    const result = this.receiveRaw(frame, now);
    return result < 0 ? { dropped: dropName(dropOf(result)) } : { pending: result };
  }

  /** As `receive`, with the core's own result: `Pending` bits, or negative: see `dropOf` and `pendingOf`. */
  receiveRaw(frame: Uint8Array, now: number): number {
    this.bytes.set(frame.length > FRAME_BYTES ? frame.subarray(0, FRAME_BYTES) : frame, this.rxFrame);
    return this.exports.receive(frame.length, now);
  }

  /** The next frame to send, or null: a view that the next call overwrites. */
  transmit(now: number): Uint8Array | null {
    const length = this.exports.transmit(now);
    return length === 0 ? null : this.bytes.subarray(this.txFrame, this.txFrame + length);
  }

  /** All that there is to send, copied. */
  drain(now: number): Uint8Array[] {
    const frames: Uint8Array[] = [];
    for (let frame = this.transmit(now); frame !== null; frame = this.transmit(now)) frames.push(frame.slice());
    return frames;
  }

  /** What is to be done, as `Pending` bits. */
  pending(): number {
    return this.exports.pending();
  }

  /** Ms until `expire` is to be called, 0 for at once, -1 for never. */
  nextDeadline(now: number): number {
    return this.exports.next_deadline(now);
  }

  /** The deadline has come. Gives `Pending` bits. */
  expire(now: number): number {
    return this.exports.expire(now);
  }

  /** @throws EINVAL: port or backlog; EADDRINUSE; ENOBUFS: no listener left; ENETDOWN: not booted */
  listen(port: number, backlog: number): Handle {
    return checked(this.exports.listen(port, backlog), 'listen');
  }

  /** The connection that has waited longest; undefined: none waits. */
  accept(listener: Handle): Handle | undefined {
    const result = this.exports.accept(listener);
    return result === Errno.EAGAIN ? undefined : checked(result, 'accept');
  }

  /**
   * Begins a connection, in SYN-SENT. `timeoutMs` 0: three minutes.
   * @throws EINVAL: port or timeout; EADDRNOTAVAIL: no host can be there, or no port is left; ENETUNREACH: no router;
   * ENOBUFS: no connection left; ENETDOWN: not booted
   */
  connect(address: string | number, port: number, timeoutMs: number, now: number): Handle {
    const number = typeof address === 'string' ? parseAddress(address) : address;
    return checked(this.exports.connect(number, port, timeoutMs, now), 'connect');
  }

  state(handle: Handle): StateName {
    const state = checked(this.exports.state(handle), 'state');
    const name = STATE_NAMES[state];
    if (name === undefined) throw new RangeError(`no state has the number ${state}`);
    return name;
  }

  /** Why a connection ended; undefined: it lives, or ended in order. */
  failure(handle: Handle): ErrnoName | undefined {
    const failure = this.exports.failure(handle);
    if (failure === 0) return undefined;
    // A stale handle is told as one: no connection fails with EBADF.
    if (failure === Errno.EBADF) checked(failure, 'failure');
    const name = errnoName(failure);
    if (name === 'EUNKNOWN') throw new RangeError(`no error has the number ${failure}`);
    return name;
  }

  localPort(handle: Handle): number {
    return checked(this.exports.local_port(handle), 'local_port');
  }

  /** 0.0.0.0 for a listener. */
  remoteAddress(handle: Handle): string {
    checked(this.exports.state(handle), 'remote_address');
    return formatAddress(this.exports.remote_address(handle));
  }

  /** 0 for a listener. */
  remotePort(handle: Handle): number {
    return checked(this.exports.remote_port(handle), 'remote_port');
  }

  /** How many bytes can be written at `sendRegion` now. @throws EPIPE: not open for sending */
  sendSpace(handle: Handle): number {
    return checked(this.exports.send_space(handle), 'send_space');
  }

  /**
   * Gives as many of these bytes to the core as it has room for, and says how many. If it had no room for all, an event
   * WRITABLE comes when an MSS of the ring is free, or more. @throws EPIPE: not open for sending
   */
  send(handle: Handle, bytes: Uint8Array): number {
    let sent = 0;
    // The free part of a ring is one region or two.
    for (let region = 0; region < 2 && sent < bytes.length; region++) {
      const part = bytes.subarray(sent, sent + this.sendSpace(handle));
      if (part.length === 0) break;
      this.bytes.set(part, this.exports.send_at(handle));
      sent += checked(this.exports.send(handle, part.length), 'send');
    }
    if (sent < bytes.length) this.sendSpace(handle);
    return sent;
  }

  /** How many bytes have arrived and can be read in one piece. 0: none yet, or none any more, as `state` tells. */
  received(handle: Handle): number {
    return checked(this.exports.received(handle), 'received');
  }

  /** Takes what has arrived, at most `limit` bytes: a copy, empty where there is nothing. */
  read(handle: Handle, limit = Infinity): Uint8Array<ArrayBuffer> {
    const first = this.readRegion(handle, limit);
    // What is in a ring is one region or two.
    const second = first.length === 0 ? first : this.readRegion(handle, limit - first.length);
    if (second.length === 0) return first;
    const all = new Uint8Array(first.length + second.length);
    all.set(first);
    all.set(second, first.length);
    return all;
  }

  private readRegion(handle: Handle, limit: number): Uint8Array<ArrayBuffer> {
    const length = Math.min(this.received(handle), limit);
    const at = this.exports.received_at(handle);
    const bytes = this.bytes.slice(at, at + length);
    checked(this.exports.consume(handle, length), 'consume');
    return bytes;
  }

  /** Small segments are sent at once (true), or wait while something is unacknowledged (Nagle's algorithm: false). */
  setNoDelay(handle: Handle, noDelay: boolean, now: number): void {
    checked(this.exports.set_option(handle, Option.NO_DELAY, noDelay ? 1 : 0, now), 'set_option');
  }

  /** After so many s of silence, 1 to 65535, the peer is asked whether it lives; 0: it is not. @throws EINVAL */
  setKeepAlive(handle: Handle, seconds: number, now: number): void {
    checked(this.exports.set_option(handle, Option.KEEP_ALIVE, seconds, now), 'set_option');
  }

  /** For so many ms what was sent may remain unacknowledged; up to 4,194,240, kept in units of 64. @throws EINVAL */
  setUserTimeout(handle: Handle, timeoutMs: number, now: number): void {
    checked(this.exports.set_option(handle, Option.USER_TIMEOUT, timeoutMs, now), 'set_option');
  }

  /** FIN: we send no more. @throws ENOTCONN: not open for sending */
  shutdown(handle: Handle): void {
    checked(this.exports.shutdown(handle), 'shutdown');
  }

  /** FIN, and the handle is let go; or the end of a listener. */
  close(handle: Handle, now: number): void {
    checked(this.exports.close(handle, now), 'close');
  }

  /** RST, and the handle is let go. */
  abort(handle: Handle): void {
    checked(this.exports.abort(handle), 'abort');
  }

  /** What has happened since the last look, the oldest first. Calls may be made meanwhile. */
  *events(): Generator<CoreEvent, void, undefined> {
    for (let at = this.exports.next_event(); at !== 0; at = this.exports.next_event()) {
      const kinds = this.view.getUint32(at + EVENT_RECORD.offsets.kinds, true);
      yield {
        handle: this.view.getUint32(at + EVENT_RECORD.offsets.handle, true),
        kinds: EVENT_KINDS.filter(([, bit]) => (kinds & bit) !== 0).map(([name]) => name),
      };
    }
  }

  statistics(): Statistics {
    return readStatistics(this.view, this.statisticsAt);
  }

  pools(): Record<PoolKey, PoolUse> {
    return readPools(this.view, this.statisticsAt);
  }

  /** Bytes of memory that the core uses. */
  get memoryBytes(): number {
    return this.exports.heapBase;
  }

  snapshot(): Snapshot {
    return { memory: this.bytes.slice(0, this.memoryBytes) };
  }

  /** Back to what a core of the same module was. @throws CORE_BAD_SNAPSHOT: it is of another profile */
  restore(snapshot: Snapshot): void {
    if (snapshot.memory.length !== this.memoryBytes) {
      const message = `a snapshot of ${snapshot.memory.length} bytes is not of a core of ${this.memoryBytes}`;
      throw new CoreError('CORE_BAD_SNAPSHOT', 0, message);
    }
    this.bytes.set(snapshot.memory);
  }

  /** Another core that is as this one is now. */
  fork(): Core {
    const other = new Core(this.module);
    other.restore(this.snapshot());
    return other;
  }
}

/** Of a result of `receiveRaw`: why the frame was dropped, as a number; 0: it was not. */
export function dropOf(result: number): number {
  return result < 0 ? -result & 0xff : 0;
}

/** Of a result of `receiveRaw`: what is pending, also where the frame was dropped. */
export function pendingOf(result: number): number {
  return result < 0 ? -result >> 8 : result;
}

/** Is there something of this kind to do? */
export function isPending(bits: number, kind: Pending): boolean {
  return (bits & kind) !== 0;
}
