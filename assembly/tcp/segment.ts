import { OPTIONS, SEGMENT } from '../memory';
import { Drop } from '../statistics';
import { RX_IP, RX_PAYLOAD } from '../memory';
import { Ipv4Header, isPayloadSumRight, PROTOCOL_TCP } from '../wire/ipv4';
import { parseOptions, TcpOptions } from '../wire/options';
import { FIN, SYN, TCP_BYTES, TcpHeader } from '../wire/tcp';
import { tupleKey } from '../pool/entry';

/** The segment being processed: SEG.SEQ and its kin, in host byte order. RFC 9293 §3.3.1. */
@unmanaged
export class Segment {
  /** Its 4-tuple, as the index keeps it. */
  key: u64;
  sequence: u32;
  acknowledgment: u32;
  /** SEG.LEN: data, and one each for SYN and FIN. */
  length: u32;
  dataLength: u32;
  /** Where its data lies. */
  dataAt: usize;
  flags: u32;
  /** SEG.WND */
  window: u32;
  /** It has completed a handshake: what we sent to its sender has reached it. */
  proven: bool;

  @inline has(flag: u32): bool {
    return (this.flags & flag) != 0;
  }
}

@inline
export function segment(): Segment {
  return changetype<Segment>(SEGMENT);
}

/** What its options said. */
@inline
export function options(): TcpOptions {
  return changetype<TcpOptions>(OPTIONS);
}

/** Reads the segment of `length` bytes in the rx buffer: the reason to drop it, or none. */
export function readSegment(length: u32): Drop {
  if (length < TCP_BYTES) return Drop.TCP_LENGTH;
  const header = TcpHeader.at(RX_PAYLOAD);
  const headerLength = header.headerLength;
  if (headerLength < TCP_BYTES || headerLength > length) return Drop.TCP_LENGTH;
  if (!isPayloadSumRight(PROTOCOL_TCP, length)) return Drop.TCP_CHECKSUM;

  const arrived = segment();
  const flags = <u32>header.flags;
  const dataLength = length - headerLength;
  arrived.key = tupleKey(Ipv4Header.at(RX_IP).source, header.ports);
  arrived.sequence = header.sequence;
  arrived.acknowledgment = header.acknowledgment;
  arrived.flags = flags;
  arrived.window = header.window;
  arrived.dataLength = dataLength;
  arrived.dataAt = RX_PAYLOAD + headerLength;
  arrived.length = dataLength + (flags & FIN) + ((flags & SYN) >> 1);
  const areRight = parseOptions(options(), RX_PAYLOAD + TCP_BYTES, headerLength - TCP_BYTES);
  return areRight ? Drop.NONE : Drop.TCP_OPTION;
}
