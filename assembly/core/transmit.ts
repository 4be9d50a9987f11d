import { identity, nextHop } from '../identity';
import { writeAnnouncement, writeRequest } from '../lan/arp';
import { asked, doubt, resolve } from '../lan/neighbours';
import { TX_FRAME } from '../memory';
import { Connection, State } from '../pool/connection';
import { addressOf, referenceOf, remoteAddressOf } from '../pool/entry';
import { firstWaiting, Waits } from '../pool/half-open';
import { heads } from '../pool/lists/heads';
import { addNeighbour, Asking, firstAsking, Neighbour, useNeighbour } from '../pool/neighbour';
import { Flag } from '../pool/owned';
import { firstReady, unlist, waitForNeighbour } from '../pool/lists/output';
import { count, Statistics } from '../statistics';
import { free } from '../tcp/end';
import { isOutstanding } from '../tcp/data/outstanding';
import { resendSynAck, sendFrom } from '../tcp/output';
import { startTimer } from '../tcp/timeouts/connection';
import { ETHERNET_BYTES, ETHERTYPE_IPV4, writeEthernet } from '../wire/ethernet';
import { outbox } from '../wire/outbox';

/** So many retransmissions, and the way to the peer is asked for anew. RFC 9293 §3.8.3 (MUST-20): R1. */
const R1: u32 = 3;

/** Puts an Ethernet header before the packet that was just written; gives the length of the frame. */
export function addressPacket(destination: u64): u32 {
  const box = outbox();
  const length = ETHERNET_BYTES + box.packetLength;
  box.packetLength = 0;
  writeEthernet(TX_FRAME, destination, identity().mac, ETHERTYPE_IPV4);
  return length;
}

/** Where packets to this peer go on the link. Without a router, a peer beyond it is where its frames came from. */
export function hopOf(key: u64): u32 {
  const address = remoteAddressOf(key);
  const hop = nextHop(address);
  return hop == 0 ? address : hop;
}

/** Makes the next frame in the tx buffer; gives its length, 0 when there is nothing to send. */
export function transmit(now: u32): u32 {
  const length = nextFrame(now);
  if (length != 0) count(offsetof<Statistics>('framesSent'));
  return length;
}

function nextFrame(now: u32): u32 {
  const answer = outbox().answerLength;
  if (answer != 0) {
    outbox().answerLength = 0;
    return answer;
  }
  const head = heads();
  if (head.announcementDue) {
    head.announcementDue = false;
    return writeAnnouncement();
  }
  const synAck = nextSynAck(now);
  if (synAck != 0) return synAck;
  const segment = nextSegment(now);
  if (segment != 0) return segment;
  const neighbour = firstAsking(Asking.DUE);
  if (neighbour === null) return 0;
  asked(neighbour, now);
  return writeRequest(neighbour);
}

/** SYN-ACKs that are due again. One whose neighbour is not known waits for its next time. */
function nextSynAck(now: u32): u32 {
  let half = firstWaiting(Waits.TO_RESEND);
  // Every round takes one off the list.
  while (half !== null) {
    const neighbour = addNeighbour(hopOf(half.key));
    const isReachable = neighbour !== null && resolve(neighbour, now);
    resendSynAck(half, isReachable);
    if (neighbour !== null && isReachable) return addressPacket(neighbour.mac);
    half = firstWaiting(Waits.TO_RESEND);
  }
  return 0;
}

/** The neighbour of a connection, found once. */
function neighbourOf(connection: Connection): Neighbour {
  let entry = addressOf(connection.neighbour);
  if (entry == 0) {
    entry = changetype<usize>(addNeighbour(hopOf(connection.key)));
    assert(entry != 0, 'there is a neighbour for every connection');
    connection.neighbour = referenceOf(entry);
    useNeighbour(Neighbour.at(entry));
  }
  return Neighbour.at(entry);
}

/**
 * A connection's neighbour is not known yet. What a timer stands behind waits for it. A RST is not worth waiting for,
 * and an ACK will be asked for again: no connection waits for ever.
 */
function notReachable(connection: Connection, now: u32): void {
  if (connection.has(Flag.RESET_DUE)) {
    free(connection);
  } else if (connection.has(Flag.FORCED) || isOutstanding(connection)) {
    if (<i32>connection.state >= State.ESTABLISHED && !connection.has(Flag.OUTSTANDING)) startTimer(connection, now);
    waitForNeighbour(connection);
  } else {
    connection.clear(Flag.ACK_DUE);
    unlist(connection);
  }
}

/** Segments of connections, in the order in which they became ready. */
function nextSegment(now: u32): u32 {
  let connection = firstReady();
  // Every round takes one off the list.
  while (connection !== null) {
    const neighbour = neighbourOf(connection);
    if (!resolve(neighbour, now)) {
      notReachable(connection, now);
    } else {
      const mac = neighbour.mac;
      if (connection.retransmissions == R1) doubt(neighbour, now);
      unlist(connection);
      if (sendFrom(connection, now)) return addressPacket(mac);
    }
    connection = firstReady();
  }
  return 0;
}
