/** What a host of the simulation has of the LAN. */
export interface Wire {
  /** Ms since the simulation began. */
  readonly nowMs: number;
  /** The same as the core takes it: a `u32` that wraps. */
  readonly now: number;
  send(from: Station, frame: Uint8Array): void;
  /** Calls back at a time, or at once if that has passed. Gives what cancels it. */
  at(ms: number, action: () => void): () => void;
}

/** A host of the simulation as the LAN has it. */
export interface Station {
  readonly name: string;
  readonly mac: string;
  readonly address: string;
  /** Sees frames for others, too. */
  readonly promiscuous: boolean;
  /** A frame arrives. Gives the reason when it was dropped. */
  arrives(frame: Uint8Array): string | undefined;
}
