import { swap16 } from './byte-order';
import { RX_IP, RX_PAYLOAD } from '../memory';
import { TTL } from '../profile';
import { checksum, fold, pseudoHeader, sum } from './checksum';

/** IPv4. RFC 791. Addresses are handled in network byte order, as they lie. */

export const IPV4_BYTES: u32 = 20;

export const PROTOCOL_ICMP: u32 = 1;
export const PROTOCOL_TCP: u32 = 6;
export const PROTOCOL_UDP: u32 = 17;

/** Version 4 and five words of header; the service byte zero. As read little-endian. */
const VERSION_AND_LENGTH: u16 = 0x0045;
/** Don't Fragment, so an identification of zero is right for every packet: RFC 6864 §4.1. */
const DONT_FRAGMENT: u32 = 0x00400000;

/** More Fragments and the fragment offset, as read little-endian. */
export const FRAGMENT_MASK: u16 = 0xff3f;

@unmanaged
export class Ipv4Header {
  versionAndLength: u8;
  service: u8;
  private totalLengthBE: u16;
  identification: u16;
  fragment: u16;
  timeToLive: u8;
  protocol: u8;
  checksum: u16;
  source: u32;
  destination: u32;

  @inline static at(address: usize): Ipv4Header {
    return changetype<Ipv4Header>(address);
  }

  @inline get totalLength(): u32 {
    return swap16(this.totalLengthBE);
  }

  @inline get headerLength(): u32 {
    return ((<u32>this.versionAndLength) & 15) << 2;
  }
}

/** Writes a header of 20 bytes with its checksum, which is summed from the values as they are written. */
export function writeIpv4(at: usize, totalLength: u32, protocol: u32, source: u32, destination: u32): void {
  const first = (<u32>VERSION_AND_LENGTH) | (swap16(totalLength) << 16);
  const third = TTL | (protocol << 8);
  const sum = <u64>first + <u64>DONT_FRAGMENT + <u64>third + <u64>source + <u64>destination;
  store<u32>(at, first);
  store<u32>(at, DONT_FRAGMENT, 4);
  store<u32>(at, third | ((<u32>checksum(sum)) << 16), 8);
  store<u32>(at, source, 12);
  store<u32>(at, destination, 16);
}

/** Is the checksum right of the TCP segment or UDP datagram of `length` bytes in the rx buffer? */
export function isPayloadSumRight(protocol: u32, length: u32): bool {
  const header = Ipv4Header.at(RX_IP);
  const pseudo = pseudoHeader(header.source, header.destination, protocol, length);
  return fold(sum(RX_PAYLOAD, length, pseudo)) == 0xffff;
}

/** Can a host have this address? Not zero, loopback, group or reserved. RFC 1122 §3.2.1.3. Network byte order. */
export function isHostAddress(address: u32): bool {
  const first = address & 0xff;
  return first - 1 < 223 && first != 127;
}
