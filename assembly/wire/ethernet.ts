/**
 * Ethernet II. A MAC is a number of 48 bits: its bytes as they lie, the first one lowest.
 *
 * A frame begins two bytes before an 8-byte boundary. So the destination lies in the upper 48 bits of one aligned
 * word, with padding below it, and the source in the lower 48 bits of the next, with the EtherType above it.
 */

export const ETHERNET_BYTES: u32 = 14;
/** Bytes before a frame in its buffer, which a write of the destination also fills. */
export const FRAME_PADDING: u32 = 2;

/** EtherTypes, as they lie, in the upper 16 bits of the source's word. */
export const ETHERTYPE_IPV4: u64 = 0x0008;
export const ETHERTYPE_ARP: u64 = 0x0608;

export const MAC_MASK: u64 = 0xffffffffffff;
export const BROADCAST: u64 = MAC_MASK;

/** The destination of the frame at this address. */
@inline
export function destinationOf(frame: usize): u64 {
  return load<u64>(frame - FRAME_PADDING) >> 16;
}

/** The source of the frame, and above it the EtherType. */
@inline
export function sourceAndTypeOf(frame: usize): u64 {
  return load<u64>(frame + 6);
}

@inline
export function sourceOf(frame: usize): u64 {
  return sourceAndTypeOf(frame) & MAC_MASK;
}

/** Writes the header of the frame at this address. */
export function writeEthernet(frame: usize, destination: u64, source: u64, etherType: u64): void {
  store<u64>(frame - FRAME_PADDING, destination << 16);
  store<u64>(frame + 6, source | (etherType << 48));
}

/** Can one station have this MAC? Not zero, and no group (broadcast, multicast). IEEE 802.3 §3.2.3. */
export function isStation(mac: u64): bool {
  return mac != 0 && (mac & 1) == 0;
}
