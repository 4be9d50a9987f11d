import { identity } from '../identity';
import { count, Drop, Statistics } from '../statistics';
import { checksum, fold, sum } from '../wire/checksum';
import { RX_IP, RX_PAYLOAD, TX_IP, TX_PAYLOAD } from '../memory';
import { DESTINATION_UNREACHABLE, ECHO_REPLY, ICMP_BYTES, IcmpHeader } from '../wire/icmp';
import { IPV4_BYTES, Ipv4Header, PROTOCOL_ICMP, writeIpv4 } from '../wire/ipv4';
import { outbox } from '../wire/outbox';

/** What an error quotes beyond the IP header. RFC 792. */
const QUOTED_BYTES: u32 = 8;

/** Checks an ICMP message of `length` bytes in the rx buffer. */
export function checkIcmp(length: u32): Drop {
  if (length < ICMP_BYTES) return Drop.ICMP_LENGTH;
  return fold(sum(RX_PAYLOAD, length, 0)) == 0xffff ? Drop.NONE : Drop.ICMP_CHECKSUM;
}

/** Completes an ICMP message in the tx buffer into an IP packet to whoever sent the one in the rx buffer. */
function reply(length: u32): void {
  const header = IcmpHeader.at(TX_PAYLOAD);
  header.checksum = 0;
  header.checksum = checksum(sum(TX_PAYLOAD, length, 0));
  writeIpv4(TX_IP, IPV4_BYTES + length, PROTOCOL_ICMP, identity().address, Ipv4Header.at(RX_IP).source);
  outbox().packetLength = IPV4_BYTES + length;
}

/** Answers an echo request with what it carries. RFC 792; RFC 1122 §3.2.2.6. */
export function answerEcho(length: u32): void {
  memory.copy(TX_PAYLOAD, RX_PAYLOAD, length);
  IcmpHeader.at(TX_PAYLOAD).type = ECHO_REPLY;
  count(offsetof<Statistics>('echoReplies'));
  reply(length);
}

/**
 * Tells the sender of the packet in the rx buffer, `length` bytes without its header, that nothing here takes it.
 * RFC 1122 §3.2.2.1. A packet with IP options is quoted as if it had none, since they are gone by now.
 */
export function answerUnreachable(code: u8, length: u32): void {
  const header = IcmpHeader.at(TX_PAYLOAD);
  const quoted = IPV4_BYTES + min(length, QUOTED_BYTES);
  header.type = DESTINATION_UNREACHABLE;
  header.code = code;
  header.rest = 0;
  memory.copy(TX_PAYLOAD + ICMP_BYTES, RX_IP, quoted);
  count(offsetof<Statistics>('unreachablesSent'));
  reply(ICMP_BYTES + quoted);
}
