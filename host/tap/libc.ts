/**
 * The few C library calls that a LAN needs and that Node does not have: device and packet descriptors.
 *
 * They are called synchronously, on non-blocking descriptors: a call costs about 0.3 µs, and no thread waits in
 * one. koffi is loaded on first use, so that everything which needs no LAN runs where koffi does not.
 */

import { createRequire } from 'node:module';
import os from 'node:os';

import { LanError } from './errors.js';

type Koffi = typeof import('koffi');

/** Both directions: C reads or fills the bytes during the call and does not keep the pointer. */
type Bytes = Uint8Array;

export interface Libc {
  open(path: string, flags: number): number;
  close(fd: number): number;
  /** `ssize_t` in C; a frame's length fits an `int`, which koffi returns without a BigInt. */
  read(fd: number, bytes: Bytes, length: number): number;
  write(fd: number, bytes: Bytes, length: number): number;
  ioctl(fd: number, request: number, argument: Bytes): number;
  socket(domain: number, type: number, protocol: number): number;
  bind(fd: number, address: Bytes, length: number): number;
  setsockopt(fd: number, level: number, option: number, value: Bytes, length: number): number;
  execve(path: string, argv: (string | null)[], environment: (string | null)[]): number;
  fcntl(fd: number, command: number, argument: number): number;
  /** ethtool's ioctl: an `ifreq` whose data is a pointer, which koffi has to make. */
  ethtool(fd: number, request: number, argument: { name: string; data: { command: number; value: number } }): number;
  /** Of the last call that returned -1. */
  errno(): number;
  timerfd_create(clock: number, flags: number): number;
  /** Relative, once. Both 0: disarmed. */
  timerfd_settime(fd: number, seconds: number, nanoseconds: number): number;
  /** Calls back from libuv while the descriptor can be read; `failed`: and has stopped doing so. See readiness.ts. */
  watch(fd: number, callback: (failed: boolean) => void): Watcher;
}

export interface Watcher {
  restart(): void;
  close(): void;
}

export const O_RDWR = 0o2;
export const O_NONBLOCK = 0o4000;
export const O_CLOEXEC = 0o2000000;

const { errno: codes } = os.constants;
export const { EAGAIN, EINTR, EIO, EPERM, EACCES, EBUSY, EINVAL, ENOENT, ENODEV, ENXIO, ENOBUFS, ENETDOWN } = codes;

let loaded: Libc | undefined;

export function libc(): Libc {
  return (loaded ??= load());
}

function load(): Libc {
  if (process.platform !== 'linux') {
    throw new LanError('NOT_LINUX', `a real LAN needs Linux (TAP devices and namespaces); this is ${process.platform}`);
  }
  const koffi = loadKoffi();
  const c = koffi.load(null);
  koffi.struct('firmshake_ethtool_value', { command: 'uint32_t', value: 'uint32_t' });
  koffi.struct('firmshake_ethtool_ifreq', {
    name: koffi.array('char', 16),
    data: 'firmshake_ethtool_value *',
    rest: koffi.array('uint8_t', 24 - koffi.sizeof('void *')),
  });
  const ethtool = c.func('int ioctl(int fd, unsigned long request, firmshake_ethtool_ifreq *argument)');

  // `time_t` and `long` are the same where glibc's default is used, 32 bits or 64.
  koffi.struct('firmshake_itimerspec', {
    intervalSeconds: 'long',
    intervalNanoseconds: 'long',
    seconds: 'long',
    nanoseconds: 'long',
  });
  const settime = c.func('int timerfd_settime(int fd, int flags, firmshake_itimerspec *value, void *old)');

  return {
    timerfd_create: c.func('int timerfd_create(int clock, int flags)'),
    timerfd_settime: (fd, seconds, nanoseconds) =>
      settime(fd, 0, { intervalSeconds: 0, intervalNanoseconds: 0, seconds, nanoseconds }, null) as number,
    open: c.func('int open(const char *path, int flags)'),
    close: c.func('int close(int fd)'),
    read: c.func('int read(int fd, void *bytes, size_t length)'),
    write: c.func('int write(int fd, const void *bytes, size_t length)'),
    ioctl: c.func('int ioctl(int fd, unsigned long request, void *argument)'),
    socket: c.func('int socket(int domain, int type, int protocol)'),
    bind: c.func('int bind(int fd, const void *address, uint32_t length)'),
    setsockopt: c.func('int setsockopt(int fd, int level, int option, const void *value, uint32_t length)'),
    execve: c.func('int execve(const char *path, const char **argv, const char **environment)'),
    fcntl: c.func('int fcntl(int fd, int command, int argument)'),
    ethtool: (fd, request, argument) =>
      ethtool(fd, request, { ...argument, rest: new Uint8Array(24 - koffi.sizeof('void *')) }) as number,
    errno: () => koffi.errno(),
    watch(fd, callback) {
      // libuv stops a watcher whose descriptor reports an error (an interface that went down does) and says so in
      // a status that koffi passes first, though its types name only the events.
      const called = (status: unknown): void => callback(typeof status === 'number' && status < 0);
      const handle = koffi.node.poll(fd, { readable: true }, called);
      return { restart: () => handle.start({ readable: true }, called), close: () => handle.close() };
    },
  };
}

function loadKoffi(): Koffi {
  try {
    return createRequire(import.meta.url)('koffi') as Koffi;
  } catch (cause) {
    const platform = `${process.platform}-${process.arch}`;
    throw new LanError('FFI_MISSING', `the package koffi does not load on ${platform}; run: npm install koffi`, {
      cause,
    });
  }
}

/** `EAGAIN` for 11: what the manual calls it. */
export function errnoName(errno: number): string {
  return Object.entries(codes).find(([, value]) => value === errno)?.[0] ?? `errno ${errno}`;
}

export function systemError(what: string, errno: number): LanError {
  return new LanError('SYSTEM', `${what}: ${errnoName(errno)}`);
}

const littleEndian = os.endianness() === 'LE';

/** Kernel structures are in the machine's own byte order. */
export class NativeBytes {
  readonly bytes: Uint8Array;
  private readonly view: DataView;

  constructor(length: number) {
    this.bytes = new Uint8Array(length);
    this.view = new DataView(this.bytes.buffer);
  }

  u16(offset: number, value: number): this {
    this.view.setUint16(offset, value, littleEndian);
    return this;
  }

  u32(offset: number, value: number): this {
    this.view.setUint32(offset, value, littleEndian);
    return this;
  }

  getU32(offset: number): number {
    return this.view.getUint32(offset, littleEndian);
  }

  /** Network byte order. */
  u16be(offset: number, value: number): this {
    this.view.setUint16(offset, value);
    return this;
  }

  text(offset: number, value: string): this {
    this.bytes.set(Buffer.from(value, 'latin1'), offset);
    return this;
  }
}

/** `struct ifreq` with its name in place. A name has at most 15 bytes, as in `ip link`. */
export function interfaceRequest(name: string): NativeBytes {
  checkInterfaceName(name);
  return new NativeBytes(40).text(0, name);
}

export function checkInterfaceName(name: string): void {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,14}$/.test(name)) {
    throw new LanError('BAD_ARGUMENT', `an interface's name has 1 to 15 letters, digits, dots, dashes: not '${name}'`);
  }
}
