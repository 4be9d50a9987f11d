import type { RawHost, Random, SegmentFields } from '../../lan/index.js';
import { segmentFrame } from '../../lan/index.js';
import { decode, type Decoded, type TcpFrame } from '../../trace/decode.js';

/** Whoever is not in order: answers segments as the mood takes it, and speaks in the name of others. */

function after(sequence: number, count: number): number {
  return (sequence + count) >>> 0;
}

/** What the sender of a segment sends next, and what it expects. */
function lengthOf(frame: TcpFrame): number {
  return frame.payload.length + (frame.flags.has('SYN') ? 1 : 0) + (frame.flags.has('FIN') ? 1 : 0);
}

/** Answers a segment to any address behind the stranger: rightly in most cases. */
export function answer(stranger: RawHost, frame: Decoded, random: Random): void {
  if (frame.kind !== 'tcp' || !frame.checksumOk || frame.flags.has('RST')) return;
  if (lengthOf(frame) === 0) return;
  const said = answerTo(frame, random);
  if (said === undefined) return;
  const ends = { sourcePort: frame.destinationPort, destinationPort: frame.sourcePort };
  const from = { mac: stranger.mac, address: frame.ip.destination };
  stranger.send(
    segmentFrame(
      from,
      { mac: frame.ethernet.source, address: frame.ip.source },
      {
        ...ends,
        sequence: frame.acknowledgment,
        acknowledgment: after(frame.sequence, lengthOf(frame)),
        ...said,
      },
    ),
  );
}

/** Undefined: no answer. */
function answerTo(frame: TcpFrame, random: Random): (Partial<SegmentFields> & { flags: string }) | undefined {
  const mood = random.below(20);
  if (mood < 3) return undefined;
  const isActive = frame.flags.has('SYN') && !frame.flags.has('ACK');
  if (isActive) {
    const sequence = random.u32();
    if (mood === 3) return { flags: 'RST,ACK' };
    if (mood === 4) return { flags: 'SYN', sequence, mss: 536 };
    if (mood === 5) return { flags: 'SYN,ACK', sequence, acknowledgment: frame.sequence };
    if (mood === 6) return { flags: 'ACK', acknowledgment: after(frame.sequence, 9) };
    return {
      flags: 'SYN,ACK',
      sequence,
      mss: 200 + random.below(1261),
      options: [4, 2, 1, 1],
      window: random.below(9000),
    };
  }
  if (mood === 3) return { flags: 'RST' };
  if (mood === 4) return { flags: 'ACK', window: 0 };
  // As if it had not come: what was sent before it is acknowledged again.
  if (mood < 8) return { flags: 'ACK', acknowledgment: frame.sequence };
  if (mood < 12) return { flags: 'ACK,PSH', payload: random.bytes(1 + random.below(1400)) };
  if (mood === 12) return { flags: 'ACK,FIN' };
  // A piece from beyond a hole.
  if (mood === 13) return { flags: 'ACK', sequence: after(frame.acknowledgment, 700), payload: random.bytes(300) };
  return { flags: 'ACK' };
}

/** A segment in the name of whoever sent this one, near what would be right. Undefined: it was no segment. */
export function forged(bytes: Uint8Array, random: Random): Uint8Array | undefined {
  const frame = decode(bytes);
  if (frame.kind !== 'tcp') return undefined;
  const { acknowledgment } = frame;
  const sequence = after(frame.sequence, lengthOf(frame));
  const lies: (Partial<SegmentFields> & { flags: string })[] = [
    { flags: 'RST' },
    { flags: 'RST', sequence: after(sequence, 1000) },
    { flags: 'RST', sequence: random.u32() },
    { flags: 'RST,ACK', acknowledgment: after(acknowledgment, 5) },
    { flags: 'SYN' },
    { flags: 'SYN', sequence: random.u32(), mss: 1460 },
    { flags: 'SYN,ACK' },
    { flags: 'SYN,FIN,ACK' },
    { flags: '' },
    { flags: 'PSH', payload: random.bytes(20) },
    { flags: 'ACK', acknowledgment: after(acknowledgment, 100_000) },
    { flags: 'ACK', sequence: after(sequence, -50_000), payload: random.bytes(10) },
    { flags: 'ACK', sequence: after(sequence, 500), payload: random.bytes(200) },
    { flags: 'ACK', sequence: after(sequence, 3800), payload: random.bytes(600) },
    { flags: 'ACK,URG', payload: random.bytes(200) },
    { flags: 'ACK,FIN' },
    { flags: 'ACK', window: 0 },
    { flags: 'ACK', options: [1, 1, 5, 10, ...random.bytes(8)] },
  ];
  return said(frame, lies[random.below(lies.length)] ?? { flags: 'ACK' });
}

/** The SYN of a new connection between the ports of this segment, with a number above the last. RFC 9293 §3.6.1. */
export function openedAnew(bytes: Uint8Array): Uint8Array | undefined {
  const frame = decode(bytes);
  if (frame.kind !== 'tcp') return undefined;
  return said(frame, { flags: 'SYN', sequence: after(frame.sequence, 100_000), acknowledgment: 0, mss: 1460 });
}

/** From the sender of a segment to the same receiver: what it would say next, if it were not for `fields`. */
function said(frame: TcpFrame, fields: Partial<SegmentFields> & { flags: string }): Uint8Array {
  const from = { mac: frame.ethernet.source, address: frame.ip.source };
  const to = { mac: frame.ethernet.destination, address: frame.ip.destination };
  const { sourcePort, destinationPort, acknowledgment } = frame;
  const sequence = after(frame.sequence, lengthOf(frame));
  return segmentFrame(from, to, { sourcePort, destinationPort, sequence, acknowledgment, ...fields });
}
