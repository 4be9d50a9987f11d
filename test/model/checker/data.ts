import { receiveNext, type Belief } from './belief.js';
import type { Segment } from './step.js';

/** Data and FIN, which the model does not have: how they move what stands between ISS and SND.NXT, IRS and RCV.NXT. */

/** A segment as ESTABLISHED hosts send it: its numbers are of what was sent and received, or continue it. */
export function isData(belief: Belief, segment: Segment): boolean {
  if (belief.state !== 'ESTABLISHED' || !/^(FIN,)?ACK$/.test(segment.flags)) return false;
  // One below: a keep-alive, or the SYN's own number.
  const offset = (segment.seq - (belief.iss ?? 0)) >>> 0;
  const acknowledged = (segment.ack - belief.irs - 1) >>> 0;
  return offset <= belief.sent + 1 && acknowledged <= belief.received;
}

/** After an ESTABLISHED host has sent this. */
export function sentData(belief: Belief, segment: Segment): Belief {
  if (belief.state !== 'ESTABLISHED') return belief;
  if (segment.flags.includes('FIN')) return { ...belief, state: 'BEYOND' };
  const end = (segment.seq + segment.length - (belief.iss ?? 0) - 1) >>> 0;
  const isNew = segment.length > 0 && end > belief.sent && end < 0x80000000;
  return isNew ? { ...belief, sent: end } : belief;
}

/** After this has arrived at a host that took it: where the FIN leads out of the model, both are possible. */
export function tookData(belief: Belief, segment: Segment): Belief[] {
  if (belief.state !== 'ESTABLISHED' || segment.flags.includes('SYN') || segment.flags.includes('RST')) return [belief];
  const after = segment.length > 0 && segment.flags.includes('ACK') ? withPiece(belief, segment) : belief;
  return segment.flags.includes('FIN') ? [after, { ...after, state: 'BEYOND' }] : [after];
}

function withPiece(belief: Belief, segment: Segment): Belief {
  // Below what was received: a number that is negative.
  const from = ((segment.seq - receiveNext(belief)) | 0) + belief.received;
  const pieces = [...belief.pieces, [from, from + segment.length] as const].sort(([a], [b]) => a - b);
  let received = belief.received;
  for (const [start, end] of pieces) if (start <= received) received = Math.max(received, end);
  return { ...belief, received, pieces: pieces.filter(([, end]) => end > received) };
}
