/**
 * Turns off what an interface leaves to hardware. Between two ends of a veth pair nothing has to be computed, so
 * the kernel hands over segments of up to 64 KiB with unfinished checksums; a stack that is to be tested must get
 * what would be on the wire. This is `ethtool -K NAME tx off rx off sg off tso off gso off gro off` by its ioctl, since
 * the package ethtool is seldom installed. linux/ethtool.h.
 */

import { LanError } from './errors.js';
import { checkInterfaceName, EPERM, errnoName, libc, O_CLOEXEC } from './libc.js';

const AF_INET = 2;
const SOCK_DGRAM = 2;
const SIOCETHTOOL = 0x8946;

const ETHTOOL_SRXCSUM = 0x15;
const ETHTOOL_STXCSUM = 0x17;
const ETHTOOL_SSG = 0x19;
const ETHTOOL_STSO = 0x1f;
const ETHTOOL_SGSO = 0x24;
const ETHTOOL_SGRO = 0x2c;

/** What depends on another comes first. */
const OFFLOADS: readonly (readonly [what: string, command: number])[] = [
  ['TCP segmentation', ETHTOOL_STSO],
  ['segmentation', ETHTOOL_SGSO],
  ['receive merging', ETHTOOL_SGRO],
  ['scatter-gather', ETHTOOL_SSG],
  ['transmit checksums', ETHTOOL_STXCSUM],
  ['receive checksums', ETHTOOL_SRXCSUM],
];

/** @throws LanError LINK_FORBIDDEN, LINK_FAILED */
export function turnOffloadsOff(name: string): void {
  checkInterfaceName(name);
  const c = libc();
  const fd = c.socket(AF_INET, SOCK_DGRAM | O_CLOEXEC, 0);
  try {
    for (const [what, command] of OFFLOADS) {
      if (c.ethtool(fd, SIOCETHTOOL, { name, data: { command, value: 0 } }) >= 0) continue;
      const errno = c.errno();
      const code = errno === EPERM ? 'LINK_FORBIDDEN' : 'LINK_FAILED';
      throw new LanError(code, `${name}: offload of ${what} cannot be turned off: ${errnoName(errno)}`);
    }
  } finally {
    c.close(fd);
  }
}
