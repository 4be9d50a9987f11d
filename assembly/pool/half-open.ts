import { HALF_OPEN_POOL, HEADS } from '../memory';
import { PoolName, poolUse } from '../statistics';
import { addressOf, listenerKey, localPortOf } from './entry';
import { Heads, heads, SYN_ACK_DELAYS } from './lists/heads';
import { Listener } from './listener';
import { append, List, remove } from './lists/list';
import { Flag } from './owned';
import { FreeList, give, take } from './pool';

/** Which list a half-open entry is on; from SYN_ACK_0 on: that of its number of retransmissions. */
export const enum Waits {
  /** Complete, for room at its listener. */
  FOR_ROOM = 0,
  /** For its SYN-ACK to be sent again. */
  TO_RESEND = 1,
  SYN_ACK_0 = 2,
}

/** One more than the last list of those that wait for a SYN-ACK's answer. */
export const SYN_ACK_LISTS_END: u32 = <u32>Waits.SYN_ACK_0 + SYN_ACK_DELAYS;

/** An MSS is 1460 at most. */
const MSS_BITS: u32 = 11;
const MSS_MASK: u32 = (1 << MSS_BITS) - 1;

/** A handshake that a peer has begun: all that a stranger's SYN costs. */
@unmanaged
export class HalfOpen {
  key: u64;
  chainNext: u16;
  next: u16;
  previous: u16;
  /** A reference to the listener. */
  listener: u16;
  due: u32;
  initialReceiveSequence: u32;
  initialSendSequence: u32;
  /** The peer's MSS, in eleven bits; and above, what it allows: see tcp/allowed. */
  private mssAndAllows: u16;
  retransmissions: u8;
  waits: u8;

  @inline static at(address: usize): HalfOpen {
    return changetype<HalfOpen>(address);
  }

  @inline get address(): usize {
    return changetype<usize>(this);
  }

  @inline get maximumSegmentSize(): u32 {
    return (<u32>this.mssAndAllows) & MSS_MASK;
  }

  @inline get allows(): u32 {
    return (<u32>this.mssAndAllows) >> MSS_BITS;
  }

  @inline setOptions(mss: u32, allows: u32): void {
    this.mssAndAllows = <u16>(mss | (allows << MSS_BITS));
  }
}

@inline
function free(): FreeList {
  return changetype<FreeList>(HEADS + offsetof<Heads>('freeHalfOpen'));
}

/** The list that is meant by `waits`, when it is not FOR_ROOM: then it is the listener's. */
@inline
function listOf(waits: u32): List {
  return changetype<List>(HEADS + offsetof<Heads>('resend') + (waits - Waits.TO_RESEND) * 4);
}

/** Takes an entry, or null when none is left. */
export function takeHalfOpen(): HalfOpen | null {
  const address = take(free(), poolUse(PoolName.HALF_OPEN), HALF_OPEN_POOL, offsetof<HalfOpen>());
  return address == 0 ? null : HalfOpen.at(address);
}

/** Gives an entry back that is on no list. */
export function giveHalfOpen(half: HalfOpen): void {
  give(free(), poolUse(PoolName.HALF_OPEN), half.address);
}

/** The first entry that waits so, or null. */
@inline
export function firstWaiting(waits: u32): HalfOpen | null {
  return changetype<HalfOpen | null>(listOf(waits).head);
}

/** Puts an entry that is on no list to wait, for its SYN-ACK to be sent or answered. */
export function waitHalfOpen(half: HalfOpen, waits: u32): void {
  assert(waits < SYN_ACK_LISTS_END, 'there is a list for each number of retransmissions');
  half.waits = <u8>waits;
  append(listOf(waits), offsetof<HalfOpen>('next'), half.address);
  heads().touched = true;
}

/** Puts an entry that is on no list on this one, its listener's, of those that wait for room. */
export function waitForRoom(half: HalfOpen, listener: Listener): void {
  half.waits = <u8>Waits.FOR_ROOM;
  append(listener.complete, offsetof<HalfOpen>('next'), half.address);
  heads().complete += 1;
}

/** Takes an entry off the list that it waits on. */
export function unwait(half: HalfOpen): void {
  let list: List;
  if (half.waits == Waits.FOR_ROOM) {
    list = Listener.at(addressOf(half.listener)).complete;
    heads().complete -= 1;
  } else {
    list = listOf(half.waits);
    heads().touched = true;
  }
  remove(list, offsetof<HalfOpen>('next'), half.address);
}

/** The listener that the handshake began at; null: it was closed. */
export function listenerOf(half: HalfOpen): Listener | null {
  const listener = Listener.at(addressOf(half.listener));
  return listener.has(Flag.HELD) && listener.key == listenerKey(localPortOf(half.key)) ? listener : null;
}
