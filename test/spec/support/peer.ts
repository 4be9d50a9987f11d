import { boot } from '../../../assembly/core/boot';
import { receive, resultOf } from '../../../assembly/core/receive';
import { transmit } from '../../../assembly/core/transmit';
import { bootRecord, identity } from '../../../assembly/identity';
import { RX_FRAME, RX_IP, RX_PAYLOAD, TX_FRAME, TX_IP, TX_PAYLOAD } from '../../../assembly/memory';

/** A peer that specs play by hand: it writes frames as bytes, with checksums of its own, and reads the answers so. */

export const LOCAL: u32 = 0x0a490002;
export const REMOTE: u32 = 0x0a490001;
export const PORT: u32 = 7;
export const PEER_PORT: u32 = 40000;

export const FIN: u32 = 1;
export const SYN: u32 = 2;
export const RST: u32 = 4;
export const PSH: u32 = 8;
export const ACK: u32 = 16;

/** The window of every segment of the peer, until it tells another. */
export const PEER_WINDOW: u32 = 8192;
let toldByPeer: u32 = PEER_WINDOW;

let peerPort: u32 = PEER_PORT;

/** From now on the peer speaks from this port, until the core is booted. */
export function speaksFrom(port: u32): void {
  peerPort = port;
}

/** What is in the peer's next segment only: options, as words in network byte order, and other bytes than usual. */
const optionWords: StaticArray<u32> = new StaticArray<u32>(10);
let optionCount: u32 = 0;
let forged: u32 = 0;

/** From now on the peer's window is this, unscaled. */
export function tells(window: u32): void {
  toldByPeer = window;
}

/** The peer's next segment has this word, four bytes, as its next option or part of one. */
export function says(word: u32): void {
  optionWords[optionCount] = word;
  optionCount += 1;
}

/** Its SYN says the largest segment that it takes. RFC 9293 §3.2. */
export function saysMss(mss: u32): void {
  says(0x02040000 | mss);
}

/** What came out of order, as it says: one block. RFC 2018 §3. */
export function saysSack(left: u32, right: u32): void {
  says(0x0101050a);
  says(left);
  says(right);
}

/** The data of the peer's next segment is not what it says everywhere else at those sequence numbers. */
export function forges(): void {
  forged = 0x80;
}

/** The byte that a side says at a sequence number: it never repeats within the rings, nor at a power of two. */
export function byteAt(sequence: u32): u8 {
  return <u8>(((sequence * 0x9e3779b1) >> 25) & 0x7f);
}

function put16(at: usize, value: u32): void {
  store<u8>(at, <u8>(value >> 8));
  store<u8>(at, <u8>value, 1);
}

function put32(at: usize, value: u32): void {
  put16(at, value >> 16);
  put16(at + 2, value & 0xffff);
}

function get16(at: usize): u32 {
  return ((<u32>load<u8>(at)) << 8) | (<u32>load<u8>(at, 1));
}

function get32(at: usize): u32 {
  return (get16(at) << 16) | get16(at + 2);
}

/** The checksum as RFC 1071 §4.1 has it in C: one 16-bit word after the other. */
export function plainChecksum(at: usize, length: u32, initial: u32): u32 {
  let sum = initial;
  for (let index: u32 = 0; index + 1 < length; index += 2) sum += get16(at + index);
  if (length & 1) sum += (<u32>load<u8>(at + length - 1)) << 8;
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return ~sum & 0xffff;
}

/** Boots the core as 10.73.0.2/24 at 02:00:00:00:00:02 with this key, and fetches its announcement. */
export function bootCore(key: u64): i32 {
  const record = bootRecord();
  const at = changetype<usize>(record);
  memory.fill(at, 0, 32);
  store<u8>(at, 2);
  store<u8>(at, 2, 5);
  record.prefixLength = 24;
  put32(at + 8, LOCAL);
  record.key0 = key;
  record.key1 = ~key;
  toldByPeer = PEER_WINDOW;
  peerPort = PEER_PORT;
  const result = boot();
  transmit(0);
  return result;
}

/** The peer's segment arrives: gives what `receive` gives. `length` bytes of data follow the header. */
export function arrives(flags: u32, sequence: u32, acknowledgment: u32, length: u32, now: u32): i32 {
  memory.fill(RX_FRAME, 0, 60);
  // Ethernet: to 02:00:00:00:00:02 from 02:00:00:00:00:01, IPv4.
  store<u8>(RX_FRAME, 2);
  store<u8>(RX_FRAME, 2, 5);
  store<u8>(RX_FRAME, 2, 6);
  store<u8>(RX_FRAME, 1, 11);
  put16(RX_FRAME + 12, 0x0800);
  const headerLength = 20 + (optionCount << 2);
  const tcpLength = headerLength + length;
  store<u8>(RX_IP, 0x45);
  put16(RX_IP + 2, 20 + tcpLength);
  store<u8>(RX_IP, 64, 8);
  store<u8>(RX_IP, 6, 9);
  put32(RX_IP + 12, REMOTE);
  put32(RX_IP + 16, LOCAL);
  put16(RX_IP + 10, plainChecksum(RX_IP, 20, 0));
  put16(RX_PAYLOAD, peerPort);
  put16(RX_PAYLOAD + 2, PORT);
  put32(RX_PAYLOAD + 4, sequence);
  put32(RX_PAYLOAD + 8, acknowledgment);
  store<u8>(RX_PAYLOAD, <u8>(headerLength << 2), 12);
  store<u8>(RX_PAYLOAD, <u8>flags, 13);
  put16(RX_PAYLOAD + 14, toldByPeer);
  for (let word: u32 = 0; word < optionCount; word += 1) put32(RX_PAYLOAD + 20 + (word << 2), optionWords[word]);
  for (let index: u32 = 0; index < length; index += 1) {
    store<u8>(RX_PAYLOAD + headerLength + index, byteAt(sequence + index) | (<u8>forged));
  }
  optionCount = 0;
  forged = 0;
  const pseudo = (REMOTE >> 16) + (REMOTE & 0xffff) + (LOCAL >> 16) + (LOCAL & 0xffff) + 6 + tcpLength;
  put16(RX_PAYLOAD + 16, plainChecksum(RX_PAYLOAD, tcpLength, pseudo));
  return resultOf(receive(34 + tcpLength, now));
}

/** The peer's ARP reply arrives, so that the core knows its MAC. */
export function introduces(now: u32): void {
  memory.fill(RX_FRAME, 0, 60);
  store<u8>(RX_FRAME, 2);
  store<u8>(RX_FRAME, 2, 5);
  store<u8>(RX_FRAME, 2, 6);
  store<u8>(RX_FRAME, 1, 11);
  put16(RX_FRAME + 12, 0x0806);
  put16(RX_IP, 1);
  put16(RX_IP + 2, 0x0800);
  put16(RX_IP + 4, 0x0604);
  put16(RX_IP + 6, 2);
  store<u8>(RX_IP, 2, 8);
  store<u8>(RX_IP, 1, 13);
  put32(RX_IP + 14, REMOTE);
  store<u8>(RX_IP, 2, 18);
  store<u8>(RX_IP, 2, 23);
  put32(RX_IP + 24, LOCAL);
  receive(42, now);
}

/** Why a frame was dropped, of a result of `receive`; 0: it was not. */
export function dropOf(result: i32): i32 {
  return result < 0 ? -result & 0xff : 0;
}

// The last segment that the core sent, by `sends`.
export let sentFlags: u32 = 0;
export let sentSequence: u32 = 0;
export let sentAcknowledgment: u32 = 0;
export let sentWindow: u32 = 0;
/** Bytes of its options and of its data; where those lie until the next frame. */
export let sentOptions: u32 = 0;
export let sentLength: u32 = 0;
export let sentAt: usize = 0;
/** Were its checksums right? */
export let sentRight: bool = false;

function isArp(): bool {
  return get16(TX_FRAME + 12) == 0x0806;
}

/** Reads the segment in the frame of so many bytes that the core has made; false: it is none. */
function reads(length: u32): bool {
  if (get16(TX_FRAME + 12) != 0x0800 || load<u8>(TX_IP, 9) != 6) return false;
  const headerLength = ((<u32>load<u8>(TX_PAYLOAD, 12)) >> 4) << 2;
  const tcpLength = length - 34;
  sentSequence = get32(TX_PAYLOAD + 4);
  sentAcknowledgment = get32(TX_PAYLOAD + 8);
  sentFlags = <u32>load<u8>(TX_PAYLOAD, 13);
  sentWindow = get16(TX_PAYLOAD + 14);
  sentOptions = headerLength - 20;
  sentLength = tcpLength - headerLength;
  sentAt = TX_PAYLOAD + headerLength;
  const pseudo = (REMOTE >> 16) + (REMOTE & 0xffff) + (LOCAL >> 16) + (LOCAL & 0xffff) + 6 + tcpLength;
  sentRight = plainChecksum(TX_IP, 20, 0) == 0 && plainChecksum(TX_PAYLOAD, tcpLength, pseudo) == 0;
  return true;
}

/** Fetches what the core sends: how many frames; the last segment among them is in `sent…`. */
export function sends(now: u32): u32 {
  sentFlags = 0;
  let frames: u32 = 0;
  for (let length = transmit(now); length != 0; length = transmit(now)) {
    frames += 1;
    reads(length);
  }
  return frames;
}

/** Fetches one segment that the core sends; false: none. A peer that is asked for its MAC meanwhile tells it. */
export function sendsOne(now: u32): bool {
  sentFlags = 0;
  for (let length = transmit(now); length != 0; length = transmit(now)) {
    if (reads(length)) return true;
    if (isArp()) introduces(now);
  }
  return false;
}

/** Are all bytes of the segment just sent those of its sequence numbers, and its checksums right? */
export function isSentRight(): bool {
  for (let index: u32 = 0; index < sentLength; index += 1) {
    if (load<u8>(sentAt + index) != byteAt(sentSequence + index)) return false;
  }
  return sentRight;
}

/** A word of the options of the segment just sent. */
export function sentOption(word: u32): u32 {
  return get32(TX_PAYLOAD + 20 + (word << 2));
}

/**
 * A router tells that a segment of ours, with this sequence number, is too long for the next hop, or for another reason
 * cannot arrive. RFC 1191 §4; RFC 792.
 */
export function routerRefuses(code: u32, sequence: u32, mtu: u32, now: u32): i32 {
  memory.fill(RX_FRAME, 0, 80);
  store<u8>(RX_FRAME, 2);
  store<u8>(RX_FRAME, 2, 5);
  store<u8>(RX_FRAME, 2, 6);
  store<u8>(RX_FRAME, 1, 11);
  put16(RX_FRAME + 12, 0x0800);
  store<u8>(RX_IP, 0x45);
  put16(RX_IP + 2, 56);
  store<u8>(RX_IP, 64, 8);
  store<u8>(RX_IP, 1, 9);
  put32(RX_IP + 12, REMOTE);
  put32(RX_IP + 16, LOCAL);
  put16(RX_IP + 10, plainChecksum(RX_IP, 20, 0));
  store<u8>(RX_PAYLOAD, 3);
  store<u8>(RX_PAYLOAD, <u8>code, 1);
  put16(RX_PAYLOAD + 6, mtu);
  const quoted = RX_PAYLOAD + 8;
  store<u8>(quoted, 0x45);
  put16(quoted + 2, 1500);
  store<u8>(quoted, 63, 8);
  store<u8>(quoted, 6, 9);
  put32(quoted + 12, LOCAL);
  put32(quoted + 16, REMOTE);
  put16(quoted + 20, PORT);
  put16(quoted + 22, PEER_PORT);
  put32(quoted + 24, sequence);
  put16(RX_PAYLOAD + 2, plainChecksum(RX_PAYLOAD, 36, 0));
  return resultOf(receive(70, now));
}

/** Nothing of the peer is kept by the core any more. */
export function isBooted(): bool {
  return identity().booted != 0;
}
