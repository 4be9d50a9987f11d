import { identity, isOnLink } from '../identity';
import { addNeighbour, findNeighbour, Neighbour } from '../pool/neighbour';
import { heads } from '../pool/lists/heads';
import { count, Drop, Statistics } from '../statistics';
import { ARP_BYTES, ARP_REPLY, ARP_REQUEST, ArpPacket } from '../wire/arp';
import { BROADCAST, ETHERNET_BYTES, ETHERTYPE_ARP, isStation, writeEthernet } from '../wire/ethernet';
import { RX_IP, TX_FRAME, TX_IP } from '../memory';
import { learn } from './neighbours';

/** At most one defence of our address in so long. RFC 5227 §1.1, DEFEND_INTERVAL. */
const DEFEND_INTERVAL_MS: u32 = 10000;

/** Writes an ARP frame from us into the tx buffer and gives its length. The address is in network byte order. */
function writeArp(kind: u64, destination: u64, targetMac: u64, targetAddress: u32): u32 {
  const self = identity();
  writeEthernet(TX_FRAME, destination, self.mac, ETHERTYPE_ARP);
  ArpPacket.at(TX_IP).write(kind, self.mac, self.address, targetMac, targetAddress);
  return ETHERNET_BYTES + ARP_BYTES;
}

/** Asks the whole link who has an address. */
function writeQuestion(address: u32): u32 {
  return writeArp(ARP_REQUEST, BROADCAST, 0, address);
}

/** Tells the link who we are: an ARP request for our own address. RFC 5227 §2.3. */
export function writeAnnouncement(): u32 {
  return writeQuestion(identity().address);
}

/** Asks for a neighbour. */
export function writeRequest(neighbour: Neighbour): u32 {
  return writeQuestion(neighbour.address);
}

/**
 * An ARP packet is in the rx buffer, `length` bytes after the Ethernet header. RFC 826. Gives the length of the
 * frame that answers it, 0 for none, or a negative Drop.
 */
export function arpArrives(length: u32, now: u32): i32 {
  if (length < ARP_BYTES) return -(<i32>Drop.FRAME_LENGTH);
  const self = identity();
  const packet = ArpPacket.at(RX_IP);
  // 0 or REPLY: what tells the packet from a request of the kind that we know.
  const kind = packet.kind ^ ARP_REQUEST;
  const mac = packet.senderMac;
  const sender = packet.senderAddress;
  if (kind != 0 && kind != (ARP_REQUEST ^ ARP_REPLY)) return -(<i32>Drop.ARP_INVALID);
  if (!isStation(mac)) return -(<i32>Drop.ARP_INVALID);
  if (sender == self.address) return conflict(now);
  const isForUs = packet.targetAddress == self.address;
  // A probe: somebody asks whether the address is free, and has none yet. RFC 5227 §2.1.1.
  if (sender != 0) {
    if (!isOnLink(sender)) return -(<i32>Drop.ARP_INVALID);
    // RFC 826: who is known is updated by any packet; who is not is added only by one for us.
    const neighbour = isForUs ? addNeighbour(sender) : findNeighbour(sender);
    if (neighbour !== null) learn(neighbour, mac, now);
    else if (!isForUs) return -(<i32>Drop.ARP_NOT_FOR_US);
  }
  if (!isForUs || kind != 0) return 0;
  count(offsetof<Statistics>('arpRepliesSent'));
  return writeArp(ARP_REPLY, mac, mac, sender);
}

/** Another host claims our address: noticed, told, and defended at most once in ten seconds. RFC 5227 §2.4 (b). */
function conflict(now: u32): i32 {
  const head = heads();
  count(offsetof<Statistics>('addressConflicts'));
  head.conflictPending = true;
  if (!head.defended || now - head.defendedAt >= DEFEND_INTERVAL_MS) {
    head.defended = true;
    head.defendedAt = now;
    head.announcementDue = true;
  }
  return 0;
}
