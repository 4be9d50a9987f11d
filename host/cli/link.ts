import { insideOwnNamespace, openExisting, openLan, type Lan, type Namespace } from '../tap/index.js';
import { address, isSameNetwork, network } from './endpoint.js';
import { UsageError, type Given, type OptionTable } from './usage.js';

/** The options of every command that goes on a real LAN. */
export const LINK_OPTIONS = {
  address: { type: 'string', value: 'A/N', help: 'the core (default 10.73.0.2/24)' },
  kernel: { type: 'string', value: 'ADDRESS', help: 'the kernel at the other end (default 10.73.0.1)' },
  gateway: { type: 'string', value: 'ADDRESS', help: 'the router of the core (default: none)' },
  interface: {
    type: 'string',
    value: 'NAME',
    help: 'use this interface where it is, not one in a namespace of its own',
  },
} as const satisfies OptionTable;

/** Who is on the LAN, as asked for. */
export interface Ends {
  self: { address: string; prefixLength: number };
  kernel: string;
  gateway?: string;
}

/** @throws UsageError */
export function endsOf(given: Given): Ends {
  const self = network('address', given.text('address') ?? '10.73.0.2/24');
  const kernel = address('kernel', given.text('kernel') ?? '10.73.0.1');
  if (kernel === self.address || !isSameNetwork(kernel, self.address, self.prefixLength)) {
    throw new UsageError(
      `--kernel ${kernel}: another address in the network of --address ${self.address}/${self.prefixLength}`,
    );
  }
  const gateway = given.text('gateway');
  return { self, kernel, ...(gateway === undefined ? {} : { gateway: address('gateway', gateway) }) };
}

/** The LAN to be on, and, where it is our own, the namespace it is in. */
export async function openLink(given: Given, { self, kernel }: Ends): Promise<{ lan: Lan; own?: Namespace }> {
  const named = given.text('interface');
  if (named !== undefined) return { lan: await openExisting(named) };
  const own = insideOwnNamespace();
  return { lan: await openLan({ kernelAddress: `${kernel}/${self.prefixLength}` }), own };
}
