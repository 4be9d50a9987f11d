/** A real LAN with the kernel at one end and the core at the other, by whichever way this machine allows. */

import { ip, isMissing } from './commands.js';
import { LanError } from './errors.js';
import type { Interface } from './interface.js';
import { checkInterfaceName } from './libc.js';
import { setUpLink, type LinkOptions } from './link.js';
import { openPacket } from './packet.js';
import { openTap } from './tap.js';
import { openVethPacket } from './veth.js';

export interface LanOptions extends Omit<LinkOptions, 'name'> {
  /** What the kernel's interface is called. */
  name?: string;
  /** Only this way, for a test of it; else a TAP device, or where there can be none, a veth pair. */
  only?: 'tap' | 'veth';
}

export interface Lan {
  readonly interface: Interface;
  /** One line for people: which way, and why not the better one. */
  readonly description: string;
}

/**
 * Opens the LAN and sets up the kernel's end. To be called in a namespace of its own (`insideOwnNamespace`).
 * @throws LanError that says what is missing, when there is no way
 */
export async function openLan(options: LanOptions): Promise<Lan> {
  const { name = 'lan0', only, ...link } = options;
  const lan = await openEither(name, only);
  try {
    await setUpLink({ ...link, name });
  } catch (error) {
    await lan.interface.close();
    throw error;
  }
  return lan;
}

/**
 * Uses an interface where it is, in the namespace where this process is, and leaves its addresses alone: a TAP
 * device as its other end, anything else by a packet socket.
 * @throws LanError INTERFACE_MISSING, INTERFACE_BUSY, TUN_MISSING, TUN_FORBIDDEN, LINK_FORBIDDEN
 */
export async function openExisting(name: string): Promise<Lan> {
  if (await isTap(name)) return { interface: openTap({ name }), description: `the TAP device ${name}` };
  return { interface: openPacket({ name, promiscuous: true }), description: `a packet socket on ${name}` };
}

/** Asked of `ip`: /sys/class/net shows the namespace in which /sys was mounted, not the one where we are. */
async function isTap(name: string): Promise<boolean> {
  checkInterfaceName(name);
  try {
    return /^\s*tun type tap\b/m.test(await ip(`link show dev ${name}`));
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new LanError('INTERFACE_MISSING', `there is no interface ${name}; see: ip link`);
  }
}

async function openEither(name: string, only: 'tap' | 'veth' | undefined): Promise<Lan> {
  let reason = '';
  if (only !== 'veth') {
    try {
      return { interface: openTap({ name }), description: `the TAP device ${name}` };
    } catch (error) {
      if (only === 'tap' || !isAboutTun(error)) throw error;
      reason = error.message;
    }
  }
  try {
    const veth = await openVethPacket({ name });
    const why = reason ? ` (no TAP device: ${reason})` : '';
    return { interface: veth, description: `the veth pair ${name}, ${name}-core${why}` };
  } catch (error) {
    if (!reason || !(error instanceof LanError)) throw error;
    throw new LanError(error.code, `no TAP device: ${reason}; and no veth pair: ${error.message}`, {
      cause: error,
    });
  }
}

function isAboutTun(error: unknown): error is LanError {
  return error instanceof LanError && (error.code === 'TUN_MISSING' || error.code === 'TUN_FORBIDDEN');
}
