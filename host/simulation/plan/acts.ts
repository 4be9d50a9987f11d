/**
 * What is to happen in a run: a list that the seed draws, and that can be shortened. Nothing in an act hangs on another act, so
 * that any part of a list is a list: what an act is about when it comes (the third connection of a host, say) is chosen by a
 * fraction, `pick`, of what there is then.
 */

/** The modules that hosts run: two sizes of pools, each built small and built fast, and the one with assertions. */
export const MODULE_NAMES = ['tiny', 'tiny-fast', 'lan', 'lan-fast', 'debug'] as const;
export type ModuleName = (typeof MODULE_NAMES)[number];

/** How an app treats a connection. */
export interface Manners {
  /** How many bytes it has to say, in pieces of so many, with so long between two. */
  bytes: number;
  pieceBytes: number;
  pauseMs: number;
  /** It reads at most so many at once, with so long between two; `readPauseMs` -1: it never reads. */
  readBytes: number;
  readPauseMs: number;
  /** What it does when all is said; `stay`: nothing. */
  farewell: 'close' | 'shutdown' | 'abort' | 'stay';
  /** Not before so long after it was connected. */
  farewellAfterMs: number;
  /** Nor before the peer has said all. */
  waitsForPeer: boolean;
  /** How long it keeps a handle of which it was told that it is over. */
  lingerMs: number;
  noDelay: boolean;
  /** 0: none. */
  keepAliveSeconds: number;
  /** 0: as it is at first. */
  userTimeoutMs: number;
}

export interface Listen {
  kind: 'listen';
  host: number;
  port: number;
  backlog: number;
  /** How long a connection waits for the app to take it. */
  acceptAfterMs: number;
  /** How those that are accepted are treated, in turn. */
  manners: Manners[];
}

export interface Connect {
  kind: 'connect';
  host: number;
  /** Beyond the last host: an address that nobody has. */
  to: number;
  port: number;
  timeoutMs: number;
  manners: Manners;
}

/** Two hosts connect to each other's port at once: RFC 9293 §3.5, Figure 7. */
export interface Meet {
  kind: 'meet';
  host: number;
  to: number;
  /** How much later the other one is, in ms. */
  lateMs: number;
  manners: Manners;
}

/** An app does something else with a connection, or with a listener, than its manners say. */
export interface Touch {
  kind: 'touch';
  host: number;
  pick: number;
  how: 'close' | 'abort' | 'shutdown' | 'read' | 'unlisten';
}

/** All apps of a host neither read nor write nor close any more. */
export interface Abandon {
  kind: 'abandon';
  host: number;
}

/**
 * A host loses its power. `keepsKey`: its key is kept, and its clock goes on. Otherwise both are new. (The same key with a clock that
 * begins anew is what the boot record forbids: sequence numbers would be used again.)
 */
export interface Reboot {
  kind: 'reboot';
  host: number;
  offMs: number;
  keepsKey: boolean;
  key: number[];
  startTime: number;
}

/** Nothing gets from one host (-1: any) to another (-1: any). */
export interface Cut {
  kind: 'cut';
  from: number;
  to: number;
  bothWays: boolean;
  forMs: number;
}

/** The network does wrong by chance: probabilities for each frame from one host (-1: any) to another (-1: any). */
export interface Weather {
  kind: 'weather';
  from: number;
  to: number;
  forMs: number;
  loss: number;
  duplication: number;
  reordering: number;
  delayMs: number;
  corruption: number;
}

/** Packets that are longer do not get through; a router says so, or does not. */
export interface Narrow {
  kind: 'narrow';
  from: number;
  to: number;
  forMs: number;
  mtu: number;
  isTold: boolean;
}

/** Frames that were once sent arrive once more, from anywhere in the run so far. */
export interface Replay {
  kind: 'replay';
  pick: number;
  count: number;
  everyMs: number;
  /** Only those with SYN, RST or FIN. */
  onlyControl: boolean;
}

/** SYNs of hosts that are not there any more: they cost half-open entries, and then cookies. */
export interface Strangers {
  kind: 'strangers';
  host: number;
  port: number;
  count: number;
}

export type Act = { at: number } & (
  Listen | Connect | Meet | Touch | Abandon | Reboot | Cut | Weather | Narrow | Replay | Strangers
);

export interface HostPlan {
  module: ModuleName;
  /** Its clock runs so much faster than the network's. */
  rate: number;
  startTime: number;
  key: number[];
}

export interface Plan {
  seed: number;
  hosts: HostPlan[];
  /** How long acts come; then the network heals. */
  stormMs: number;
  latencyMs: number;
  /** In order of time. */
  acts: Act[];
}
