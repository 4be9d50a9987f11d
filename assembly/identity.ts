import { BOOT_RECORD, IDENTITY } from './memory';

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
}

/** Who we are, as `boot` accepted it: later scribbles over the boot record change nothing. */
@unmanaged
export class Identity {
  /** The MAC as its first two and last four bytes: it is written and compared as such. */
  macHead: u16;
  booted: u16;
  macTail: u32;
  /** In network byte order, as they stand in frames. */
  address: u32;
  gateway: u32;
  mask: u32;
  /** How many random numbers were drawn since boot. */
  draws: u32;
  key0: u64;
  key1: u64;
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

/** Where a packet to this address goes on the link (network byte order): to itself or to the router; 0: nowhere. */
export function nextHop(address: u32): u32 {
  const self = identity();
  return ((address ^ self.address) & self.mask) == 0 ? address : self.gateway;
}
