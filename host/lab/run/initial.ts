/** Where each direction of each connection started: what numbers are relative to. */
import { decode, type Trace } from '../../trace/index.js';
import type { ConnectionView } from './picture.js';

interface Start {
  atMs: number;
  sequence: number;
}

export class InitialNumbers {
  private readonly starts = new Map<string, Start[]>();

  constructor(trace: Trace) {
    for (const record of trace.records) {
      if (record.kind !== 'frame' || record.duplicate === true) continue;
      const frame = decode(record.bytes);
      if (frame.kind !== 'tcp' || !frame.flags.has('SYN')) continue;
      const key = direction(frame.ip.source, frame.sourcePort, frame.ip.destination, frame.destinationPort);
      const known = this.starts.get(key) ?? [];
      known.push({ atMs: record.at, sequence: frame.sequence });
      this.starts.set(key, known);
    }
  }

  /** SND.UNA, SND.NXT and RCV.NXT of a host's connection at a time, as they are or from where they started. */
  numbersOf(address: string, view: ConnectionView, atMs: number, isRelative: boolean): string[] {
    const { numbers, remote, localPort } = view;
    if (numbers === undefined || remote === undefined) return [];
    const { sendUnacknowledged, sendNext, receiveNext } = numbers;
    if (!isRelative) return [sendUnacknowledged, sendNext, receiveNext].map(String);
    const ours = this.startOf(direction(address, localPort, remote.address, remote.port), atMs);
    const theirs = this.startOf(direction(remote.address, remote.port, address, localPort), atMs);
    return [distance(ours, sendUnacknowledged), distance(ours, sendNext), distance(theirs, receiveNext)];
  }

  private startOf(key: string, atMs: number): number | undefined {
    return this.starts.get(key)?.findLast((start) => start.atMs <= atMs)?.sequence;
  }
}

function direction(source: string, sourcePort: number, destination: string, destinationPort: number): string {
  return `${source}:${sourcePort}>${destination}:${destinationPort}`;
}

/** RCV.NXT is 0 before anything has come: no distance of anything. */
function distance(from: number | undefined, to: number): string {
  return from === undefined ? (to === 0 ? '–' : String(to)) : String((to - from) >>> 0);
}
