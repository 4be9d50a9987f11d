/** ARP for Ethernet and IPv4. RFC 826. */

export const ARP_BYTES: u32 = 28;

/** Hardware Ethernet, protocol IPv4, lengths 6 and 4, as they lie in memory. */
export const ARP_ETHERNET: u32 = 0x00080100;
export const ARP_IPV4: u16 = 0x0406;

export const ARP_REQUEST: u16 = 0x0100;
export const ARP_REPLY: u16 = 0x0200;

@unmanaged
export class ArpPacket {
  hardwareAndProtocol: u32;
  lengths: u16;
  operation: u16;
  senderMacHead: u16;
  private senderMacTail0: u16;
  private senderMacTail1: u16;
  private senderAddress0: u16;
  private senderAddress1: u16;
  targetMacHead: u16;
  targetMacTail: u32;
  targetAddress: u32;

  @inline static at(address: usize): ArpPacket {
    return changetype<ArpPacket>(address);
  }

  @inline get senderMacTail(): u32 {
    return <u32>this.senderMacTail0 | (<u32>this.senderMacTail1 << 16);
  }
  @inline set senderMacTail(tail: u32) {
    this.senderMacTail0 = <u16>tail;
    this.senderMacTail1 = <u16>(tail >> 16);
  }

  /** In network byte order. */
  @inline get senderAddress(): u32 {
    return <u32>this.senderAddress0 | (<u32>this.senderAddress1 << 16);
  }
  @inline set senderAddress(address: u32) {
    this.senderAddress0 = <u16>address;
    this.senderAddress1 = <u16>(address >> 16);
  }
}
