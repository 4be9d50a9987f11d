import {
  ACK,
  arrives,
  bootCore,
  byteAt,
  dropOf,
  introduces,
  isSentRight,
  PEER_PORT,
  PEER_WINDOW,
  PEER_WINDOW,
  PORT,
  REMOTE,
  says,
  saysMss,
  sends,
  sendsOne,
  sentLength,
  sentSequence,
  SYN,
  tells,
} from './peer';
import { expireAll, nextDeadline } from '../../../assembly/core/deadline';
import { CONNECTION_POOL } from '../../../assembly/memory';
import { Connection } from '../../../assembly/pool/connection';
import { insert, withdraw } from '../../../assembly/pool/lists/tuple-index';
import { connect } from '../../../assembly/tcp/calls/connect';
import { accept, listen } from '../../../assembly/tcp/calls/listen';
import { send, sendAt, sendSpace } from '../../../assembly/tcp/calls/send';

/** A connection that is established, as most specs begin: the only one, so the first of its pool. */

/** RCV.NXT and SND.UNA of our side when it was established; what the peer says next has this number. */
export let peerNext: u32 = 0;
export let ourFirst: u32 = 0;
/** The app's handle. */
export let handle: i32 = 0;
export let listener: i32 = 0;
/** Where the app is: the sequence number of the byte that it gives next. */
let written: u32 = 0;

/**
 * The peer opens a connection at time 0 and the app accepts it. `irs` is the peer's; `mss` 0: it does not say. `window` is
 * the peer's from the beginning.
 */
export function establishedFrom(irs: u32, mss: u32, permitsSack: bool = false, window: u32 = PEER_WINDOW): void {
  bootCore(9);
  introduces(0);
  tells(window);
  listener = listen(PORT, 4);
  if (mss != 0) saysMss(mss);
  if (permitsSack) says(0x01010402);
  arrives(SYN, irs, 0, 0, 0);
  sends(0);
  ourFirst = sentSequence + 1;
  written = ourFirst;
  peerNext = irs + 1;
  arrives(ACK, peerNext, ourFirst, 0, 0);
  handle = accept(listener);
}

/** As most do it: MSS 1460. */
export function established(): void {
  establishedFrom(0xfffffff0, 1460);
}

/**
 * The app has sent a SYN, and the peer too: SYN-RECEIVED by simultaneous open, RFC 9293 §3.5, Figure 7. The port that the
 * core connects from is random; what the peer sends is for PORT, so the connection is moved there.
 */
export function synReceived(irs: u32): void {
  bootCore(9);
  introduces(0);
  handle = connect(REMOTE, PEER_PORT, 10000, 0);
  sends(0);
  ourFirst = sentSequence + 1;
  written = ourFirst;
  peerNext = irs + 1;
  const key = (connection().key & 0x0000ffffffffffff) | ((<u64>bswap<u16>(<u16>PORT)) << 48);
  withdraw(connection().address);
  insert(connection().address, key);
  arrives(SYN, irs, 0, 0, 0);
  sends(0);
}

/** The peer fills the window that it was told, but for `left` bytes, and hears what the core answers. */
export function fillsWindow(left: u32, acknowledged: u32, now: u32): void {
  // Each round says 1,000 bytes or all the rest.
  for (let rest = connection().receiveWindow - left; rest != 0; rest = connection().receiveWindow - left) {
    peerSays(min<u32>(rest, 1000), acknowledged, now);
    sends(now);
  }
  expireAll(now + 40);
  sends(now + 40);
}

@inline
export function connection(): Connection {
  return Connection.at(CONNECTION_POOL);
}

/** The app writes so many bytes, in as many parts as the ring makes of them: how many it could. */
export function writes(length: u32): u32 {
  let rest = length;
  for (let part: u32 = 0; rest != 0 && part < 4; part += 1) {
    const space = sendSpace(handle);
    if (space <= 0) break;
    const size = min<u32>(rest, space);
    const at = sendAt(handle);
    for (let index: u32 = 0; index < size; index += 1) store<u8>(at + index, byteAt(written + index));
    assert(send(handle, size) == <i32>size, 'what there is space for is taken');
    written += size;
    rest -= size;
  }
  return length - rest;
}

/** The peer says the next `length` bytes, which arrive, and acknowledges `acknowledged` bytes of ours. */
export function peerSays(length: u32, acknowledged: u32, now: u32): i32 {
  const drop = dropOf(arrives(ACK, peerNext, ourFirst + acknowledged, length, now));
  peerNext += length;
  return drop;
}

/** The peer's ACK of the first `acknowledged` bytes of ours arrives. */
export function acks(acknowledged: u32, now: u32): i32 {
  return peerSays(0, acknowledged, now);
}

/** What the core sends now: "from+length" for each segment, counted from its first byte; "!": with a wrong byte. */
export function sent(now: u32): string {
  let all = '';
  while (sendsOne(now)) {
    if (all.length != 0) all += ' ';
    all += (<i32>(sentSequence - ourFirst)).toString() + '+' + sentLength.toString();
    if (!isSentRight()) all += '!';
  }
  return all;
}

/** When the core is to run next, counted from `now`; then it runs at that time. */
export function expiresNext(now: u32): u32 {
  const left = nextDeadline(now);
  assert(left >= 0, 'something is due');
  expireAll(now + left);
  return now + left;
}
