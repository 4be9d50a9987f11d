/** A frame's bytes with their names: what each field is, where it lies, and what it says. */
import { decode, formatAddress, formatMac, type Decoded } from '../../trace/index.js';

export type Layer = 'Ethernet' | 'ARP' | 'IPv4' | 'TCP' | 'options' | 'data';

export interface Field {
  layer: Layer;
  /** As in its RFC. */
  name: string;
  at: number;
  bytes: number;
  value: string;
}

const FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR'];
const IP_AT = 14;

export function fieldsOf(frame: Uint8Array): Field[] {
  const decoded = decode(frame);
  const fields: Field[] = [];
  const reader = new FieldReader(frame, fields);
  if (frame.length < IP_AT) return fields;
  readEthernet(reader);
  if (decoded.kind === 'arp') readArp(reader);
  if ('ip' in decoded && decoded.ip !== null) readIp(reader, decoded.ip.headerBytes, decoded.ip.checksumOk);
  if (decoded.kind === 'tcp') readTcp(reader, decoded);
  const last = fields.at(-1);
  const end = last === undefined ? 0 : last.at + last.bytes;
  if (end < frame.length) reader.add('data', dataName(decoded), end, frame.length - end, `${frame.length - end} bytes`);
  return fields;
}

class FieldReader {
  private readonly view: DataView;

  constructor(
    readonly frame: Uint8Array,
    private readonly fields: Field[],
  ) {
    this.view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  }

  add(layer: Layer, name: string, at: number, bytes: number, value: string): void {
    this.fields.push({ layer, name, at, bytes, value });
  }

  /** A number of 1, 2 or 4 bytes. */
  number(layer: Layer, name: string, at: number, bytes: 1 | 2 | 4, write: (value: number) => string = String): void {
    this.add(layer, name, at, bytes, write(this.valueAt(at, bytes)));
  }

  valueAt(at: number, bytes: 1 | 2 | 4): number {
    if (bytes === 1) return this.view.getUint8(at);
    return bytes === 2 ? this.view.getUint16(at) : this.view.getUint32(at);
  }

  mac(layer: Layer, name: string, at: number): void {
    this.add(layer, name, at, 6, formatMac(this.frame.subarray(at, at + 6)));
  }

  address(layer: Layer, name: string, at: number): void {
    this.add(layer, name, at, 4, formatAddress(this.frame.subarray(at, at + 4)));
  }
}

const hex = (digits: number) => (value: number) => `0x${value.toString(16).padStart(digits, '0')}`;

function readEthernet(reader: FieldReader): void {
  reader.mac('Ethernet', 'destination', 0);
  reader.mac('Ethernet', 'source', 6);
  reader.number('Ethernet', 'type', 12, 2, hex(4));
}

function readArp(reader: FieldReader): void {
  reader.number('ARP', 'hardware type', 14, 2);
  reader.number('ARP', 'protocol type', 16, 2, hex(4));
  reader.number('ARP', 'lengths', 18, 2, hex(4));
  reader.number('ARP', 'operation', 20, 2, (value) => (value === 1 ? '1 request' : `${value} reply`));
  reader.mac('ARP', 'sender MAC', 22);
  reader.address('ARP', 'sender address', 28);
  reader.mac('ARP', 'target MAC', 32);
  reader.address('ARP', 'target address', 38);
}

/** RFC 791 §3.1. */
function readIp(reader: FieldReader, headerBytes: number, checksumOk: boolean): void {
  const at = IP_AT;
  reader.number('IPv4', 'version, header length', at, 1, (value) => `${value >> 4}, ${(value & 15) * 4} bytes`);
  reader.number('IPv4', 'DSCP, ECN', at + 1, 1);
  reader.number('IPv4', 'total length', at + 2, 2);
  reader.number('IPv4', 'identification', at + 4, 2);
  reader.number('IPv4', 'flags, fragment offset', at + 6, 2, (value) =>
    (value & 0x4000) !== 0 ? 'DF' : hex(4)(value),
  );
  reader.number('IPv4', 'TTL', at + 8, 1);
  reader.number('IPv4', 'protocol', at + 9, 1, (value) => (value === 6 ? '6 TCP' : String(value)));
  reader.number('IPv4', 'checksum', at + 10, 2, (value) => `${hex(4)(value)} ${checksumOk ? '✓' : '✗'}`);
  reader.address('IPv4', 'source', at + 12);
  reader.address('IPv4', 'destination', at + 16);
  if (headerBytes > 20) reader.add('IPv4', 'options', at + 20, headerBytes - 20, `${headerBytes - 20} bytes`);
}

type Tcp = Extract<Decoded, { kind: 'tcp' }>;

/** RFC 9293 §3.1. */
function readTcp(reader: FieldReader, segment: Tcp): void {
  const at = IP_AT + segment.ip.headerBytes;
  reader.number('TCP', 'source port', at, 2);
  reader.number('TCP', 'destination port', at + 2, 2);
  reader.number('TCP', 'sequence number', at + 4, 4);
  reader.number('TCP', 'acknowledgment number', at + 8, 4);
  reader.number('TCP', 'data offset', at + 12, 1, (value) => `${(value >> 4) * 4} bytes`);
  reader.number(
    'TCP',
    'control bits',
    at + 13,
    1,
    (value) => FLAGS.filter((_, bit) => value & (1 << bit)).join(' ') || '–',
  );
  reader.number('TCP', 'window', at + 14, 2);
  reader.number('TCP', 'checksum', at + 16, 2, (value) => `${hex(4)(value)} ${segment.checksumOk ? '✓' : '✗'}`);
  reader.number('TCP', 'urgent pointer', at + 18, 2);
  readOptions(reader, at + 20, at + segment.headerBytes);
  const { length } = segment.payload;
  if (length > 0) reader.add('data', 'data', at + segment.headerBytes, length, textOf(segment.payload));
}

const OPTIONS: Readonly<Record<number, string>> = {
  2: 'maximum segment size',
  3: 'window scale',
  4: 'SACK permitted',
  5: 'SACK',
  8: 'timestamps',
};

function readOptions(reader: FieldReader, from: number, end: number): void {
  for (let at = from; at < end;) {
    const kind = reader.valueAt(at, 1);
    const isSingle = kind <= 1;
    const length = isSingle || at + 1 >= end ? 1 : Math.min(Math.max(reader.valueAt(at + 1, 1), 2), end - at);
    const name = isSingle ? (kind === 0 ? 'end of options' : 'no operation') : (OPTIONS[kind] ?? `option ${kind}`);
    const value =
      kind === 2 && length === 4
        ? String(reader.valueAt(at + 2, 2))
        : isSingle || length === 2
          ? '–'
          : `${length} bytes`;
    reader.add('options', name, at, length, value);
    at += length;
  }
}

function dataName(decoded: Decoded): string {
  return decoded.kind === 'tcp' || decoded.kind === 'arp' ? 'padding' : 'data';
}

/** What can be read of it; a dot for what cannot. */
function textOf(bytes: Uint8Array): string {
  const text = String.fromCharCode(...bytes.subarray(0, 60)).replace(/[^ -~]/g, '·');
  return bytes.length > 60 ? `“${text}…” (${bytes.length})` : `“${text}”`;
}
