/**
 * An Interface over a non-blocking descriptor that gives and takes one frame per read and write: both a TAP device
 * and a packet socket are one.
 *
 * A wake-up reads all that has arrived: waking costs far more than reading.
 */

import { LanError } from './errors.js';
import type { Interface, InterfaceKind, InterfaceStatistics } from './interface.js';
import { EAGAIN, EINTR, EIO, ENETDOWN, ENOBUFS, ENXIO, errnoName, libc } from './libc.js';
import { whenReadable, type StopWatching } from './readiness.js';

/** More than any Ethernet frame of a 1500 byte MTU, with VLAN tags. */
const READ_BYTES = 2048;

/** Frames per wake-up: after so many, timers and other sockets have their turn before the rest is read. */
const FRAMES_PER_WAKEUP = 256;

export class DescriptorInterface implements Interface {
  readonly statistics: InterfaceStatistics = {
    receivedFrames: 0,
    receivedBytes: 0,
    sentFrames: 0,
    sentBytes: 0,
    droppedFrames: 0,
  };

  private readonly c = libc();
  private readonly buffer = new Uint8Array(READ_BYTES);
  private stopWatching: StopWatching | undefined;
  private handler: ((frame: Uint8Array) => void) | undefined;
  private failed: ((error: Error) => void) | undefined;
  private closing: Promise<void> | undefined;

  constructor(
    readonly name: string,
    readonly kind: InterfaceKind,
    private readonly fd: number,
    /** What else goes away with the interface. */
    private readonly release: () => Promise<void> = () => Promise.resolve(),
  ) {}

  receive(handler: (frame: Uint8Array) => void, failed?: (error: Error) => void): void {
    if (this.handler) throw new LanError('BAD_ARGUMENT', `${this.name} already has a receiver`);
    if (this.closing) throw new LanError('INTERFACE_FAILED', `${this.name} is closed`);
    this.handler = handler;
    this.failed = failed;
    this.stopWatching = whenReadable(this.fd, () => this.drain());
  }

  send(frame: Uint8Array): boolean {
    if (!this.closing) {
      const written = this.c.write(this.fd, frame, frame.length);
      if (written >= 0) {
        this.statistics.sentFrames++;
        this.statistics.sentBytes += written;
        return true;
      }
      const errno = this.c.errno();
      if (!isLoss(errno)) {
        throw new LanError('INTERFACE_FAILED', `${this.name}: cannot send ${frame.length} bytes: ${errnoName(errno)}`);
      }
    }
    this.statistics.droppedFrames++;
    return false;
  }

  close(): Promise<void> {
    if (!this.closing) {
      this.stopWatching?.();
      this.c.close(this.fd);
      this.closing = this.release();
    }
    return this.closing;
  }

  private drain(): void {
    const { buffer, c, fd, handler, statistics } = this;
    if (!handler) return;
    for (let frames = 0; frames < FRAMES_PER_WAKEUP && !this.closing; frames++) {
      const length = c.read(fd, buffer, READ_BYTES);
      if (length < 0) {
        const errno = c.errno();
        if (errno === EINTR) continue;
        if (errno !== EAGAIN && !isLoss(errno)) this.fail(errno);
        return;
      }
      statistics.receivedFrames++;
      statistics.receivedBytes += length;
      handler(buffer.subarray(0, length));
    }
  }

  private fail(errno: number): void {
    const error = new LanError('INTERFACE_FAILED', `${this.name} is gone: ${errnoName(errno)}`);
    void this.close();
    if (!this.failed) throw error;
    this.failed(error);
  }
}

/** What a network does anyway: a full queue, and a link that is down (EIO from a TAP, ENETDOWN from a socket). */
function isLoss(errno: number): boolean {
  return errno === EAGAIN || errno === ENOBUFS || errno === EIO || errno === ENETDOWN || errno === ENXIO;
}
