/** A board at a pseudo-terminal: a serial port for other processes. It has no lines, so its chip waits in download mode. */
import { closeSync } from 'node:fs';
import {
  EAGAIN,
  EINTR,
  libc,
  NativeBytes,
  O_CLOEXEC,
  O_NONBLOCK,
  O_RDWR,
  systemError,
} from '../../../host/tap/libc.js';
import { whenReadable, type StopWatching } from '../../../host/tap/readiness.js';
import type { Board } from './board.js';

const O_NOCTTY = 0o400;
const TIOCSPTLCK = 0x40045431;
const TIOCGPTN = 0x80045430;
const TCGETS = 0x5401;
const TCSETS = 0x5402;
/** The kernel's `struct termios`: four words of flags, a byte, 19 letters. */
const TERMIOS_BYTES = 36;
const READ_BYTES = 4096;

export class PtyPort {
  readonly path: string;
  private readonly master: number;
  /** Ours: else the master reads an error while nobody else has the port open. */
  private readonly slave: number;
  private readonly stop: StopWatching;
  private pending: Uint8Array[] = [];
  private isOpen = true;

  constructor(readonly board: Board) {
    this.master = opened('/dev/ptmx');
    const number = new NativeBytes(4);
    control(this.master, TIOCSPTLCK, new NativeBytes(4));
    control(this.master, TIOCGPTN, number);
    this.path = `/dev/pts/${number.getU32(0)}`;
    this.slave = opened(this.path);
    const termios = new NativeBytes(TERMIOS_BYTES);
    control(this.slave, TCGETS, termios);
    // Raw: no echo, no lines, no signals.
    control(this.slave, TCSETS, termios.u32(0, 0).u32(4, 0).u32(12, 0));
    this.stop = whenReadable(this.master, () => this.read());
    board.send = (bytes) => this.write(bytes);
  }

  private read(): void {
    const bytes = new Uint8Array(READ_BYTES);
    while (this.isOpen) {
      const length = libc().read(this.master, bytes, bytes.length);
      if (length <= 0) return;
      this.board.receive(bytes.slice(0, length));
    }
  }

  private write(bytes: Uint8Array): void {
    this.pending.push(bytes);
    if (this.pending.length === 1) this.flush();
  }

  private flush(): void {
    for (let [bytes] = this.pending; bytes !== undefined && this.isOpen; [bytes] = this.pending) {
      const length = libc().write(this.master, bytes, bytes.length);
      if (length < 0 && ![EAGAIN, EINTR].includes(libc().errno())) return;
      this.pending[0] = bytes.subarray(Math.max(length, 0));
      if (this.pending[0].length === 0) this.pending.shift();
      else return void setTimeout(() => this.flush(), 1);
    }
  }

  /** The device goes away, as when someone pulls the cable. */
  pull(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.stop();
    closeSync(this.slave);
    closeSync(this.master);
  }
}

function opened(path: string): number {
  const fd = libc().open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
  if (fd < 0) throw systemError(path, libc().errno());
  return fd;
}

function control(fd: number, request: number, argument: NativeBytes): void {
  if (libc().ioctl(fd, request, argument.bytes) < 0) throw systemError(`ioctl ${request}`, libc().errno());
}
