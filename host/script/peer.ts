/** The other end: says what the script says, in the numbers that the connection has, and hears in the script's. */
import { parseAddress } from '../core/index.js';
import { segmentFrame } from '../lan/index.js';
import type { TcpFrame } from '../trace/index.js';
import type { IcmpSpec, SegmentSpec } from './ast.js';
import { ScriptError } from './errors.js';
import { flagNames, heard, optionBytes, type Heard } from './notation.js';
import { DEFAULT_PORT, type Sockets } from './sockets.js';
import type { ScriptWire } from './wire.js';

/** Where a peer that connects to us has its end. */
const REMOTE_PORT = 40_000;
const LONGEST_WINDOW = 65_535;

const UNREACHABLE = 3;
const CODES: Readonly<Record<string, number>> = {
  net_unreachable: 0,
  host_unreachable: 1,
  proto_unreachable: 2,
  port_unreachable: 3,
  frag_needed: 4,
  source_route_failed: 5,
};

export class Peer {
  /** What the core's numbers are relative to: its initial sequence number, as a script's 0. The peer's are as they are written. */
  private local = 0;
  private isLocalKnown = false;
  private lastSyn: number | undefined;

  constructor(
    private readonly wire: ScriptWire,
    private readonly sockets: Sockets,
    private readonly localAddress: string,
  ) {
    sockets.onConnect = () => this.forget();
  }

  /** A new connection has other numbers. */
  private forget(): void {
    this.isLocalKnown = false;
  }

  private get remotePort(): number {
    return this.sockets.isActive ? DEFAULT_PORT : REMOTE_PORT;
  }

  says({ flags, sequence, length, ack, window, urgent, options }: SegmentSpec): void {
    const isNew = flags.includes('S') && !flags.includes('.') && sequence !== this.lastSyn;
    if (isNew && !this.sockets.isActive) {
      this.forget();
      this.lastSyn = sequence;
    }
    if (options === 'any') throw new ScriptError('<...> is for segments of the core: here it is to be said which');
    const frame = segmentFrame(
      this.wire.remote,
      { mac: this.wire.host.mac, address: this.localAddress },
      {
        sourcePort: this.remotePort,
        destinationPort: this.sockets.localPort,
        sequence,
        acknowledgment: ack === undefined ? 0 : (ack + this.local) >>> 0,
        flags: flagNames(flags),
        window: Math.min(window ?? LONGEST_WINDOW, LONGEST_WINDOW),
        options: optionBytes(options, this.local),
        payload: new Uint8Array(length),
        urgentPointer: urgent ?? 0,
      },
    );
    this.wire.inject(frame);
  }

  /** An ICMP message about a segment of the core's. RFC 792. */
  complains({ code, mtu, sequence }: IcmpSpec): void {
    const number = CODES[code];
    if (number === undefined)
      throw new ScriptError(`icmp unreachable ${code}: allowed are ${Object.keys(CODES).join(', ')}`);
    const message = new Uint8Array(8 + 28);
    const view = new DataView(message.buffer);
    message.set([UNREACHABLE, number]);
    view.setUint16(6, mtu ?? 0);
    // The header that it quotes, and the first eight bytes of the segment.
    message.set([0x45, 0, 0, 40, 0, 0, 0x40, 0, 64, 6], 8);
    view.setUint32(20, parseAddress(this.localAddress));
    view.setUint32(24, parseAddress(this.wire.remote.address));
    view.setUint16(28, this.sockets.localPort);
    view.setUint16(30, this.remotePort);
    view.setUint32(32, (sequence + this.local) >>> 0);
    view.setUint16(2, internetChecksum(view));
    this.wire.injectPacket(1, message);
  }

  /** The first SYN of a connection says where its numbers begin: where the script has them begin. */
  hears(frame: TcpFrame, expected: SegmentSpec): void {
    if (!frame.flags.has('SYN') || this.isLocalKnown) return;
    this.local = (frame.sequence - expected.sequence) >>> 0;
    this.isLocalKnown = true;
  }

  relative(frame: TcpFrame): Heard {
    return heard(frame, this.local, 0);
  }
}

function internetChecksum(view: DataView): number {
  let sum = 0;
  for (let at = 0; at < view.byteLength; at += 2) sum += view.getUint16(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
