import { identity } from '../identity';
import { arpArrives } from '../lan/arp';
import { answerEcho, answerUnreachable, checkIcmp } from '../lan/icmp';
import { ipv4Arrives } from '../lan/ipv4';
import { prove } from '../lan/neighbours';
import { FRAME_BYTES, RX_FRAME } from '../memory';
import { count, Drop, drop, Statistics } from '../statistics';
import { segmentArrives } from '../tcp/arrives/segment';
import { unreachableArrives } from '../tcp/arrives/unreachable';
import { segment } from '../tcp/segment';
import {
  BROADCAST,
  destinationOf,
  ETHERNET_BYTES,
  ETHERTYPE_ARP,
  ETHERTYPE_IPV4,
  isStation,
  MAC_MASK,
  sourceAndTypeOf,
  sourceOf,
} from '../wire/ethernet';
import { RX_IP, RX_PAYLOAD } from '../memory';
import {
  DESTINATION_UNREACHABLE,
  ECHO_REQUEST,
  IcmpHeader,
  PORT_UNREACHABLE,
  PROTOCOL_UNREACHABLE,
} from '../wire/icmp';
import { Ipv4Header, isPayloadSumRight, PROTOCOL_ICMP, PROTOCOL_TCP, PROTOCOL_UDP } from '../wire/ipv4';
import { outbox } from '../wire/outbox';
import { UDP_BYTES, UdpHeader } from '../wire/udp';
import { pending } from './pending';
import { addressPacket, hopOf } from './transmit';

/** In a negative result of `receive`: the Drop, and above it what is pending all the same. */
const PENDING_SHIFT: u32 = 8;

/** One Ethernet frame of `length` bytes is in the rx buffer: why it was dropped, or NONE. */
export function receive(length: u32, now: u32): Drop {
  const reason = frameArrives(length, now);
  if (reason != Drop.NONE) drop(reason);
  if (outbox().packetLength != 0) answerSender();
  return reason;
}

/**
 * What is pending after a frame. Negative when it was dropped: -(Drop + 256 × what is pending), since an answer can be
 * due to what is dropped, too.
 */
export function resultOf(reason: Drop): i32 {
  const bits = pending();
  return reason == Drop.NONE ? bits : -((<i32>reason) | (bits << PENDING_SHIFT));
}

/** Whatever was just written goes back to where the frame came from: no neighbour need be asked for, or kept. */
function answerSender(): void {
  outbox().answerLength = addressPacket(sourceOf(RX_FRAME));
}

/** Ethernet II: the header, and who is to look at what it carries. */
function frameArrives(length: u32, now: u32): Drop {
  if (!identity().booted) return Drop.NOT_BOOTED;
  count(offsetof<Statistics>('framesReceived'));
  if (outbox().answerLength != 0) {
    outbox().answerLength = 0;
    count(offsetof<Statistics>('answersLost'));
  }
  if (length < ETHERNET_BYTES || length > FRAME_BYTES) return Drop.FRAME_LENGTH;
  const self = identity();
  const sourceAndType = sourceAndTypeOf(RX_FRAME);
  const source = sourceAndType & MAC_MASK;
  const destination = destinationOf(RX_FRAME);
  const etherType = sourceAndType >> 48;
  if (!isStation(source) || source == self.mac) return Drop.SOURCE_MAC;
  if (etherType == ETHERTYPE_ARP && (destination == self.mac || destination == BROADCAST)) {
    const answer = arpArrives(length - ETHERNET_BYTES, now);
    if (answer < 0) return <Drop>-answer;
    outbox().answerLength = answer;
    return Drop.NONE;
  }
  // Nothing else that was broadcast is looked at. RFC 1122 §3.2.2, §4.2.3.10.
  if (destination != self.mac) return Drop.NOT_FOR_US;
  return etherType == ETHERTYPE_IPV4 ? packetArrives(length - ETHERNET_BYTES, now) : Drop.ETHERTYPE;
}

/** IPv4: the header, and who is to look at what it carries. */
function packetArrives(length: u32, now: u32): Drop {
  const payload = ipv4Arrives(length);
  if (payload < 0) return <Drop>-payload;
  const protocol = <u32>Ipv4Header.at(RX_IP).protocol;
  if (protocol == PROTOCOL_TCP) return tcpArrives(payload, now);
  if (protocol == PROTOCOL_ICMP) return icmpArrives(payload);
  if (protocol == PROTOCOL_UDP) return udpArrives(payload);
  answerUnreachable(PROTOCOL_UNREACHABLE, payload);
  return Drop.NONE;
}

function tcpArrives(length: u32, now: u32): Drop {
  const reason = segmentArrives(length, now);
  const arrived = segment();
  if (arrived.proven) {
    arrived.proven = false;
    prove(hopOf(arrived.key), sourceOf(RX_FRAME), now);
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
  if (header.length != length) return Drop.UDP_INVALID;
  if (header.checksum != 0 && !isPayloadSumRight(PROTOCOL_UDP, length)) return Drop.UDP_INVALID;
  answerUnreachable(PORT_UNREACHABLE, length);
  return Drop.NONE;
}
