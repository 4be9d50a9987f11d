/** The kernel's end of the LAN: a link that is up, has an address, and is quiet. */

import { writeFile } from 'node:fs/promises';

import { ip } from './commands.js';
import { LanError } from './errors.js';
import { checkInterfaceName } from './libc.js';

/** Fixed, so that two captures of the same run have the same bytes. Locally administered. */
export const KERNEL_MAC = '02:46:53:00:00:01';

export interface LinkOptions {
  /** The kernel's interface. */
  name: string;
  /** With its prefix length: `10.73.0.1/24`. */
  kernelAddress: string;
  kernelMac?: string;
  /** 1500 unless said: frames of at most 1514 bytes, as the core's buffers have. */
  mtuBytes?: number;
}

/**
 * Brings `lo` and the link up and gives the kernel its address on it.
 * @throws LanError IP_MISSING, LINK_FORBIDDEN, LINK_FAILED, BAD_ARGUMENT
 */
export async function setUpLink(options: LinkOptions): Promise<void> {
  const { name, kernelAddress, kernelMac = KERNEL_MAC, mtuBytes = 1500 } = options;
  checkInterfaceName(name);
  if (!/^\d+\.\d+\.\d+\.\d+\/\d+$/.test(kernelAddress)) {
    throw new LanError(
      'BAD_ARGUMENT',
      `an address with its prefix length, such as 10.73.0.1/24: not '${kernelAddress}'`,
    );
  }
  if (!/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(kernelMac)) {
    throw new LanError('BAD_ARGUMENT', `a MAC address, such as ${KERNEL_MAC}: not '${kernelMac}'`);
  }
  await turnIpv6Off(name);
  await ip(
    'link set dev lo up',
    `link set dev ${name} address ${kernelMac} mtu ${mtuBytes} up`,
    `address add ${kernelAddress} dev ${name}`,
  );
}

/**
 * A link with IPv6 sends neighbour and router solicitations on its own, into every capture. /proc/sys/net is that of
 * this process's namespace, so no mount is needed. Where it is read-only (containers), the link gets no IPv6
 * address, which is nearly as quiet.
 */
export async function turnIpv6Off(name: string): Promise<void> {
  checkInterfaceName(name);
  try {
    await writeFile(`/proc/sys/net/ipv6/conf/${name}/disable_ipv6`, '1');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return; // a kernel without IPv6
    await ip(`link set dev ${name} addrgenmode none`);
  }
}
