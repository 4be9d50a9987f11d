import type { TcpFrame } from '../frame.js';

/** A number too far from the start of its stream to belong to it is written as it is. */
const REACH = 2 ** 30;

interface Stream {
  initial: number;
  /** The initial number was not seen but guessed, in a capture that starts late. */
  guessed: boolean;
  /** A newer SYN's, not yet acknowledged: until then nobody knows which of the two counts. */
  pending: number | null;
}

/** Remembers where each direction of each connection started. */
export class SequenceBook {
  private readonly streams = new Map<string, Stream>();

  /** Frames must be given in the order in which they were sent. */
  learn(frame: TcpFrame): void {
    if (frame.flags.has('SYN')) this.learnInitial(directionOf(frame), frame.sequence);
    // a RST takes its numbers from what it answers and starts nothing
    if (frame.flags.has('RST')) return;
    this.guess(directionOf(frame), frame.sequence);
    if (!frame.flags.has('SYN')) this.settle(directionOf(frame), frame.sequence);
    if (!frame.flags.has('ACK')) return;
    this.guess(oppositeOf(frame), frame.acknowledgment);
    this.confirm(oppositeOf(frame), frame.acknowledgment);
  }

  sequence(frame: TcpFrame): string {
    const isSyn = frame.flags.has('SYN');
    return this.write(frame.sequence, this.streams.get(directionOf(frame)), isSyn);
  }

  acknowledgment(frame: TcpFrame): string {
    return this.acknowledged(frame, frame.acknowledgment);
  }

  /** A number in the other direction's stream: of an acknowledgment or a SACK block. */
  acknowledged(frame: TcpFrame, value: number): string {
    return this.write(value, this.streams.get(oppositeOf(frame)), false);
  }

  private learnInitial(direction: string, initial: number): void {
    const stream = this.streams.get(direction);
    if (stream === undefined || stream.guessed) {
      this.streams.set(direction, { initial, guessed: false, pending: null });
    } else if (stream.initial !== initial) {
      stream.pending = initial;
    }
  }

  private guess(direction: string, next: number): void {
    if (!this.streams.has(direction)) {
      this.streams.set(direction, { initial: (next - 1) >>> 0, guessed: true, pending: null });
    }
  }

  /** The sender goes on in the old stream: the SYN in between was a stray one. */
  private settle(direction: string, sequence: number): void {
    const stream = this.streams.get(direction);
    if (stream?.pending != null && distance(stream.initial, sequence) < REACH) {
      if (distance(stream.pending, sequence) >= distance(stream.initial, sequence)) stream.pending = null;
    }
  }

  private confirm(direction: string, acknowledgment: number): void {
    const stream = this.streams.get(direction);
    if (stream?.pending != null && distance(stream.pending, acknowledgment) === 1) {
      stream.initial = stream.pending;
      stream.pending = null;
    }
  }

  private write(value: number, stream: Stream | undefined, isSyn: boolean): string {
    if (isSyn) return stream?.pending === value ? '0 (new)' : '0';
    if (stream === undefined || distance(stream.initial, value) >= REACH) return value === 0 ? '0' : `=${value}`;
    return `${distance(stream.initial, value)}${stream.pending === null ? '' : ' (old)'}`;
  }
}

export function directionOf(frame: TcpFrame): string {
  return `${frame.ip.source}:${frame.sourcePort}>${frame.ip.destination}:${frame.destinationPort}`;
}

function oppositeOf(frame: TcpFrame): string {
  return `${frame.ip.destination}:${frame.destinationPort}>${frame.ip.source}:${frame.sourcePort}`;
}

function distance(from: number, to: number): number {
  return (to - from) >>> 0;
}
