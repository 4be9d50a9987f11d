/** ICMP. RFC 792. */

export const ICMP_BYTES: u32 = 8;

export const ECHO_REPLY: u8 = 0;
export const DESTINATION_UNREACHABLE: u8 = 3;
export const ECHO_REQUEST: u8 = 8;

/** Codes of Destination Unreachable. RFC 792; RFC 1122 §3.2.2.1. */
export const PROTOCOL_UNREACHABLE: u8 = 2;
export const PORT_UNREACHABLE: u8 = 3;
export const FRAGMENTATION_NEEDED: u8 = 4;

/** Where FRAGMENTATION_NEEDED has the MTU of the next hop, two bytes. RFC 1191 §4. */
export const NEXT_HOP_MTU: usize = 6;

@unmanaged
export class IcmpHeader {
  type: u8;
  code: u8;
  checksum: u16;
  rest: u32;

  @inline static at(address: usize): IcmpHeader {
    return changetype<IcmpHeader>(address);
  }
}
