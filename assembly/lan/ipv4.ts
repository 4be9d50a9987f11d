import { identity, isPeer } from '../identity';
import { Drop } from '../statistics';
import { fold, sum } from '../wire/checksum';
import { RX_IP, RX_PAYLOAD } from '../memory';
import { FRAGMENT_MASK, IPV4_BYTES, Ipv4Header } from '../wire/ipv4';

/**
 * An IPv4 packet is in the rx buffer, in `length` bytes after the Ethernet header, which may be padded or carry a
 * check sequence behind the packet. Gives the length of what it carries, which lies at RX_PAYLOAD from then on, or a
 * negative Drop. RFC 791; RFC 1122 §3.2.
 */
export function ipv4Arrives(length: u32): i32 {
  if (length < IPV4_BYTES) return -(<i32>Drop.IP_LENGTH);
  const header = Ipv4Header.at(RX_IP);
  if (header.versionAndLength >> 4 != 4) return -(<i32>Drop.IP_VERSION);
  const headerLength = header.headerLength;
  const totalLength = header.totalLength;
  if (headerLength < IPV4_BYTES || totalLength < headerLength || totalLength > length) return -(<i32>Drop.IP_LENGTH);
  if (fold(sum(RX_IP, headerLength, 0)) != 0xffff) return -(<i32>Drop.IP_CHECKSUM);
  if (header.destination != identity().address) return -(<i32>Drop.IP_DESTINATION);
  if (!isPeer(header.source)) return -(<i32>Drop.IP_SOURCE);
  if ((header.fragment & FRAGMENT_MASK) != 0) return -(<i32>Drop.IP_FRAGMENT);
  const payload = totalLength - headerLength;
  // Options mean nothing to us. The payload is moved over them, so that it always lies in the same place.
  if (headerLength != IPV4_BYTES) memory.copy(RX_PAYLOAD, RX_IP + headerLength, payload);
  return <i32>payload;
}
