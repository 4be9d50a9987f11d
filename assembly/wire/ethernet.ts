/** Ethernet II. A MAC is handled as its first two bytes (head) and its last four (tail), in network byte order. */

export const ETHERNET_BYTES: u32 = 14;

/** EtherTypes as they lie in memory, read little-endian. */
export const ETHERTYPE_IPV4: u16 = 0x0008;
export const ETHERTYPE_ARP: u16 = 0x0608;

export const BROADCAST_HEAD: u16 = 0xffff;
export const BROADCAST_TAIL: u32 = 0xffffffff;

/** The header, read and written where it lies in a frame. Frames begin two bytes before a 4-byte boundary. */
@unmanaged
export class EthernetHeader {
  destinationHead: u16;
  private destinationTail0: u16;
  private destinationTail1: u16;
  sourceHead: u16;
  private sourceTail0: u16;
  private sourceTail1: u16;
  etherType: u16;

  @inline static at(address: usize): EthernetHeader {
    return changetype<EthernetHeader>(address);
  }

  @inline get destinationTail(): u32 {
    return load<u32>(changetype<usize>(this), 2);
  }
  @inline set destinationTail(tail: u32) {
    store<u32>(changetype<usize>(this), tail, 2);
  }

  @inline get sourceTail(): u32 {
    return <u32>this.sourceTail0 | (<u32>this.sourceTail1 << 16);
  }
  @inline set sourceTail(tail: u32) {
    this.sourceTail0 = <u16>tail;
    this.sourceTail1 = <u16>(tail >> 16);
  }
}

/** A group address: broadcast or multicast. IEEE 802.3 §3.2.3. */
@inline
export function isGroup(macHead: u16): bool {
  return (macHead & 1) != 0;
}
