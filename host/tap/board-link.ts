/**
 * A TAP device for a board that runs as another program: that opens the device, and what it sends and is sent is seen here, by a
 * packet socket on the same device.
 */

import { ip } from './commands.js';
import type { Interface } from './interface.js';
import { checkInterfaceName } from './libc.js';
import { turnIpv6Off } from './link.js';
import { openPacket } from './packet.js';

/** @throws LanError IP_MISSING, LINK_FORBIDDEN, LINK_FAILED, BAD_ARGUMENT */
export async function openBoardLink(name: string): Promise<Interface> {
  checkInterfaceName(name);
  await ip(`tuntap add dev ${name} mode tap`);
  await turnIpv6Off(name);
  // The kernel sees these frames, too, and is to ignore them: no ARP, no address, and a MAC address that is another's.
  await ip(`link set dev ${name} arp off up`);
  return openPacket({ name, promiscuous: true });
}
