import { identity } from '../identity';
import { arpArrives } from '../lan/arp';
import { answerEcho, answerUnreachable, checkIcmp } from '../lan/icmp';
import { ipv4Arrives } from '../lan/ipv4';
import { prove } from '../lan/neighbours';
import { FRAME_BYTES, RX_FRAME } from '../memory';
import { count, Drop, drop, statistics, Statistics } from '../statistics';
import { segmentArrives } from '../tcp/arrives/segment';
import { unreachableArrives } from '../tcp/arrives/unreachable';
import { segment } from '../tcp/segment';
import { fold, pseudoHeader, sum } from '../wire/checksum';
import {
  BROADCAST_HEAD,
  BROADCAST_TAIL,
  ETHERNET_BYTES,
  ETHERTYPE_ARP,
  ETHERTYPE_IPV4,
  EthernetHeader,
  isGroup,
} from '../wire/ethernet';
import { RX_IP, RX_PAYLOAD } from '../memory';
import {
  DESTINATION_UNREACHABLE,
  ECHO_REQUEST,
  IcmpHeader,
  PORT_UNREACHABLE,
  PROTOCOL_UNREACHABLE,
} from '../wire/icmp';
import { Ipv4Header, PROTOCOL_ICMP, PROTOCOL_TCP, PROTOCOL_UDP } from '../wire/ipv4';
import { outbox } from '../wire/outbox';
import { UDP_BYTES, UdpHeader } from '../wire/udp';
import { pending } from './pending';
import { addressPacket, hopOf } from './transmit';

/** One Ethernet frame of `length` bytes is in the rx buffer: what is pending now, or a negative Drop. */
export function receive(length: u32, now: u32): i32 {
  const reason = frameArrives(length, now);
  if (reason != Drop.NONE) drop(reason);
  // An answer can be made to what is dropped, too.
  if (outbox().packetLength != 0) answerSender();
  return reason != Drop.NONE ? -(<i32>reason) : pending(now);
}

/** Whatever was just written goes back to where the frame came from: no neighbour need be asked for, or kept. */
function answerSender(): void {
  const ethernet = EthernetHeader.at(RX_FRAME);
  outbox().answerLength = addressPacket(ethernet.sourceHead, ethernet.sourceTail);
}

/** Ethernet II: the header, and who is to look at what it carries. */
function frameArrives(length: u32, now: u32): Drop {
  if (!identity().booted) return Drop.NOT_BOOTED;
  statistics().framesReceived += 1;
  if (outbox().answerLength != 0) {
    outbox().answerLength = 0;
    count(offsetof<Statistics>('answersLost'));
  }
  if (length < ETHERNET_BYTES || length > FRAME_BYTES) return Drop.FRAME_LENGTH;
  const self = identity();
  const ethernet = EthernetHeader.at(RX_FRAME);
  const head = ethernet.sourceHead;
  const tail = ethernet.sourceTail;
  if (isGroup(head) || (head | tail) == 0) return Drop.SOURCE_MAC;
  if (head == self.macHead && tail == self.macTail) return Drop.SOURCE_MAC;
  const isForUs = ethernet.destinationHead == self.macHead && ethernet.destinationTail == self.macTail;
  const isBroadcast = ethernet.destinationHead == BROADCAST_HEAD && ethernet.destinationTail == BROADCAST_TAIL;
  if (!isForUs && !isBroadcast) return Drop.NOT_FOR_US;

  if (ethernet.etherType == ETHERTYPE_ARP) {
    const answer = arpArrives(length - ETHERNET_BYTES, now);
    if (answer > 0) outbox().answerLength = answer;
    return answer < 0 ? <Drop>(-answer) : Drop.NONE;
  }
  if (ethernet.etherType != ETHERTYPE_IPV4) return Drop.ETHERTYPE;
  // Nothing that was broadcast is answered. RFC 1122 §3.2.2, §4.2.3.10.
  if (isBroadcast) return Drop.NOT_FOR_US;
  return packetArrives(length - ETHERNET_BYTES, now);
}

/** IPv4: the header, and who is to look at what it carries. */
function packetArrives(length: u32, now: u32): Drop {
  const payload = ipv4Arrives(length);
  if (payload < 0) return <Drop>(-payload);
  const protocol = <u32>Ipv4Header.at(RX_IP).protocol;
  if (protocol == PROTOCOL_TCP) return tcpArrives(payload, now);
  if (protocol == PROTOCOL_ICMP) return icmpArrives(payload);
  if (protocol == PROTOCOL_UDP) return udpArrives(payload);
  answerUnreachable(PROTOCOL_UNREACHABLE, payload);
  return Drop.NONE;
}

function tcpArrives(length: u32, now: u32): Drop {
  segment().proven = false;
  const reason = segmentArrives(length, now);
  const arrived = segment();
  if (arrived.proven) {
    const ethernet = EthernetHeader.at(RX_FRAME);
    prove(hopOf(arrived.key), ethernet.sourceHead, ethernet.sourceTail, now);
  }
  return reason;
}

function icmpArrives(length: u32): Drop {
  const malformed = checkIcmp(length);
  if (malformed != Drop.NONE) return malformed;
  const header = IcmpHeader.at(RX_PAYLOAD);
  if (header.type == DESTINATION_UNREACHABLE) return unreachableArrives(length);
  if (header.type != ECHO_REQUEST || header.code != 0) return Drop.ICMP_IGNORED;
  answerEcho(length);
  return Drop.NONE;
}

/** Nothing here takes UDP: a sound datagram is told so. RFC 1122 §4.1.3.1. */
function udpArrives(length: u32): Drop {
  if (length < UDP_BYTES) return Drop.UDP_INVALID;
  const header = UdpHeader.at(RX_PAYLOAD);
  if (header.length < UDP_BYTES || header.length > length) return Drop.UDP_INVALID;
  if (header.checksum != 0) {
    const ip = Ipv4Header.at(RX_IP);
    const pseudo = pseudoHeader(ip.source, ip.destination, PROTOCOL_UDP, header.length);
    if (fold(sum(RX_PAYLOAD, header.length, pseudo)) != 0xffff) return Drop.UDP_INVALID;
  }
  answerUnreachable(PORT_UNREACHABLE, length);
  return Drop.NONE;
}
