/**
 * DTR and RTS on Linux.
 *
 * @serialport/bindings-cpp sets the break line with them, always, and gives up where a driver has none: so with every CDC-ACM
 * port since Linux 6.6, which is the USB of an ESP32-C3, -S3 or -C6 itself (serialport/bindings-cpp#229). Its boards would
 * never come into download mode.
 */
import { libc, NativeBytes } from '../../tap/libc.js';

const TIOCMGET = 0x5415;
const TIOCMSET = 0x5418;
const TIOCM_DTR = 0x002;
const TIOCM_RTS = 0x004;

export interface Lines {
  readonly dtr: boolean;
  readonly rts: boolean;
}

export type Ioctl = (fd: number, request: number, argument: Uint8Array) => number;

const systems: Ioctl = (fd, request, argument) => libc().ioctl(fd, request, argument);

/** Both at once: a board's reset circuit looks at the two. False: the port has no such lines. */
export function setLines(fd: number, { dtr, rts }: Lines, ioctl: Ioctl = systems): boolean {
  const bits = new NativeBytes(4);
  if (ioctl(fd, TIOCMGET, bits.bytes) < 0) return false;
  const others = bits.getU32(0) & ~(TIOCM_DTR | TIOCM_RTS);
  bits.u32(0, others | (dtr ? TIOCM_DTR : 0) | (rts ? TIOCM_RTS : 0));
  return ioctl(fd, TIOCMSET, bits.bytes) >= 0;
}
