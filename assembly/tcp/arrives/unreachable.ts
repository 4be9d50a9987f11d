import { Errno } from '../../errno';
import { Connection, State } from '../../pool/connection';
import { Flag } from '../../pool/owned';
import { isConnection, tupleKey } from '../../pool/entry';
import { makeReady } from '../../pool/lists/output';
import { find } from '../../pool/lists/tuple-index';
import { Drop } from '../../statistics';
import { RX_PAYLOAD } from '../../memory';
import {
  FRAGMENTATION_NEEDED,
  ICMP_BYTES,
  IcmpHeader,
  NEXT_HOP_MTU,
  PORT_UNREACHABLE,
  PROTOCOL_UNREACHABLE,
} from '../../wire/icmp';
import { IPV4_BYTES, Ipv4Header, PROTOCOL_TCP } from '../../wire/ipv4';
import { swap16 } from '../../wire/byte-order';
import { TCP_BYTES, TcpHeader } from '../../wire/tcp';
import { refuse } from '../handshake/establish';
import { DEFAULT_MSS, SMALLEST_MSS } from '../handshake/mss';
import { isInWindow } from '../sequence';

const HEADERS: u32 = IPV4_BYTES + TCP_BYTES;

/** Bytes of the segment that an ICMP error quotes at least. RFC 792. */
const QUOTED_BYTES: u32 = 8;

/**
 * An ICMP Destination Unreachable of `length` bytes is in the rx buffer. It counts only when it quotes a segment of ours
 * that is in flight. If that is a SYN, a hard one ends the attempt and a soft one is remembered until the deadline. A
 * connection that is established is never ended by it; it learns the path's MTU. RFC 9293 §3.9.2.2; RFC 5927 §4 to §6.
 */
export function unreachableArrives(length: u32): Drop {
  if (length < ICMP_BYTES + IPV4_BYTES + QUOTED_BYTES) return Drop.ICMP_LENGTH;
  const quoted = Ipv4Header.at(RX_PAYLOAD + ICMP_BYTES);
  const quotedHeader = quoted.headerLength;
  if (quotedHeader < IPV4_BYTES || length < ICMP_BYTES + quotedHeader + QUOTED_BYTES) return Drop.ICMP_LENGTH;
  if (quoted.protocol != PROTOCOL_TCP) return Drop.ICMP_IGNORED;

  const header = TcpHeader.at(RX_PAYLOAD + ICMP_BYTES + quotedHeader);
  const entry = find(tupleKey(quoted.destination, rotr<u32>(header.ports, 16)));
  if (entry == 0 || !isConnection(entry)) return Drop.ICMP_IGNORED;
  const connection = Connection.at(entry);
  const unacknowledged = connection.sendUnacknowledged;
  // Only what quotes a segment in flight can be an answer to it. RFC 5927 §4.1.
  if (!isInWindow(header.sequence, unacknowledged, connection.sendMaximum - unacknowledged)) return Drop.ICMP_IGNORED;

  const code = IcmpHeader.at(RX_PAYLOAD).code;
  if (code == FRAGMENTATION_NEEDED) return takePathMtu(connection, swap16(load<u16>(RX_PAYLOAD, NEXT_HOP_MTU)));
  if (connection.state != State.SYN_SENT) return Drop.ICMP_IGNORED;
  if (code == PROTOCOL_UNREACHABLE || code == PORT_UNREACHABLE) refuse(connection, Errno.ECONNREFUSED);
  else connection.set(Flag.UNREACHABLE);
  return Drop.NONE;
}

/** A router cannot forward what is longer: what is under way is sent again, smaller. RFC 1191 §3, §5. A SYN is small. */
function takePathMtu(connection: Connection, mtu: u32): Drop {
  const segmentSize = max(max(mtu, HEADERS) - HEADERS, mtu == 0 ? DEFAULT_MSS : SMALLEST_MSS);
  if (<u32>connection.state < <u32>State.ESTABLISHED || segmentSize >= connection.maximumSegmentSize)
    return Drop.ICMP_IGNORED;
  connection.maximumSegmentSize = <u16>segmentSize;
  connection.sendNext = connection.sendUnacknowledged;
  makeReady(connection);
  return Drop.NONE;
}
