import { Errno } from '../../errno';
import { Connection, State } from '../../pool/connection';
import { Flag } from '../../pool/owned';
import { isConnection, tupleKey } from '../../pool/entry';
import { find } from '../../pool/tuple-index';
import { Drop } from '../../statistics';
import { RX_PAYLOAD } from '../../memory';
import { ICMP_BYTES, IcmpHeader, PORT_UNREACHABLE, PROTOCOL_UNREACHABLE } from '../../wire/icmp';
import { IPV4_BYTES, Ipv4Header, PROTOCOL_TCP } from '../../wire/ipv4';
import { TcpHeader } from '../../wire/tcp';
import { refuse } from '../establish';

/** Bytes of the segment that an ICMP error quotes at least. RFC 792. */
const QUOTED_BYTES: u32 = 8;

/**
 * An ICMP Destination Unreachable of `length` bytes is in the rx buffer. It counts only when it quotes a SYN of ours
 * that is in flight: then a hard one ends the attempt and a soft one is remembered until the deadline. A connection
 * that is established is never ended by it. RFC 9293 §3.9.2.2; RFC 5927 §4 to §6.
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
  // In SYN-SENT nothing but the SYN is in flight.
  if (connection.state != State.SYN_SENT || header.sequence != connection.initialSendSequence) return Drop.ICMP_IGNORED;

  const code = IcmpHeader.at(RX_PAYLOAD).code;
  if (code == PROTOCOL_UNREACHABLE || code == PORT_UNREACHABLE) refuse(connection, Errno.ECONNREFUSED);
  else connection.set(Flag.UNREACHABLE);
  return Drop.NONE;
}
