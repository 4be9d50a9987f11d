/**
 * Servers that leave one thing out, to show what it is for. They stand beside the core and share nothing with it; what
 * they do is no TCP.
 */
import { RawHost, type ReceivedFrame } from '../../lan/index.js';
import type { TcpFrame } from '../../trace/decode.js';
import type { ConnectionView, HostPicture } from './picture.js';

export interface ToyRules {
  /** Two-way: whoever sends a SYN is connected, with nothing proven. Four-way: ACK and SYN are packets of their own. */
  handshake: 'two-way' | 'three-way' | 'four-way';
  /** Half-open entries; when they are used up, SYNs are dropped: there are no cookies. */
  halfOpen: number;
  connections: number;
}

interface Talk extends ConnectionView {
  remote: { address: string; port: number };
  initial: number;
  next: number;
}

/** How it counts: any number would do, and one that is easily read does best. */
const FIRST_NUMBER = 5000;
const STEP = 1000;

export class ToyServer {
  private talks: Talk[] = [];
  private numbers = FIRST_NUMBER;
  /** SYNs for which there was no room. */
  refused = 0;

  constructor(
    private readonly host: RawHost,
    private readonly port: number,
    private readonly rules: ToyRules,
  ) {
    host.onFrame = (received) => this.arrives(received);
  }

  /** Connections that its app has been told of. */
  get connections(): number {
    return this.talks.filter(({ state }) => state === 'ESTABLISHED').length;
  }

  picture(): HostPicture {
    const listener: ConnectionView = { state: 'LISTEN', localPort: this.port, retransmissions: 0 };
    return {
      name: this.host.name,
      isToy: true,
      connections: [listener, ...this.talks.map((talk) => ({ ...talk }))],
      pools: {
        halfOpen: { used: this.talks.length - this.connections, size: this.rules.halfOpen },
        connections: { used: this.connections, size: this.rules.connections },
        timeWait: { used: 0, size: 0 },
      },
    };
  }

  private arrives({ frame }: ReceivedFrame): void {
    if (frame.kind !== 'tcp' || frame.destinationPort !== this.port) return;
    const talk = this.talks.find(
      ({ remote }) => remote.address === frame.ip.source && remote.port === frame.sourcePort,
    );
    if (frame.flags.has('RST')) this.talks = this.talks.filter((one) => one !== talk);
    else if (frame.flags.has('SYN') && !frame.flags.has('ACK')) this.synArrives(frame, talk);
    else if (talk !== undefined && frame.flags.has('ACK')) this.ackArrives(frame, talk);
  }

  private synArrives(frame: TcpFrame, known: Talk | undefined): void {
    const talk = known ?? this.admit(frame);
    if (talk === undefined) {
      this.refused++;
      return;
    }
    if (this.rules.handshake !== 'four-way') {
      this.says(frame, talk, 'SYN,ACK', talk.initial);
      return;
    }
    this.says(frame, talk, 'ACK', talk.initial);
    this.says(frame, talk, 'SYN', talk.initial);
  }

  private admit(frame: TcpFrame): Talk | undefined {
    const isTwoWay = this.rules.handshake === 'two-way';
    const { used, size } = this.picture().pools[isTwoWay ? 'connections' : 'halfOpen'];
    if (used >= size) return undefined;
    const initial = this.numbers;
    this.numbers += STEP;
    const talk: Talk = {
      // Here a two-way handshake believes what nobody has proven.
      state: isTwoWay ? 'ESTABLISHED' : 'SYN-RECEIVED',
      localPort: this.port,
      remote: { address: frame.ip.source, port: frame.sourcePort },
      retransmissions: 0,
      initial,
      next: (frame.sequence + 1) >>> 0,
      numbers: { sendUnacknowledged: initial, sendNext: initial + 1, receiveNext: (frame.sequence + 1) >>> 0 },
    };
    this.talks.push(talk);
    return talk;
  }

  private ackArrives(frame: TcpFrame, talk: Talk): void {
    if (frame.acknowledgment !== talk.initial + 1) return;
    talk.state = 'ESTABLISHED';
    talk.numbers = { sendUnacknowledged: talk.initial + 1, sendNext: talk.initial + 1, receiveNext: talk.next };
  }

  private says(to: TcpFrame, talk: Talk, flags: string, sequence: number): void {
    const hasAck = flags.includes('ACK');
    this.host.segment(
      { mac: to.ethernet.source, address: to.ip.source },
      {
        sourcePort: this.port,
        destinationPort: talk.remote.port,
        sequence,
        ...(hasAck ? { acknowledgment: talk.next } : {}),
        flags,
        ...(flags.includes('SYN') ? { mss: 1460 } : {}),
      },
    );
  }
}
