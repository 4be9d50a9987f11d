/**
 * What connections and listeners begin with: that which an app can hold a handle of, and be told of.
 */
@unmanaged
export class Owned {
  key: u64;
  chainNext: u16;
  /** The next on the list of those with something to tell. */
  eventNext: u16;
  /** What is to be told: EventKinds. */
  eventKinds: u16;
  /** Flags. */
  flags: u16;
  /** How often it was let go: part of its handles. */
  generation: u32;

  @inline static at(address: usize): Owned {
    return changetype<Owned>(address);
  }

  @inline get address(): usize {
    return changetype<usize>(this);
  }

  @inline has(flag: Flag): bool {
    return (this.flags & (<u16>flag)) != 0;
  }
  @inline set(flag: Flag): void {
    this.flags |= <u16>flag;
  }
  @inline clear(flag: Flag): void {
    this.flags &= ~(<u16>flag);
  }
}

/** Bits of `Owned.flags`. A listener has the first two only. */
export const enum Flag {
  /** The app holds the handle. */
  HELD = 1,
  /** On the list of those with something to tell. */
  EVENT_LISTED = 2,
  /** On the list of those with something to send, or on its neighbour's list of those that wait for the MAC. */
  READY = 4,
  WAITING = 8,
  /** An acknowledgment is owed. */
  ACK_DUE = 16,
  /** Our SYN or FIN is to be sent, or sent again. */
  CONTROL_DUE = 32,
  /** The connection is over; a RST is still to be sent, then the entry is free. */
  RESET_DUE = 64,
  /** Waits for `accept`. */
  QUEUED = 128,
  /** In the 4-tuple index. */
  INDEXED = 256,
  /** An ICMP error came that may pass. RFC 9293 §3.9.2.2 */
  UNREACHABLE = 512,
  /** `challengedAt` is set. */
  CHALLENGED = 1024,
}

/** The app lets its handle go: it is stale from now on, and there is nothing left to tell. */
export function letGo(owned: Owned): void {
  owned.clear(Flag.HELD);
  owned.generation += 1;
  owned.eventKinds = 0;
}
