/** The key of an entry of the 4-tuple index: as a segment that arrives spells it. assembly/pool/entry.ts */
import { formatAddress } from '../../core/index.js';

export interface Endpoint {
  address: string;
  port: number;
}

export interface Tuple {
  local: Endpoint;
  remote: Endpoint;
}

/** The tuple of the entry at `at`, whose key it begins with. */
export function readTuple(view: DataView, at: number, localAddress: string): Tuple {
  return {
    local: { address: localAddress, port: view.getUint16(at + 6) },
    remote: { address: formatAddress(view.getUint32(at)), port: view.getUint16(at + 4) },
  };
}

/** As one reads it: ours, then the peer's. */
export function formatTuple({ local, remote }: Tuple): string {
  return `${formatEndpoint(local)} ⇄ ${formatEndpoint(remote)}`;
}

export function formatEndpoint({ address, port }: Endpoint): string {
  return `${address}:${port}`;
}
