import { swap16 } from './byte-order';

/** UDP, as far as a refusal needs it. RFC 768. */

export const UDP_BYTES: u32 = 8;

@unmanaged
export class UdpHeader {
  ports: u32;
  private lengthBE: u16;
  checksum: u16;

  @inline static at(address: usize): UdpHeader {
    return changetype<UdpHeader>(address);
  }

  @inline get length(): u32 {
    return swap16(this.lengthBE);
  }
}
