/** What a run is to the checker: steps, in the order in which they happened. Plain data: `JSON.stringify` writes it. */
export interface Segment {
  /** In this order: 'SYN,ACK', 'RST'. PSH and URG say nothing here. */
  flags: string;
  seq: number;
  /** 0 without ACK. */
  ack: number;
  /** Bytes of data. */
  length: number;
}

/** A connection as its host sees it: "7 10.73.0.2:50000", local port first. */
export type Tuple = string;

export type Step = { timeMs: number; host: string } & (
  | { kind: 'arrives'; tuple: Tuple; segment: Segment; dropped?: string }
  | { kind: 'sends'; tuple: Tuple; segment: Segment }
  /** The state of a connection that an app holds. */
  | { kind: 'state'; tuple: Tuple; state: string }
  | { kind: 'listens' | 'listens no more'; port: number }
  /** The app asks for a connection; its SYN will say which. */
  | { kind: 'connects' }
  /** The app closes or aborts a connection. */
  | { kind: 'ends'; tuple: Tuple }
  /** A timer has fired: the host may do something of itself. */
  | { kind: 'timer' }
  /** It has forgotten everything. */
  | { kind: 'reboots' }
);

export function describeSegment({ flags, seq, ack, length }: Segment): string {
  const parts = [
    flags,
    `seq ${seq}`,
    ...(flags.includes('ACK') ? [`ack ${ack}`] : []),
    ...(length ? [`len ${length}`] : []),
  ];
  return `<${parts.join(' ')}>`;
}
