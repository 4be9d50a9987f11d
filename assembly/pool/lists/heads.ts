import { HEADS } from '../../memory';

/** Attempts at a SYN-ACK have delays of 1, 2, 4, 8 and 16 s: one list in order of time for each. */
export const SYN_ACK_DELAYS: u32 = 5;

/**
 * The heads of every list, each four bytes: a `List` is its first and last entry, a `FreeList` its first entry and
 * how many entries were ever used. They are one record so that boot clears them, and a dump shows them, together.
 */
@unmanaged
export class Heads {
  freeConnections: u32;
  freeHalfOpen: u32;
  freeTimeWait: u32;
  freeListeners: u32;
  freeNeighbours: u32;
  /** Connections that have something to send. */
  ready: u32;
  /** Connections whose acknowledgment can wait, the longest waiting first. */
  delayed: u32;
  /** Half-open entries whose SYN-ACK is due again. */
  resend: u32;
  /** Half-open entries that wait for their SYN-ACK's answer, by the number of retransmissions. */
  synAck0: u32;
  synAck1: u32;
  synAck2: u32;
  synAck3: u32;
  synAck4: u32;
  /** TIME-WAIT entries, the oldest first. */
  timeWait: u32;
  /** Neighbours that no connection uses, the longest unused first. */
  unusedNeighbours: u32;
  /** Neighbours to ask for now. */
  requests: u32;
  /** Neighbours that were asked for and have not answered. */
  asked: u32;
  /** Connections and listeners with an event, first in, first out. */
  events: u32;
  /** Those of apps that are linked in. */
  linkedEvents: u32;
  /** Entries of the deadline heap. */
  deadlines: u32;
  /** Half-open entries that are complete and wait for room. */
  complete: u32;
  /** Some deadline was set or cleared since the host last asked. */
  touched: bool;
  announcementDue: bool;
  conflictPending: bool;
  /** When we last defended our address, and whether ever. RFC 5227 §2.4. */
  defendedAt: u32;
  defended: bool;
  cookieSent: bool;
  cookieSentAt: u32;
}

@inline
export function heads(): Heads {
  return changetype<Heads>(HEADS);
}
