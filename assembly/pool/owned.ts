/**
 * What connections and listeners begin with: that which an app can hold a handle of, and be told of.
 */
@unmanaged
export class Owned {
  key: u64;
  chainNext: u16;
  /** The next on the list of those with something to tell. */
  eventNext: u16;
  /** How often it was let go: part of its handles. */
  generation: u32;
  /** Flags; and in the highest byte what is to be told: EventKinds. */
  flags: u32;

  @inline static at(address: usize): Owned {
    return changetype<Owned>(address);
  }

  @inline get address(): usize {
    return changetype<usize>(this);
  }

  @inline has(flag: Flag): bool {
    return (this.flags & flag) != 0;
  }
  set(flag: Flag): void {
    this.flags |= flag;
  }
  clear(flag: Flag): void {
    this.flags &= ~flag;
  }
}

/** Where the EventKinds lie in `Owned.flags`. */
export const KINDS_SHIFT: u32 = 24;
export const FLAGS_MASK: u32 = (1 << KINDS_SHIFT) - 1;

/** Where what a connection's ends allow lies in `Owned.flags`: five bits, see tcp/allowed. */
export const ALLOWS_SHIFT: u32 = 19;

/** Bits of `Owned.flags`, below those. A listener has the first two only. */
export const enum Flag {
  /** The app holds the handle. */
  HELD = 1,
  /** On the list of those with something to tell. */
  EVENT_LISTED = 2,
  /** The deadline is that of what is not acknowledged or cannot be sent. */
  OUTSTANDING = 4,
  /** An acknowledgment is owed. */
  ACK_DUE = 8,
  /** The timer says that something is to be sent, whatever the window: our SYN, what was lost, or a probe. */
  FORCED = 16,
  /** What lies at SND.UNA is lost and to be sent once more. RFC 5681 §3.2. */
  RESEND = 32,
  /** On the list of those with something to send, or on its neighbour's list of those that wait for the MAC. */
  READY = 64,
  WAITING = 128,
  /** On the list of those whose acknowledgment can wait. */
  DELAYED = 256,
  /** In fast recovery, until `recover` is acknowledged. RFC 6582 §3.2. */
  RECOVERING = 512,
  /** A round trip is being measured. */
  TIMED = 1024,
  /** The connection is over; a RST is still to be sent, then the entry is free. */
  RESET_DUE = 2048,
  /** Waits for `accept`. */
  QUEUED = 4096,
  /** In the 4-tuple index. */
  INDEXED = 8192,
  /** An app has asked for space, and is to be told when there is some. */
  SPACE_WANTED = 16384,
  /** Small segments are sent at once: no Nagle algorithm. */
  NO_DELAY = 32768,
  /** An ICMP error came that may pass. RFC 9293 §3.9.2.2 */
  UNREACHABLE = 65536,
  /** `challengedAt` is set. */
  CHALLENGED = 131072,
  /** The handle is held by an app that is linked in: it is told, not the host. */
  LINKED = 262144,
}

/** The app lets its handle go: it is stale from now on, and there is nothing left to tell. */
export function letGo(owned: Owned): void {
  owned.flags = owned.flags & FLAGS_MASK & ~Flag.HELD;
  owned.generation += 1;
}
