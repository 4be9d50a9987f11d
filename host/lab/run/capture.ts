/** What was recorded elsewhere, as the lab shows it: a capture, or all calls of a board's core. */
import { readPcapng, type CapturedPacket, type FrameRecord, type Trace } from '../../trace/index.js';
import { LabError } from './errors.js';
import { isRecording, traceOfRecording } from './recording.js';
import { endsOf, MOST_FRAMES, type Recorded } from './recorded.js';

/** @throws LabError LAB_BAD_FILE: neither a pcapng nor a recording, or nothing is in it */
export function traceOf(module: WebAssembly.Module, bytes: Uint8Array): Recorded {
  return isRecording(bytes) ? traceOfRecording(module, bytes) : { trace: traceOfCapture(bytes), moments: [] };
}

function traceOfCapture(bytes: Uint8Array): Trace {
  const { packets, problem } = readPcapng(bytes);
  if (packets.length === 0) throw new LabError('LAB_BAD_FILE', problem?.message ?? 'it has no packets');
  const start = packets.find(({ atMs }) => atMs !== null)?.atMs ?? 0;
  const records: FrameRecord[] = [];
  /** Frames that one host has sent and no other has got yet. */
  const underWay: { packet: CapturedPacket; record: FrameRecord }[] = [];
  for (const packet of packets) {
    const at = Math.max(0, (packet.atMs ?? start) - start);
    // What is sent again looks the same, and what was lost never arrives: so it is the last.
    const sent = packet.direction === 'inbound' ? underWay.findLastIndex((one) => isSame(one.packet, packet)) : -1;
    if (sent >= 0) {
      for (const { record } of underWay.splice(sent, 1)) record.arrivesAt = at;
      continue;
    }
    if (records.length === MOST_FRAMES) break;
    const record: FrameRecord = { kind: 'frame', at, ...endsOf(packet.data), bytes: packet.data };
    records.push(record);
    if (packet.direction === 'outbound') underWay.push({ packet, record });
  }
  return { version: 1, hosts: [], records };
}

function isSame(sent: CapturedPacket, arrived: CapturedPacket): boolean {
  if (sent.interface === arrived.interface || sent.data.length !== arrived.data.length) return false;
  return sent.data.every((byte, index) => byte === arrived.data[index]);
}
