/** Errors that calls return, negative, with Linux's numbers (asm-generic/errno.h): every C library prints them. */
export const enum Errno {
  EBADF = -9,
  EAGAIN = -11,
  EINVAL = -22,
  EPIPE = -32,
  EADDRINUSE = -98,
  EADDRNOTAVAIL = -99,
  ENETDOWN = -100,
  ENETUNREACH = -101,
  ECONNRESET = -104,
  ENOBUFS = -105,
  ENOTCONN = -107,
  ETIMEDOUT = -110,
  ECONNREFUSED = -111,
  EHOSTUNREACH = -113,
}
