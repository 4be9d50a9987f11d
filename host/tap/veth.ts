/**
 * A LAN where /dev/net/tun may not be opened: a veth pair, the kernel's address at one end (`name`), a packet socket
 * at the other (`name`-core).
 */

import { ip, isMissing } from './commands.js';
import { DescriptorInterface } from './descriptor.js';
import type { Interface } from './interface.js';
import { checkInterfaceName } from './libc.js';
import { turnIpv6Off } from './link.js';
import { turnOffloadsOff } from './offload.js';
import { openPacketSocket } from './packet.js';

export interface VethOptions {
  /** The kernel's end: at most 10 bytes, since `-core` is added for the other end. */
  name: string;
}

/**
 * Makes the pair and opens the core's end. The kernel's end is down until `setUpLink`, as with a TAP device.
 * @throws LanError IP_MISSING, LINK_FORBIDDEN, LINK_FAILED, BAD_ARGUMENT
 */
export async function openVethPacket({ name }: VethOptions): Promise<Interface> {
  const core = `${name}-core`;
  checkInterfaceName(core);
  await ip(`link add name ${name} type veth peer name ${core}`);
  const remove = async (): Promise<void> => {
    await ip(`link delete dev ${name}`);
  };
  try {
    turnOffloadsOff(name);
    turnOffloadsOff(core);
    await turnIpv6Off(core);
    // The kernel gets the core's frames at this end too. It is to ignore them: no ARP, no address, and a MAC address
    // other than the core's, so that they are another host's.
    await ip(`link set dev ${core} arp off up`);
    const fd = openPacketSocket({ name: core });
    // A pair that somebody deleted meanwhile, or that went with its namespace, is as closed as it can be.
    return new DescriptorInterface(name, 'veth', fd, () => remove().catch(ignoreMissing));
  } catch (error) {
    await remove().catch(() => {}); // the first error is the one to report
    throw error;
  }
}

function ignoreMissing(error: unknown): void {
  if (!isMissing(error)) throw error;
}
