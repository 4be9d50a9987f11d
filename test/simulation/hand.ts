import type { CoreHost, LanOptions, RawHost } from '../../host/lan/index.js';
import type { TcpFrame } from '../../host/trace/decode.js';
import { streamOf } from './ends.js';
import { introduce, MODULE, next, PORT, rawWorld, type RawWorld } from './world.js';

/** A segment as a test reads it: numbers relative to the first byte of each side, times to when the hand was opened. */
export interface Seen {
  atMs: number;
  flags: string;
  seq: number;
  length: number;
  ack: number;
  window: number;
  sack: [number, number][];
  frame: TcpFrame;
}

export interface HandOptions extends LanOptions {
  /** What the peer's SYN says. Default 1460. */
  mss?: number;
  /** The peer allows SACK. Default false. */
  sack?: boolean;
  /** The peer's window. Default 65535. */
  window?: number;
  /** The peer's first byte. Default 101. */
  firstByte?: number;
  /** The core connects, and the peer answers: the core has measured a round trip of so many ms more than latency. */
  isActive?: boolean;
  answersAfterMs?: number;
  module?: WebAssembly.Module;
}

export interface Says {
  /** Where its data begins, from the peer's first byte; default: behind all said before. */
  at?: number;
  /** Bytes of the peer's stream (number 1), or these. */
  data?: number | Uint8Array;
  /** How many of the core's bytes it has. Default: as last time. */
  ack?: number;
  window?: number;
  flags?: string;
  /** SACK blocks: from and to, in bytes of the core's stream. */
  sack?: [number, number][];
}

/** A connection between a core and a peer that is played by hand. */
export class Hand {
  readonly raw: RawWorld;
  readonly listener: number | undefined;
  handle = 0;
  /** The core's first byte and the peer's. */
  private coreFirst = 0;
  private peerFirst = 0;
  private corePort = PORT;
  private said = 0;
  private acked = 0;
  private window = 65535;
  private begun = 0;
  private isOpen = false;

  constructor(readonly options: HandOptions = {}) {
    const { latencyMs = 1 } = options;
    this.raw = rawWorld({ ...options, latencyMs: 1 }, options.module ?? MODULE);
    introduce(this.raw);
    this.lan.latencyMs = latencyMs;
    this.window = options.window ?? 65535;
    this.peerFirst = options.firstByte ?? 101;
    if (options.isActive !== true) this.listener = this.host.listen(PORT);
  }

  /** An established connection, accepted. */
  static open(options: HandOptions = {}): Hand {
    const hand = new Hand(options);
    if (options.isActive === true) hand.answer();
    else hand.ask();
    return hand;
  }

  get lan(): RawWorld['lan'] {
    return this.raw.lan;
  }

  get host(): CoreHost {
    return this.raw.host;
  }

  get peer(): RawHost {
    return this.raw.peer;
  }

  get state(): string {
    return this.host.state(this.handle);
  }

  /** Ms since the connection was opened, or since `clear`. */
  get atMs(): number {
    return this.lan.nowMs - this.begun;
  }

  /** The peer's SYN. */
  syn(): void {
    const { mss = 1460 } = this.options;
    const sequence = next(this.peerFirst, -1);
    this.send({ sequence, flags: 'SYN', mss, options: this.synOptions });
  }

  /** The peer connects, and the app accepts. */
  private ask(): void {
    this.syn();
    this.lan.for(2 * this.lan.latencyMs);
    this.synAckArrived();
    this.says({});
    this.lan.for(this.lan.latencyMs);
    this.accept();
    this.clear();
  }

  /** Takes note of the core's SYN-ACK. */
  synAckArrived(): void {
    this.coreFirst = next(this.peer.lastSegment.sequence);
    this.isOpen = true;
  }

  accept(): void {
    this.handle = this.host.accept(this.listener ?? 0) ?? 0;
  }

  /** The core connects, and the peer answers. */
  private answer(): void {
    const { mss = 1460, answersAfterMs = 0 } = this.options;
    const { latencyMs } = this.lan;
    this.handle = this.host.connect(this.peer, PORT);
    this.lan.for(latencyMs + answersAfterMs);
    const { sourcePort } = this.peer.lastSegment;
    this.corePort = sourcePort;
    this.synAckArrived();
    this.send({ sequence: next(this.peerFirst, -1), flags: 'SYN,ACK', mss, options: this.synOptions });
    this.lan.for(2 * latencyMs);
    this.clear();
  }

  /** What has been seen so far is forgotten, and time counts from now. */
  clear(): void {
    this.peer.received.length = 0;
    this.begun = this.lan.nowMs;
  }

  /** The app writes bytes of its stream (number 2). */
  writes(at: number, length: number): number {
    return this.host.send(this.handle, streamOf(2, at, length));
  }

  says({ at, data = 0, ack, window, flags = 'ACK', sack = [] }: Says): void {
    const payload = typeof data === 'number' ? streamOf(1, at ?? this.said, data) : data;
    const from = at ?? this.said;
    this.said = Math.max(this.said, from + payload.length);
    this.acked = ack ?? this.acked;
    this.window = window ?? this.window;
    const edges = sack.flat().flatMap((edge) => bytesOf(next(this.coreFirst, edge)));
    const options = edges.length === 0 ? [] : [1, 1, 5, 2 + edges.length, ...edges];
    this.send({ sequence: next(this.peerFirst, from), flags, payload, options });
  }

  /** Segments that have arrived, with the ms at which they were sent. */
  get seen(): Seen[] {
    return this.peer.received.flatMap(({ frame, atMs }) => (frame.kind === 'tcp' ? [this.see(frame, atMs)] : []));
  }

  /** Those with data or FIN, as [at, seq, length]. */
  get data(): [number, number, number][] {
    const some = this.seen.filter(({ length, flags }) => length !== 0 || flags.includes('FIN'));
    return some.map(({ atMs, seq, length }) => [atMs, seq, length]);
  }

  /** Those without data, as [at, ack]. */
  get acks(): [number, number][] {
    return this.seen.filter(({ length, flags }) => length === 0 && flags === 'ACK').map(({ atMs, ack }) => [atMs, ack]);
  }

  private see(frame: TcpFrame, arrivedMs: number): Seen {
    return {
      atMs: arrivedMs - this.lan.latencyMs - this.begun,
      flags: [...frame.flags]
        .filter((flag) => flag !== 'PSH')
        .sort()
        .join(','),
      seq: (frame.sequence - this.coreFirst) | 0,
      length: frame.payload.length,
      ack: (frame.acknowledgment - this.peerFirst) | 0,
      window: frame.window,
      sack: frame.options.flatMap((option) =>
        option.kind === 'sack'
          ? option.blocks.map(({ left, right }): [number, number] => [
              (left - this.peerFirst) | 0,
              (right - this.peerFirst) | 0,
            ])
          : [],
      ),
      frame,
    };
  }

  private get synOptions(): number[] {
    return this.options.sack === true ? [1, 1, 4, 2] : [];
  }

  private send(fields: {
    sequence: number;
    flags: string;
    mss?: number;
    options: number[];
    payload?: Uint8Array;
  }): void {
    const isActive = this.options.isActive === true;
    this.peer.segment(this.host, {
      sourcePort: isActive ? PORT : 4000,
      destinationPort: this.corePort,
      acknowledgment: this.isOpen ? next(this.coreFirst, this.acked) : 0,
      window: this.window,
      ...fields,
    });
  }
}

function bytesOf(number: number): number[] {
  return [number >>> 24, (number >>> 16) & 255, (number >>> 8) & 255, number & 255];
}
