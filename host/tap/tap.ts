/** A TAP device: what the kernel sends into the link `name` is read here, and what is sent here it receives. */

import { DescriptorInterface } from './descriptor.js';
import { LanError } from './errors.js';
import type { Interface } from './interface.js';
import {
  EACCES,
  EBUSY,
  EINVAL,
  ENODEV,
  ENOENT,
  ENXIO,
  EPERM,
  interfaceRequest,
  libc,
  O_CLOEXEC,
  O_NONBLOCK,
  O_RDWR,
  systemError,
} from './libc.js';

const TUNSETIFF = 0x400454ca;
const IFF_TAP = 0x0002;
const IFF_NO_PI = 0x1000;

export interface TapOptions {
  /** The device is made if there is none of that name; it then goes away when it is closed. */
  name: string;
}

/**
 * Opens a TAP device; the link is down until `setUpLink`. Without IFF_VNET_HDR the kernel offers the device no
 * offloads, so each frame has at most 1514 bytes and complete checksums.
 * @throws LanError TUN_MISSING, TUN_FORBIDDEN, INTERFACE_BUSY, BAD_ARGUMENT
 */
export function openTap({ name }: TapOptions): Interface {
  const request = interfaceRequest(name).u16(16, IFF_TAP | IFF_NO_PI);
  const c = libc();
  const fd = c.open('/dev/net/tun', O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) throw cannotOpen(c.errno());
  if (c.ioctl(fd, TUNSETIFF, request.bytes) < 0) {
    const error = cannotAttach(name, c.errno());
    c.close(fd);
    throw error;
  }
  return new DescriptorInterface(name, 'tap', fd);
}

function cannotOpen(errno: number): LanError {
  if (errno === ENOENT || errno === ENODEV || errno === ENXIO) {
    return new LanError('TUN_MISSING', 'there is no /dev/net/tun; as root: modprobe tun');
  }
  if (errno === EACCES || errno === EPERM) {
    return new LanError('TUN_FORBIDDEN', '/dev/net/tun may not be opened; as root: chmod 666 /dev/net/tun');
  }
  return systemError('/dev/net/tun', errno);
}

function cannotAttach(name: string, errno: number): LanError {
  if (errno === EPERM || errno === EACCES) {
    return new LanError(
      'TUN_FORBIDDEN',
      `no permission to make the TAP device ${name}; run as root, or in a namespace`,
    );
  }
  if (errno === EBUSY) return new LanError('INTERFACE_BUSY', `the TAP device ${name} is in use by another process`);
  if (errno === EINVAL) return new LanError('INTERFACE_BUSY', `${name} exists and is not a TAP device`);
  return systemError(`TAP device ${name}`, errno);
}
