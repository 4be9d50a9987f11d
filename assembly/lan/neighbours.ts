import { count, Statistics } from '../statistics';
import {
  addNeighbour,
  Asking,
  firstAsking,
  forgetNeighbour,
  Neighbour,
  setAsking,
  touchNeighbour,
} from '../pool/neighbour';
import { isBefore } from '../pool/lists/deadlines';
import { wakeWaiting } from '../pool/lists/output';

/**
 * How long a MAC is believed without being asked for again. Ages wrap with the clock: a MAC that was not used for 49.7
 * days is believed for another minute, which costs a retransmission at worst.
 */
const FRESH_MS: u32 = 60000;
/** Between two requests for the same address, at least. RFC 1122 §2.3.2.1. */
const REQUEST_INTERVAL_MS: u32 = 1000;
/** A known MAC that does not answer so many requests is not believed any longer. */
const UNANSWERED: u32 = 3;

/** When a neighbour that was asked for may be asked for again. */
export function askAgainAt(neighbour: Neighbour): u32 {
  return neighbour.askedAt + REQUEST_INTERVAL_MS;
}

/** Asks for a neighbour unless that was done less than a second ago. */
function ask(neighbour: Neighbour, now: u32): void {
  if (neighbour.asking != Asking.NO) return;
  if (neighbour.requests != 0 && now - neighbour.askedAt < REQUEST_INTERVAL_MS) return;
  setAsking(neighbour, Asking.DUE);
}

/**
 * Is a neighbour's MAC known? If not, or if it was not heard of for long, it is asked for. A known MAC is used while
 * that goes on, so that a live connection does not stop for it.
 */
export function resolve(neighbour: Neighbour, now: u32): bool {
  if (!neighbour.known) {
    ask(neighbour, now);
    return false;
  }
  if (now - neighbour.confirmedAt <= FRESH_MS) return true;
  if (neighbour.requests >= UNANSWERED && now - neighbour.askedAt >= REQUEST_INTERVAL_MS) {
    neighbour.known = false;
    neighbour.requests = 0;
  }
  ask(neighbour, now);
  return neighbour.known;
}

/** Packets to a neighbour may not arrive: it is asked for, and used until it does not answer. */
export function doubt(neighbour: Neighbour, now: u32): void {
  const stale = now - FRESH_MS - 1;
  if (isBefore(stale, neighbour.confirmedAt)) neighbour.confirmedAt = stale;
}

/** The request that was due has been sent. */
export function asked(neighbour: Neighbour, now: u32): void {
  count(offsetof<Statistics>('arpRequestsSent'));
  neighbour.requests += 1;
  neighbour.askedAt = now;
  setAsking(neighbour, neighbour.known ? Asking.NO : Asking.ASKED);
}

/** A MAC is known for this address now: from ARP, or from a peer that has proven to be there. */
export function learn(neighbour: Neighbour, mac: u64, now: u32): void {
  neighbour.mac = mac;
  neighbour.known = true;
  neighbour.confirmedAt = now;
  neighbour.requests = 0;
  setAsking(neighbour, Asking.NO);
  touchNeighbour(neighbour);
  wakeWaiting(neighbour);
}

/**
 * The peer behind this address (network byte order) has completed a handshake through this MAC, so it is reached
 * there: no need to ask. What ARP has said already is not overruled.
 */
export function prove(address: u32, mac: u64, now: u32): void {
  const neighbour = addNeighbour(address);
  if (neighbour === null || neighbour.known) return;
  learn(neighbour, mac, now);
}

/** Neighbours that have not answered within a second: asked again while somebody waits, forgotten otherwise. */
export function neighboursExpire(now: u32): void {
  let neighbour = firstAsking(Asking.ASKED);
  // Every round takes one off the list.
  while (neighbour !== null && !isBefore(now, askAgainAt(neighbour))) {
    if (neighbour.waitingFirst != 0) setAsking(neighbour, Asking.DUE);
    else if (neighbour.users == 0) forgetNeighbour(neighbour);
    else setAsking(neighbour, Asking.NO);
    neighbour = firstAsking(Asking.ASKED);
  }
}
