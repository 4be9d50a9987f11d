/** What a frame turned out to be: the union that `decode` gives. Addresses are text, as people read them. */
export type Decoded =
  ArpFrame | TcpFrame | UdpFrame | IcmpFrame | FragmentFrame | OtherIpv4Frame | OtherEthernetFrame | MalformedFrame;

export interface EthernetHeader {
  destination: string;
  source: string;
  etherType: number;
}

export interface ArpFrame {
  kind: 'arp';
  ethernet: EthernetHeader;
  operation: 'request' | 'reply' | 'other';
  operationNumber: number;
  senderMac: string;
  senderAddress: string;
  targetMac: string;
  targetAddress: string;
}

export interface Ipv4Header {
  source: string;
  destination: string;
  headerBytes: number;
  /** As the header says; what the frame carries beyond it is Ethernet padding and no part of the datagram. */
  totalBytes: number;
  dscp: number;
  ecn: number;
  identification: number;
  dontFragment: boolean;
  moreFragments: boolean;
  fragmentOffsetBytes: number;
  ttl: number;
  protocol: number;
  options: Uint8Array;
  checksumOk: boolean;
}

interface InIpv4 {
  ethernet: EthernetHeader;
  ip: Ipv4Header;
}

export type TcpFlag = 'FIN' | 'SYN' | 'RST' | 'PSH' | 'ACK' | 'URG' | 'ECE' | 'CWR';

export interface TcpFrame extends InIpv4 {
  kind: 'tcp';
  sourcePort: number;
  destinationPort: number;
  sequence: number;
  acknowledgment: number;
  headerBytes: number;
  flags: ReadonlySet<TcpFlag>;
  /** As in the header: not scaled. */
  window: number;
  urgentPointer: number;
  options: TcpOption[];
  payload: Uint8Array;
  checksumOk: boolean;
}

/** NOP and end-of-list are padding and are not listed. */
export type TcpOption =
  | { kind: 'mss'; bytes: number }
  | { kind: 'window-scale'; shift: number }
  | { kind: 'sack-permitted' }
  | { kind: 'sack'; blocks: SackBlock[] }
  | { kind: 'timestamps'; value: number; echo: number }
  | { kind: 'unknown'; number: number; data: Uint8Array }
  | { kind: 'malformed'; number: number; reason: string };

export interface SackBlock {
  left: number;
  right: number;
}

export interface UdpFrame extends InIpv4 {
  kind: 'udp';
  sourcePort: number;
  destinationPort: number;
  payload: Uint8Array;
  /** False when the sender sent none (RFC 768: zero); `checksumOk` is then true. */
  checksumPresent: boolean;
  checksumOk: boolean;
}

export interface IcmpFrame extends InIpv4 {
  kind: 'icmp';
  type: number;
  code: number;
  message: IcmpMessage;
  checksumOk: boolean;
}

export type IcmpMessage =
  | { kind: 'echo-request' | 'echo-reply'; identifier: number; sequence: number; payload: Uint8Array }
  | { kind: 'unreachable'; reason: string; nextHopMtu: number; quoted: QuotedDatagram | null }
  | { kind: 'time-exceeded'; quoted: QuotedDatagram | null }
  | { kind: 'other'; payload: Uint8Array };

/** The datagram that an ICMP error is about: its header and at least 8 bytes come back (RFC 792). */
export interface QuotedDatagram {
  protocol: number;
  source: string;
  destination: string;
  /** Null where the quote is of a later fragment, or of a protocol without ports. */
  ports: { source: number; destination: number } | null;
  /** Of a TCP segment: what tells a true error from a forged one (RFC 5927). */
  sequence: number | null;
}

export interface FragmentFrame extends InIpv4 {
  kind: 'fragment';
  payload: Uint8Array;
}

export interface OtherIpv4Frame extends InIpv4 {
  kind: 'ipv4';
  payload: Uint8Array;
}

export interface OtherEthernetFrame {
  kind: 'ethernet';
  ethernet: EthernetHeader;
  payload: Uint8Array;
}

export interface MalformedFrame {
  kind: 'malformed';
  layer: 'ethernet' | 'arp' | 'ipv4' | 'tcp' | 'udp' | 'icmp';
  reason: string;
  /** The layers that were whole. */
  ethernet: EthernetHeader | null;
  ip: Ipv4Header | null;
}
