import { decode } from '../decode.js';
import type { ArpFrame, Decoded, IcmpFrame, QuotedDatagram, TcpFlag, TcpFrame, TcpOption } from '../frame.js';
import type { FrameRecord } from '../trace.js';
import type { ConnectionNames } from './connections.js';
import { directionOf, SequenceBook } from './sequence.js';
import type { Tone } from './style.js';

/** How sequence numbers are written: from the connection's start, as on the wire, or both. */
export type Numbers = 'relative' | 'absolute' | 'both';

export interface Part {
  text: string;
  tone: Tone;
}

/** The words on an arrow. */
export interface Label {
  /** The most telling first: those that do not fit on the arrow go below it. */
  parts: Part[];
  tone: Tone;
  /** How many of the parts say what the frame is; the others are details. */
  essential: number;
  /** What frames of this sort are called together in a folded run. */
  sort: string;
  /** Who sent it, as far as it says: a flood comes from many addresses. */
  source: string;
  /** Distinguishes connections. */
  conversation: string;
  payloadBytes: number;
}

const FLAG_ORDER: readonly TcpFlag[] = ['SYN', 'FIN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR'];

/** Describes frames in the order in which they were sent: what one says depends on those before it. */
export class Describer {
  private readonly names: ConnectionNames;
  private readonly numbers: Numbers;
  private readonly book = new SequenceBook();
  private readonly windows = new Map<string, number>();
  private readonly tries = new Map<string, number>();

  constructor(names: ConnectionNames, numbers: Numbers) {
    this.names = names;
    this.numbers = numbers;
  }

  describe(record: FrameRecord): Label {
    const decoded = decode(record.bytes);
    const label = this.describeDecoded(decoded, record);
    if ('ip' in decoded && decoded.ip !== null && !decoded.ip.checksumOk) {
      label.parts.push({ text: 'bad IP checksum', tone: 'bad' });
    }
    if ('checksumOk' in decoded && !decoded.checksumOk) {
      label.parts.push({ text: `bad ${decoded.kind.toUpperCase()} checksum`, tone: 'bad' });
    }
    return label;
  }

  private describeDecoded(decoded: Decoded, record: FrameRecord): Label {
    switch (decoded.kind) {
      case 'tcp':
        return this.describeTcp(decoded, record);
      case 'arp':
        return describeArp(decoded);
      case 'icmp':
        return describeIcmp(decoded);
      case 'udp':
        return simple('UDP', decoded.ip.source, 'other', [
          `UDP ${decoded.sourcePort} → ${decoded.destinationPort}`,
          `len ${decoded.payload.length}`,
        ]);
      case 'fragment':
        return simple('fragment', decoded.ip.source, 'other', [
          'IPv4 fragment',
          `id ${decoded.ip.identification}`,
          `bytes ${decoded.ip.fragmentOffsetBytes}–${decoded.ip.fragmentOffsetBytes + decoded.payload.length}`,
          decoded.ip.moreFragments ? 'more follow' : 'the last',
        ]);
      case 'ipv4':
        return simple('IPv4 packet', decoded.ip.source, 'other', [
          `IPv4 protocol ${decoded.ip.protocol}`,
          `len ${decoded.payload.length}`,
        ]);
      case 'ethernet': {
        const type = decoded.ethernet.etherType.toString(16).padStart(4, '0');
        return simple('other frame', decoded.ethernet.source, 'other', [
          `Ethernet type 0x${type}`,
          `len ${decoded.payload.length}`,
        ]);
      }
      case 'malformed': {
        const source = decoded.ip?.source ?? decoded.ethernet?.source ?? '';
        const layer = decoded.layer === 'ipv4' ? 'IPv4' : decoded.layer.toUpperCase();
        return simple('malformed frame', source, 'bad', [`malformed ${layer}`, decoded.reason]);
      }
    }
  }

  private describeTcp(frame: TcpFrame, record: FrameRecord): Label {
    this.book.learn(frame);
    const parts: Part[] = [];
    const tone = toneOf(frame);
    const add = (text: string, partTone: Tone = 'plain'): void => void parts.push({ text, tone: partTone });
    const name = this.names.ofFrame(frame);
    const flags = FLAG_ORDER.filter((flag) => frame.flags.has(flag)).join(' ');
    if (name !== '') add(name, 'faint');
    add(flags === '' ? 'no flags' : flags, tone === 'plain' ? 'plain' : tone);
    const isAbsolute = this.numbers === 'absolute';
    const hasAck = frame.flags.has('ACK');
    add(`seq ${isAbsolute ? frame.sequence : this.book.sequence(frame)}`);
    if (hasAck) add(`ack ${isAbsolute ? frame.acknowledgment : this.book.acknowledgment(frame)}`);
    if (frame.payload.length > 0) add(`len ${frame.payload.length}`);
    const tries = record.duplicate === true ? 1 : this.countTry(frame);
    if (tries > 1) add(`${ordinal(tries)} try`, 'timer');
    const essential = parts.length;
    if (this.isNewWindow(frame)) add(`win ${frame.window}`, frame.window === 0 ? 'bad' : 'faint');
    if (frame.flags.has('URG')) add(`urg ${frame.urgentPointer}`, 'faint');
    for (const option of frame.options) {
      const text = this.describeOption(option, frame);
      if (text !== '') add(text, option.kind === 'malformed' ? 'bad' : 'faint');
    }
    if (this.numbers === 'both') add(`(${frame.sequence}${hasAck ? ` / ${frame.acknowledgment}` : ''})`, 'faint');
    return {
      parts,
      tone,
      essential,
      sort: sortOf(frame, flags),
      source: frame.ip.source,
      conversation: directionOf(frame).split('>').sort().join(),
      payloadBytes: frame.payload.length,
    };
  }

  /** How often this part of the stream was sent; what takes no sequence space is never sent "again". */
  private countTry(frame: TcpFrame): number {
    const takesSpace = frame.payload.length > 0 || frame.flags.has('SYN') || frame.flags.has('FIN');
    if (!takesSpace || frame.flags.has('RST')) return 1;
    // a SYN that became a SYN ACK in a simultaneous open is not the same segment again
    const isSynAck = frame.flags.has('SYN') && frame.flags.has('ACK');
    const controls = isSynAck ? 'SYN ACK' : frame.flags.has('SYN') ? 'SYN' : frame.flags.has('FIN') ? 'FIN' : '';
    const key = `${directionOf(frame)} ${frame.sequence} ${frame.payload.length} ${controls}`;
    const tries = (this.tries.get(key) ?? 0) + 1;
    this.tries.set(key, tries);
    return tries;
  }

  /** A window on every line hides the one that matters: it is written when it is news. */
  private isNewWindow(frame: TcpFrame): boolean {
    if (frame.flags.has('RST')) return false;
    const direction = directionOf(frame);
    const isNews = this.windows.get(direction) !== frame.window;
    this.windows.set(direction, frame.window);
    return isNews || frame.window === 0 || frame.flags.has('SYN');
  }

  private describeOption(option: TcpOption, frame: TcpFrame): string {
    switch (option.kind) {
      case 'mss':
        return `mss ${option.bytes}`;
      case 'window-scale':
        return `wscale ${option.shift}`;
      case 'sack-permitted':
        return 'sackOK';
      case 'sack': {
        const edge = (value: number): string =>
          this.numbers === 'absolute' ? String(value) : this.book.acknowledged(frame, value);
        return `sack ${option.blocks.map(({ left, right }) => `${edge(left)}–${edge(right)}`).join(' ')}`;
      }
      case 'timestamps':
        // negotiated on the SYN, then on every segment: only the first is news
        return frame.flags.has('SYN') ? 'ts' : '';
      case 'unknown':
        return `option ${option.number}`;
      case 'malformed':
        return `bad option ${option.number}`;
    }
  }
}

function describeArp(frame: ArpFrame): Label {
  const { senderAddress, senderMac, targetAddress } = frame;
  const say = (...texts: string[]): Label => simple(`ARP ${frame.operation}`, senderAddress, 'other', texts);
  if (frame.operation === 'other') return say(`ARP operation ${frame.operationNumber}`);
  // RFC 5227: a probe asks without a sender's address, an announcement asks for the sender's own
  if (senderAddress === targetAddress) return say(`ARP ${senderAddress} is mine`, senderMac);
  if (frame.operation === 'reply') return say(`ARP ${senderAddress} is at ${senderMac}`);
  if (senderAddress === '0.0.0.0') return say(`ARP is ${targetAddress} in use?`);
  return say(`ARP who has ${targetAddress}?`, `tell ${senderAddress}`);
}

function describeIcmp(frame: IcmpFrame): Label {
  const { message } = frame;
  const say = (sort: string, ...texts: string[]): Label => simple(sort, frame.ip.source, 'other', texts);
  switch (message.kind) {
    case 'echo-request':
    case 'echo-reply': {
      const sort = message.kind === 'echo-request' ? 'ping' : 'ping reply';
      return say(sort, `ICMP ${sort}`, `id ${message.identifier}`, `seq ${message.sequence}`);
    }
    case 'unreachable':
      return say('ICMP unreachable', `ICMP ${message.reason}`, ...describeQuote(message.quoted));
    case 'time-exceeded':
      return say('ICMP time exceeded', 'ICMP time exceeded', ...describeQuote(message.quoted));
    case 'other':
      return say('ICMP message', `ICMP type ${frame.type} code ${frame.code}`);
  }
}

function describeQuote(quoted: QuotedDatagram | null): string[] {
  if (quoted === null) return [];
  if (quoted.ports === null) return [`about ${quoted.destination}`];
  const protocol = quoted.protocol === 6 ? 'TCP' : 'UDP';
  return [`about ${protocol} ${quoted.ports.source} → ${quoted.destination}:${quoted.ports.destination}`];
}

function simple(sort: string, source: string, tone: Tone, texts: readonly string[]): Label {
  const parts = texts.map((text, index): Part => ({ text, tone: index === 0 ? tone : 'faint' }));
  return { parts, tone, essential: 1, sort, source, conversation: '', payloadBytes: 0 };
}

function toneOf(frame: TcpFrame): Tone {
  if (frame.flags.has('RST')) return 'reset';
  if (frame.flags.has('SYN')) return 'syn';
  if (frame.flags.has('FIN')) return 'fin';
  return frame.payload.length > 0 ? 'data' : 'plain';
}

function sortOf(frame: TcpFrame, flags: string): string {
  const plain = !frame.flags.has('SYN') && !frame.flags.has('FIN') && !frame.flags.has('RST');
  return plain && frame.payload.length > 0 ? 'data segment' : flags === '' ? 'segment without flags' : flags;
}

function ordinal(count: number): string {
  const suffix = count === 2 ? 'nd' : count === 3 ? 'rd' : 'th';
  // 21st, 22nd: no sender tries that often, but a flood may
  if (count > 20) return `${count}×`;
  return `${count}${suffix}`;
}
