/** The frame that a board received last: what it is, and its bytes. */
import { decode, toHex, type Decoded } from '../trace/index.js';
import { ConnectionNames } from '../trace/ladder/connections.js';
import { Describer } from '../trace/ladder/describe.js';
import type { DumpHeader } from './header.js';
import type { DumpMemory } from './memory.js';

/** Of a header without options. */
const IPV4_BYTES = 20;

export interface FrameReport {
  length: number;
  /** From whom to whom, and what the ladder would write on its arrow. */
  from: string;
  to: string;
  text: string;
  hex: string;
  /** The core moves what an IPv4 header with options carries down over them: the frame may not be as it came. */
  hasIpOptions: boolean;
}

/** Undefined: none was received. */
export function frameReport({ bytes }: DumpMemory, { rxFrameAt, rxLength }: DumpHeader): FrameReport | undefined {
  if (rxLength === 0) return undefined;
  const frame = bytes.slice(rxFrameAt, rxFrameAt + rxLength);
  const decoded = decode(frame);
  // There is one frame, so nothing needs a name.
  const names = new ConnectionNames({ version: 1, hosts: [], records: [] });
  const { parts } = new Describer(names, 'absolute').describe({ kind: 'frame', at: 0, from: '', to: '', bytes: frame });
  return {
    length: rxLength,
    ...endsOf(decoded),
    text: parts.map(({ text }) => text).join('  '),
    hex: toHex(frame),
    hasIpOptions: 'ip' in decoded && decoded.ip !== null && decoded.ip.headerBytes > IPV4_BYTES,
  };
}

/** By port where there is one, by address where there is one, or by MAC. */
function endsOf(decoded: Decoded): { from: string; to: string } {
  const ip = 'ip' in decoded ? decoded.ip : null;
  if (ip === null) {
    const { ethernet } = decoded;
    return { from: ethernet?.source ?? '?', to: ethernet?.destination ?? '?' };
  }
  const hasPorts = decoded.kind === 'tcp' || decoded.kind === 'udp';
  return {
    from: hasPorts ? `${ip.source}:${decoded.sourcePort}` : ip.source,
    to: hasPorts ? `${ip.destination}:${decoded.destinationPort}` : ip.destination,
  };
}
