/** The numbers of the pcapng format (draft-ietf-opsawg-pcapng). */
export const BLOCK = { SECTION: 0x0a0d0d0a, INTERFACE: 1, SIMPLE_PACKET: 3, ENHANCED_PACKET: 6 } as const;
export const OPTION = {
  END: 0,
  COMMENT: 1,
  SECTION_APPLICATION: 4,
  INTERFACE_NAME: 2,
  INTERFACE_RESOLUTION: 9,
  INTERFACE_OFFSET: 14,
  PACKET_FLAGS: 2,
} as const;
export const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
export const LINKTYPE_ETHERNET = 1;

/** As the interface saw the packet; the low two bits of epb_flags. */
export type Direction = 'inbound' | 'outbound';
export const DIRECTION_BITS: Record<Direction, number> = { inbound: 1, outbound: 2 };

export function padded(lengthBytes: number): number {
  // not by bits: a length in a broken file may be beyond what they hold
  return Math.ceil(lengthBytes / 4) * 4;
}
