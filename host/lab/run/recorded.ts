/** What captures and recordings become. */
import { decode, EVERYBODY, type Trace } from '../../trace/index.js';
import type { Moment } from './run.js';

export interface Recorded {
  trace: Trace;
  /** Of a capture none: nobody knows what was in the hosts. */
  moments: Moment[];
}

/** What is drawn: of a long one the beginning. */
export const MOST_FRAMES = 500;

/** Hosts go by their addresses. */
export function endsOf(bytes: Uint8Array): { from: string; to: string } {
  const frame = decode(bytes);
  if ('ip' in frame && frame.ip !== null) return { from: frame.ip.source, to: frame.ip.destination };
  if (frame.kind === 'arp') {
    const isAsking = frame.operation === 'request';
    return { from: frame.senderAddress, to: isAsking ? EVERYBODY : frame.targetAddress };
  }
  return { from: frame.ethernet?.source ?? '?', to: EVERYBODY };
}
