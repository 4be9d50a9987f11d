import { identity } from '../identity';
import { count, Drop, Statistics } from '../statistics';
import { writeIpv4, IPV4_BYTES, PROTOCOL_TCP } from '../wire/ipv4';
import { writeScaleOption, writeSynOptions } from '../wire/options';
import { outbox } from '../wire/outbox';
import { ACK, RST, SYN, TCP_BYTES, WINDOW_SHIFT, writeTcp } from '../wire/tcp';
import { TX_IP, TX_OPTIONS, TX_PAYLOAD } from '../memory';
import { outgoingPorts, remoteAddressOf } from '../pool/entry';
import { Connection, RECEIVE_WINDOW } from '../pool/connection';
import { Flag } from '../pool/owned';
import { ANNOUNCED_MSS } from './handshake/mss';
import { segment } from './segment';
import { announcedWindow } from './data/window';
import { ALLOWS_SACK, RECEIVE_SCALE } from './handshake/allowed';
import { IS_SCALED } from '../profile';

/** Between two challenge ACKs, or two ACKs of segments outside the window, that one connection gives. RFC 5961 §7. */
const CHALLENGE_INTERVAL_MS: u32 = 500;

/** The window of a segment of ours, in its `control`, before there is a connection: an empty ring. */
export const FIRST_WINDOW: u32 = RECEIVE_WINDOW << WINDOW_SHIFT;

/**
 * Writes a segment to the peer of this 4-tuple as an IP packet in the tx buffer.
 * `control` is its flags and its window: see `writeTcp`. Then the bytes of its options and of its data, which lie there.
 */
export function writeSegment(
  key: u64,
  sequence: u32,
  acknowledgment: u32,
  control: u32,
  options: u32,
  data: u32,
): void {
  const local = identity().address;
  const remote = remoteAddressOf(key);
  const ports = outgoingPorts(key);
  const length = IPV4_BYTES + TCP_BYTES + options + data;
  writeTcp(TX_PAYLOAD, local, remote, ports, sequence, acknowledgment, control, options, data);
  writeIpv4(TX_IP, length, PROTOCOL_TCP, local, remote);
  outbox().packetLength = length;
  count(offsetof<Statistics>('segmentsSent'));
}

/** Answers the segment with a RST that its sender will accept: it is not dropped. RFC 9293 §3.10.7.1. */
export function answerReset(): Drop {
  const arrived = segment();
  count(offsetof<Statistics>('resetsSent'));
  if (arrived.has(ACK)) writeSegment(arrived.key, arrived.acknowledgment, 0, RST, 0, 0);
  else writeSegment(arrived.key, 0, arrived.sequence + arrived.length, RST | ACK, 0, 0);
  return Drop.NONE;
}

/**
 * Writes a SYN, with the acknowledgment of the peer's if `flags` say so. It allows what the peer allows or may: see
 * `allowed`.
 */
export function writeSyn(key: u64, iss: u32, acknowledgment: u32, flags: u32, allows: u32): void {
  let options = writeSynOptions(TX_OPTIONS, ANNOUNCED_MSS, allows & ALLOWS_SACK);
  if (IS_SCALED && allows > ALLOWS_SACK) options += writeScaleOption(TX_OPTIONS + options, RECEIVE_SCALE);
  writeSegment(key, iss, acknowledgment, flags | FIRST_WINDOW, options, 0);
}

/** Answers a SYN with our SYN and the acknowledgment of theirs: the second packet. */
export function answerSynAck(iss: u32, allows: u32): void {
  const arrived = segment();
  writeSyn(arrived.key, iss, arrived.sequence + 1, SYN | ACK, allows);
}

/** Answers with an ACK that tells the peer where we stand, where nothing has come yet; gives `reason` back. */
export function answerAck(sequence: u32, acknowledgment: u32, reason: Drop): Drop {
  return answerStanding(sequence, acknowledgment, ACK | FIRST_WINDOW, reason);
}

function answerStanding(sequence: u32, acknowledgment: u32, control: u32, reason: Drop): Drop {
  count(offsetof<Statistics>('challengeAcks'));
  writeSegment(segment().key, sequence, acknowledgment, control, 0, 0);
  return reason;
}

/**
 * Answers a segment that a connection does not accept with an ACK, and gives `reason` back.
 *
 * Limited for each connection, never over all (CVE-2016-5696): an attacker learns nothing of one connection from
 * another's answers. A segment with data or FIN is a retransmission after our ACK was lost, and always answered.
 */
export function challenge(connection: Connection, now: u32, reason: Drop): Drop {
  const arrived = segment();
  const limited = arrived.length == 0 || arrived.has(SYN | RST);
  if (limited) {
    if (connection.has(Flag.CHALLENGED) && now - connection.challengedAt < CHALLENGE_INTERVAL_MS) {
      count(offsetof<Statistics>('challengeAcksLimited'));
      return reason;
    }
    connection.challengedAt = now;
    connection.set(Flag.CHALLENGED);
  }
  const control = ACK | (announcedWindow(connection) << WINDOW_SHIFT);
  return answerStanding(connection.sendMaximum, connection.receiveNext, control, reason);
}
