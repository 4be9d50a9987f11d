import { MAC_MASK } from './ethernet';

/**
 * ARP for Ethernet and IPv4. RFC 826. A packet begins at an 8-byte boundary, and three words hold all but its target
 * address: what it is; the sender's MAC and half of its address; the other half and the target's MAC.
 */

export const ARP_BYTES: u32 = 28;

/** Hardware Ethernet, protocol IPv4, lengths 6 and 4, and the operation: as they lie. */
export const ARP_REQUEST: u64 = 0x0100_0406_0008_0100;
export const ARP_REPLY: u64 = 0x0200_0406_0008_0100;

@unmanaged
export class ArpPacket {
  kind: u64;
  private senderMacAndAddress: u64;
  private addressAndTargetMac: u64;
  /** In network byte order. */
  targetAddress: u32;

  @inline static at(address: usize): ArpPacket {
    return changetype<ArpPacket>(address);
  }

  @inline get senderMac(): u64 {
    return this.senderMacAndAddress & MAC_MASK;
  }

  /** In network byte order. */
  @inline get senderAddress(): u32 {
    return (<u32>(this.senderMacAndAddress >> 48)) | ((<u32>this.addressAndTargetMac) << 16);
  }

  /** Writes the whole packet. Addresses are in network byte order. */
  write(kind: u64, senderMac: u64, senderAddress: u32, targetMac: u64, targetAddress: u32): void {
    this.kind = kind;
    this.senderMacAndAddress = senderMac | ((<u64>senderAddress) << 48);
    this.addressAndTargetMac = (<u64>(senderAddress >> 16)) | (targetMac << 16);
    this.targetAddress = targetAddress;
  }
}
