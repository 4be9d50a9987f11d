import { identity } from '../identity';
import { addNeighbour, findNeighbour, Neighbour } from '../pool/neighbour';
import { heads } from '../pool/heads';
import { isBefore } from '../pool/deadlines';
import { count, Drop, Statistics } from '../statistics';
import {
  ARP_BYTES,
  ARP_ETHERNET,
  ARP_IPV4,
  ARP_REPLY,
  ARP_REQUEST,
  ArpPacket,
} from '../wire/arp';
import { BROADCAST_HEAD, BROADCAST_TAIL, ETHERTYPE_ARP, EthernetHeader, ETHERNET_BYTES, isGroup } from '../wire/ethernet';
import { RX_IP, TX_IP } from '../memory';
import { isHostAddress } from '../wire/ipv4';
import { TX_FRAME } from '../memory';
import { learn } from './neighbours';

/** At most one defence of our address in so long. RFC 5227 §1.1, DEFEND_INTERVAL. */
const DEFEND_INTERVAL_MS: u32 = 10000;

const ARP_FRAME_BYTES: u32 = ETHERNET_BYTES + ARP_BYTES;

/** Writes a whole ARP frame from us into the tx buffer and gives its length. Addresses in network byte order. */
function writeArp(operation: u16, macHead: u16, macTail: u32, targetAddress: u32, isBroadcast: bool): u32 {
  const self = identity();
  const ethernet = EthernetHeader.at(TX_FRAME);
  ethernet.destinationHead = isBroadcast ? BROADCAST_HEAD : macHead;
  ethernet.destinationTail = isBroadcast ? BROADCAST_TAIL : macTail;
  ethernet.sourceHead = self.macHead;
  ethernet.sourceTail = self.macTail;
  ethernet.etherType = ETHERTYPE_ARP;
  const packet = ArpPacket.at(TX_IP);
  packet.hardwareAndProtocol = ARP_ETHERNET;
  packet.lengths = ARP_IPV4;
  packet.operation = operation;
  packet.senderMacHead = self.macHead;
  packet.senderMacTail = self.macTail;
  packet.senderAddress = self.address;
  packet.targetMacHead = macHead;
  packet.targetMacTail = macTail;
  packet.targetAddress = targetAddress;
  return ARP_FRAME_BYTES;
}

/** Tells the link who we are: an ARP request for our own address. RFC 5227 §2.3. */
export function writeAnnouncement(): u32 {
  return writeArp(ARP_REQUEST, 0, 0, identity().address, true);
}

/** Asks for a neighbour. */
export function writeRequest(neighbour: Neighbour): u32 {
  return writeArp(ARP_REQUEST, 0, 0, neighbour.address, true);
}

/**
 * An ARP packet is in the rx buffer, `length` bytes after the Ethernet header. RFC 826. Gives the length of the
 * frame that answers it, 0 for none, or a negative Drop.
 */
export function arpArrives(length: u32, now: u32): i32 {
  if (length < ARP_BYTES) return -(<i32>Drop.FRAME_LENGTH);
  const self = identity();
  const packet = ArpPacket.at(RX_IP);
  const operation = packet.operation;
  if (packet.hardwareAndProtocol != ARP_ETHERNET || packet.lengths != ARP_IPV4) return -(<i32>Drop.ARP_INVALID);
  if (operation != ARP_REQUEST && operation != ARP_REPLY) return -(<i32>Drop.ARP_INVALID);

  const sender = packet.senderAddress;
  const macHead = packet.senderMacHead;
  const macTail = packet.senderMacTail;
  if (isGroup(macHead) || (macHead | macTail) == 0) return -(<i32>Drop.ARP_INVALID);
  if (sender == self.address) return conflict(now);
  const isForUs = packet.targetAddress == self.address;
  // A probe: somebody asks whether the address is free, and has none yet. RFC 5227 §2.1.1.
  if (sender != 0) {
    if (!isHostAddress(sender) || ((sender ^ self.address) & self.mask) != 0) return -(<i32>Drop.ARP_INVALID);
    // RFC 826: who is known is updated by any packet; who is not is added only by one for us.
    const neighbour = isForUs ? addNeighbour(sender) : findNeighbour(sender);
    if (neighbour !== null) learn(neighbour, macHead, macTail, now);
    else if (!isForUs) return -(<i32>Drop.ARP_NOT_FOR_US);
  }
  if (!isForUs || operation != ARP_REQUEST) return 0;
  count(offsetof<Statistics>('arpRepliesSent'));
  return writeArp(ARP_REPLY, macHead, macTail, sender, false);
}

/** Another host claims our address: noticed, told, and defended at most once in ten seconds. RFC 5227 §2.4 (b). */
function conflict(now: u32): i32 {
  const head = heads();
  count(offsetof<Statistics>('addressConflicts'));
  head.conflictPending = true;
  if (!head.defended || !isBefore(now, head.defendedAt + DEFEND_INTERVAL_MS)) {
    head.defended = true;
    head.defendedAt = now;
    head.announcementDue = true;
  }
  return 0;
}
