import { BOOT_RECORD, IDENTITY } from './memory';
import { MAC_MASK } from './wire/ethernet';
import { isHostAddress } from './wire/ipv4';

/** Where the host writes who we are before it calls `boot`. */
@unmanaged
export class BootRecord {
  mac0: u8;
  mac1: u8;
  mac2: u8;
  mac3: u8;
  mac4: u8;
  mac5: u8;
  /** Bits of the network part of the address: 1 to 30. */
  prefixLength: u8;
  reserved: u8;
  /** Our IPv4 address, in network byte order. */
  address: u32;
  /** The router's address in network byte order; 0 where there is none. */
  gateway: u32;
  /** 16 random bytes, new at every boot: initial sequence numbers, ports and cookies hang on them. */
  key0: u64;
  key1: u64;

  /** The six bytes as a number: see wire/ethernet. */
  @inline get mac(): u64 {
    return load<u64>(changetype<usize>(this)) & MAC_MASK;
  }
}

/** Who we are, as `boot` accepted it: later scribbles over the boot record change nothing. */
@unmanaged
export class Identity {
  /** As in the boot record: six bytes are the MAC, the two above the prefix length. */
  macAndPrefix: u64;
  /** In network byte order, as they stand in frames. */
  address: u32;
  gateway: u32;
  key0: u64;
  key1: u64;
  mac: u64;
  mask: u32;
  /** How many random numbers were drawn since boot. */
  draws: u32;
  /** Where the generations of handles begin. */
  firstGeneration: u32;
  booted: u32;
  /** Multipliers of the keyed hash of the 4-tuple index. */
  hash0: u64;
  hash1: u64;
}

@inline
export function bootRecord(): BootRecord {
  return changetype<BootRecord>(BOOT_RECORD);
}

@inline
export function identity(): Identity {
  return changetype<Identity>(IDENTITY);
}

/** Can this be a host's address in a network: not the network's own, nor its broadcast? RFC 1122 §3.2.1.3. */
export function isHostOf(address: u32, network: u32, mask: u32): bool {
  const host = address & ~mask;
  // Neither 0 nor ~mask, which is the highest that there can be.
  return isHostAddress(address) && ((address ^ network) & mask) == 0 && host - 1 < ~mask - 1;
}

/** Can another host on the link have this address? In network byte order. */
export function isOnLink(address: u32): bool {
  const self = identity();
  return isHostOf(address, self.address, self.mask);
}

/** Can another host on or beyond the link have this address? In network byte order. */
export function isPeer(address: u32): bool {
  const self = identity();
  if (((address ^ self.address) & self.mask) != 0) return isHostAddress(address);
  return address != self.address && isOnLink(address);
}

/** Where a packet to this address goes on the link (network byte order): to itself or to the router; 0: nowhere. */
export function nextHop(address: u32): u32 {
  const self = identity();
  return ((address ^ self.address) & self.mask) == 0 ? address : self.gateway;
}
