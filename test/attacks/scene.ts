import { expect } from 'vitest';
import { Lan, type CoreHost, type LanOptions, type RawHost, type SegmentFields } from '../../host/lan/index.js';
import { differsAt, streamOf } from '../simulation/ends.js';
import { exchange, moduleOf, next, PORT, SERVER, used, type Profile } from '../simulation/world.js';

/** Where attacks take place: a host under attack, a peer whose connection lives meanwhile, and the attacker. */

/** What is flashed. The debug build has assertions, so that a broken one traps. */
const LAN = await moduleOf('lan');
const MODULES = { lan: LAN, tiny: await moduleOf('tiny'), debug: await moduleOf('debug') };

export const ATTACKER = '10.73.0.66';
export const WITNESS = '10.73.0.2';
/** A SYN-ACK is sent again after 1, 3, 7 and 15 s; the entry is free after 31 s. */
export const HALF_OPEN_MS = 31_000;
/** ARP, its answer, SYN, SYN-ACK, ACK: 1 ms each. "At once" is that no timer was needed. */
const AT_ONCE_MS = 10;
/** The shortest Ethernet frame without its check sequence: shorter ones are padded to it on the wire. */
const SHORTEST_FRAME = 60;

/** What one side has got from the other by frames of the attacker. */
export interface Answers {
  received: number;
  receivedBytes: number;
  sent: number;
  sentBytes: number;
  /** Frames that answered one frame at once: the most. */
  most: number;
}

export interface Survival {
  /** When the pools are back to what they were, in ms from now. Default 0. */
  afterMs?: number;
  /** Frames that may answer one of the attacker's. Default 1. */
  mostAnswers?: number;
  /** Bytes on the wire that may answer one byte on the wire. Default 1. */
  mostBytes?: number;
}

export interface SceneOptions extends LanOptions {
  profile?: Exclude<Profile, 'gateway'>;
  backlog?: number;
}

export class Scene {
  readonly lan: Lan;
  readonly host: CoreHost;
  readonly attacker: RawHost;
  readonly witness: CoreHost;
  readonly listener: number;
  readonly answers: Answers = { received: 0, receivedBytes: 0, sent: 0, sentBytes: 0, most: 0 };
  /** The connection of the witness: its handle there and here. */
  readonly there: number;
  readonly here: number;
  private readonly start: ReturnType<typeof used>;
  private said = 0;
  private visitors = 0;

  constructor(private readonly options: SceneOptions = {}) {
    const { profile = 'lan', backlog = 4 } = options;
    this.lan = new Lan(options);
    this.host = this.lan.host('host', MODULES[profile], { address: SERVER });
    this.witness = this.lan.host('witness', LAN, { address: WITNESS });
    this.attacker = this.lan.raw('attacker', { address: ATTACKER });
    this.listener = this.host.listen(PORT, backlog);
    this.there = this.witness.connect(this.host, PORT);
    exchange(this.lan);
    this.here = this.acceptFrom(this.witness);
    this.witnessLives();
    this.start = used(this.host);
    this.attacker.received.length = 0;
    this.watch();
  }

  /** The port of the witness, which an attacker has to guess: 49152 to 65535. */
  get witnessPort(): number {
    return this.witness.localPort(this.there);
  }

  /** A segment of the attacker, to the port that is listened on, from itself unless `as` says otherwise. */
  segment(fields: Partial<SegmentFields>, as: { address?: string; mac?: string } = {}): void {
    const defaults = { sourcePort: 4000, destinationPort: PORT, sequence: 100, flags: 'SYN' };
    this.attacker.segment(this.host, { ...defaults, ...fields }, as);
  }

  /** As `segment`, as if from the witness's connection. */
  asWitness(fields: Partial<SegmentFields>): void {
    this.segment({ sourcePort: this.witnessPort, flags: 'ACK', ...fields }, this.witness);
  }

  /** Segments that were sent to the attacker's MAC since it was last asked. */
  heard(): { flags: string; sequence: number; acknowledgment: number; window: number; length: number }[] {
    this.lan.for(2 * this.lan.latencyMs);
    return this.attacker.received.splice(0).flatMap(({ frame }) =>
      frame.kind === 'tcp'
        ? [
            {
              flags: [...frame.flags].sort().join(','),
              sequence: frame.sequence,
              acknowledgment: frame.acknowledgment,
              window: frame.window,
              length: frame.payload.length,
            },
          ]
        : [],
    );
  }

  /** The attacker opens a connection from its own address, as anybody may. Gives the numbers to go on with. */
  attackerConnects(
    fields: Partial<SegmentFields> = {},
    as: { address?: string } = {},
  ): { sourcePort: number; sequence: number; acknowledgment: number } {
    const { sourcePort = 4000, sequence = 100 } = fields;
    this.heard();
    this.segment({ sourcePort, sequence, mss: 1460, ...fields, flags: 'SYN' }, as);
    const [answer] = this.heard();
    if (answer === undefined) throw new Error('the SYN was not answered');
    const proven = { sourcePort, sequence: next(sequence), acknowledgment: next(answer.sequence) };
    this.segment({ ...proven, flags: 'ACK', window: fields.window ?? 4096 }, as);
    this.heard();
    return proven;
  }

  /** The handle of the connection from this host; others that wait are accepted on the way. */
  acceptFrom(peer: { address: string }): number {
    for (;;) {
      const handle = this.host.accept(this.listener);
      if (handle === undefined) throw new Error(`nothing to accept from ${peer.address}`);
      if (this.host.core.remoteAddress(handle) === peer.address) return handle;
    }
  }

  /**
   * What holds after every attack: a stranger connects at its first try and is served; the connection of the witness
   * lives and its bytes are right; nobody was answered more than was received; and the pools are as they were.
   */
  survives({ afterMs = 0, mostAnswers = 1, mostBytes = 1 }: Survival = {}): void {
    this.serves();
    this.witnessLives();
    expect(this.answers.most, 'frames that answered one').toBeLessThanOrEqual(mostAnswers);
    const { received, receivedBytes, sent, sentBytes } = this.answers;
    expect(sent, 'frames in answer to frames').toBeLessThanOrEqual(received * mostAnswers);
    expect(sentBytes, 'bytes in answer to bytes').toBeLessThanOrEqual(receivedBytes * mostBytes);
    this.lan.for(afterMs);
    expect(used(this.host), `pools after ${afterMs} ms`).toEqual(this.start);
    expect(this.host.nextWakeUpMs, 'nothing is left to wake up for').toBeUndefined();
  }

  /** A stranger connects at its first try, is answered, and goes; nothing of it stays. */
  serves(): void {
    const { lan, host } = this;
    const address = `10.73.0.${100 + this.visitors++}`;
    const visitor = lan.host(`visitor ${address}`, LAN, { address });
    lan.for(lan.latencyMs);
    const begun = lan.nowMs;
    const c = visitor.connect(host, PORT);
    lan.until(() => visitor.state(c) === 'ESTABLISHED', AT_ONCE_MS);
    expect(lan.nowMs - begun).toBeLessThanOrEqual(AT_ONCE_MS);
    lan.for(2 * lan.latencyMs);
    const s = this.acceptFrom(visitor);
    expect(visitor.send(c, streamOf(3, 0, 500))).toBe(500);
    lan.for(2 * lan.latencyMs);
    const asked = host.read(s);
    expect([asked.length, differsAt(asked, 3, 0)]).toEqual([500, -1]);
    expect(host.send(s, asked)).toBe(500);
    lan.for(2 * lan.latencyMs);
    expect(differsAt(visitor.read(c), 3, 0)).toBe(-1);
    expect(visitor.core.statistics().counters.segmentsRetransmitted, 'it was enough to ask once').toBe(0);
    // It closes first, so that TIME-WAIT is its own.
    visitor.close(c);
    lan.for(2 * lan.latencyMs);
    host.close(s);
    lan.for(4 * lan.latencyMs);
    visitor.powerOff();
    lan.unplug(visitor);
  }

  /** The witness and the host send each other a stream, and every byte is right. */
  witnessLives(bytes = 2000): void {
    const { lan, host, witness, here, there, said } = this;
    expect([host.state(here), witness.state(there)]).toEqual(['ESTABLISHED', 'ESTABLISHED']);
    const got = { here: new Uint8Array(), there: new Uint8Array() };
    const sent = { here: 0, there: 0 };
    for (let round = 0; round < 200 && Math.min(got.here.length, got.there.length) < bytes; round++) {
      sent.here += host.send(here, streamOf(1, said + sent.here, bytes - sent.here));
      sent.there += witness.send(there, streamOf(2, said + sent.there, bytes - sent.there));
      lan.for(20);
      got.here = joined(got.here, host.read(here));
      got.there = joined(got.there, witness.read(there));
    }
    expect([got.here.length, differsAt(got.here, 2, said)]).toEqual([bytes, -1]);
    expect([got.there.length, differsAt(got.there, 1, said)]).toEqual([bytes, -1]);
    this.said += bytes;
    // Until what was delayed is acknowledged.
    lan.for(100);
  }

  /** Counts what the host sends at once for frames of the attacker. What its timers send later is not an answer. */
  private watch(): void {
    const { lan, host, attacker, answers } = this;
    const hostile = new WeakSet<Uint8Array>();
    let answering = 0;
    let isHostile = false;
    const send = lan.send.bind(lan);
    lan.send = (from, frame): void => {
      if (from === attacker) hostile.add(frame);
      if (from === host && isHostile) {
        answering++;
        answers.sentBytes += Math.max(frame.length, SHORTEST_FRAME);
      }
      send(from, frame);
    };
    const arrives = host.arrives.bind(host);
    host.arrives = (frame): string | undefined => {
      isHostile = hostile.has(frame);
      answering = 0;
      const dropped = arrives(frame);
      if (isHostile) {
        answers.received++;
        answers.receivedBytes += Math.max(frame.length, SHORTEST_FRAME);
        answers.sent += answering;
        answers.most = Math.max(answers.most, answering);
      }
      isHostile = false;
      return dropped;
    };
  }
}

function joined(a: Uint8Array<ArrayBuffer>, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
