import { decode, type Decoded, type TcpFrame } from '../trace/decode.js';
import { arpFrame, segmentFrame, type End, type SegmentFields } from './frames.js';
import type { Station, Wire } from './wire.js';

export interface RawHostOptions {
  mac: string;
  address: string;
  /** It sees frames for others, too. */
  promiscuous?: boolean;
  /** Answers ARP requests for its address. Default true. */
  answersArp?: boolean;
}

/** A frame that a raw host has received. */
export interface ReceivedFrame {
  atMs: number;
  bytes: Uint8Array;
  frame: Decoded;
}

/** A host without a core: a test plays it by hand. */
export class RawHost implements Station, End {
  readonly mac: string;
  readonly address: string;
  readonly promiscuous: boolean;
  answersArp: boolean;
  /** All that arrived but the ARP requests that it has answered itself. A test may empty it. */
  readonly received: ReceivedFrame[] = [];
  /** Called with what arrives instead of keeping it. */
  onFrame: ((frame: ReceivedFrame) => void) | undefined;

  constructor(
    private readonly wire: Wire,
    readonly name: string,
    options: RawHostOptions,
  ) {
    this.mac = options.mac;
    this.address = options.address;
    this.promiscuous = options.promiscuous ?? false;
    this.answersArp = options.answersArp ?? true;
  }

  send(frame: Uint8Array): void {
    this.wire.send(this, frame);
  }

  /** Sends a segment; `as` is a sender that it pretends to be. */
  segment(to: End, fields: SegmentFields, as: Partial<End> = {}): void {
    const from = { mac: as.mac ?? this.mac, address: as.address ?? this.address };
    this.send(segmentFrame(from, to, fields));
  }

  /** The segments that arrived, in order. */
  get segments(): TcpFrame[] {
    return this.received.flatMap(({ frame }) => (frame.kind === 'tcp' ? [frame] : []));
  }

  /** The last segment that arrived. */
  get lastSegment(): TcpFrame {
    const last = this.segments.at(-1);
    if (last === undefined) throw new RangeError(`${this.name} has received no segment`);
    return last;
  }

  arrives(bytes: Uint8Array): string | undefined {
    const frame = decode(bytes);
    if (this.answersArp && frame.kind === 'arp' && frame.operation === 'request' && this.isAsked(frame.targetAddress)) {
      // An announcement asks for the sender's own address: nobody answers it.
      const target = { mac: frame.senderMac, address: frame.senderAddress };
      if (target.address !== this.address) this.send(arpFrame({ operation: 'reply', sender: this, target }));
      return undefined;
    }
    const received = { atMs: this.wire.nowMs, bytes: bytes.slice(), frame };
    if (this.onFrame) this.onFrame(received);
    else this.received.push(received);
    return undefined;
  }

  private isAsked(address: string): boolean {
    return address === this.address;
  }
}
