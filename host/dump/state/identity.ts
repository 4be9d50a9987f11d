/** Who the board is. What it must not tell stays here: nobody reads the key out of a dump. assembly/identity.ts */
import { formatAddress, formatMac } from '../../core/index.js';
import { IDENTITY } from '../layout.js';
import type { DumpMemory } from '../memory.js';
import { readRecord } from './record.js';

export interface IdentityReport {
  address: string;
  prefixLength: number;
  /** Absent: it has none. */
  gateway?: string;
  mac: string;
}

/** Of `macAndPrefix`: the bytes of the MAC, and where the prefix length follows. */
const MAC_BYTES = 6;

export function identityReport({ bytes, view, at }: DumpMemory): IdentityReport {
  const { fields } = IDENTITY;
  const gateway = view.getUint32(at.identity + fields.gateway.at);
  return {
    address: formatAddress(view.getUint32(at.identity + fields.address.at)),
    prefixLength: view.getUint8(at.identity + MAC_BYTES),
    ...(gateway === 0 ? {} : { gateway: formatAddress(gateway) }),
    mac: formatMac(bytes.subarray(at.identity, at.identity + MAC_BYTES)),
  };
}

/** Where the generations of handles begin. */
export function firstGenerationOf({ view, at }: DumpMemory): number {
  return readRecord(view, at.identity, IDENTITY).firstGeneration;
}
