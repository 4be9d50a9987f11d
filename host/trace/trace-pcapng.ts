import { hostsOf, receiversOf } from './hosts.js';
import { type ByteSink, MemorySink, PcapngWriter } from './pcapng-writer.js';
import type { FrameRecord, Trace } from './trace.js';
import type { Direction } from './pcapng-format.js';

/**
 * A trace's frames as a capture, one interface per host: each frame is there outbound when it left and inbound when
 * it arrived. So a filter on one interface shows what that host saw, and a lost frame has only its first half.
 */
export function traceToPcapng(trace: Trace): Uint8Array {
  const memory = new MemorySink();
  writeTrace(trace, memory.write);
  return memory.bytes();
}

export function writeTrace(trace: Trace, sink: ByteSink): void {
  const writer = new PcapngWriter(sink);
  const hosts = hostsOf(trace);
  const interfaces = new Map(hosts.map((host) => [host.id, writer.addInterface(host.name ?? host.id)]));
  const epochMs = trace.epochMs ?? 0;
  for (const sight of sightsOf(trace)) {
    const comment = sight.comment === '' ? {} : { comment: sight.comment };
    writer.packet(interfaces.get(sight.host) ?? 0, epochMs + sight.at, sight.bytes, {
      direction: sight.direction,
      ...comment,
    });
  }
}

/**
 * A trace's frames as somebody with a tap on the wire saw them: each once, when it left, with a comment on what became
 * of it. This is what people look at; `traceToPcapng` is for what each host saw.
 */
export function wireToPcapng(trace: Trace): Uint8Array {
  const memory = new MemorySink();
  const writer = new PcapngWriter(memory.write);
  const wire = writer.addInterface('wire');
  for (const frame of trace.records) {
    if (frame.kind !== 'frame') continue;
    const comment = sent(frame) || received(frame);
    writer.packet(wire, (trace.epochMs ?? 0) + frame.at, frame.bytes, comment === '' ? {} : { comment });
  }
  return memory.bytes();
}

/** A frame as one host's interface saw it. */
interface Sight {
  at: number;
  host: string;
  direction: Direction;
  bytes: Uint8Array;
  comment: string;
}

function sightsOf(trace: Trace): Sight[] {
  const sights: Sight[] = [];
  const hostIds = hostsOf(trace).map((host) => host.id);
  for (const frame of trace.records) {
    if (frame.kind !== 'frame') continue;
    // the sender sent a duplicated frame once: the copy has only its arrival
    if (frame.duplicate !== true) {
      sights.push({
        at: frame.at,
        host: frame.from,
        direction: 'outbound',
        bytes: frame.bytes,
        comment: sent(frame),
      });
    }
    if (frame.lost !== undefined) continue;
    for (const host of receiversOf(frame, hostIds)) {
      sights.push({
        at: frame.arrivesAt ?? frame.at,
        host,
        direction: 'inbound',
        bytes: frame.corrupted ?? frame.bytes,
        comment: received(frame),
      });
    }
  }
  return sights.sort((a, b) => a.at - b.at);
}

function sent(frame: FrameRecord): string {
  if (frame.lost === undefined) return '';
  return frame.lost === '' ? 'lost' : `lost: ${frame.lost}`;
}

function received(frame: FrameRecord): string {
  const words: string[] = [];
  if (frame.duplicate === true) words.push('duplicate');
  if (frame.delayed === true) words.push('delayed');
  if (frame.corrupted !== undefined) words.push('corrupted');
  if (frame.dropped !== undefined) words.push(`dropped: ${frame.dropped}`);
  return words.join(', ');
}
