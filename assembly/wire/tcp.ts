import { swap16, swap32 } from './byte-order';
import { checksum, pseudoHeader, sum } from './checksum';
import { PROTOCOL_TCP } from './ipv4';

export const TCP_BYTES: u32 = 20;

/** Control bits. RFC 9293 §3.1. */
export const FIN: u32 = 1;
export const SYN: u32 = 2;
export const RST: u32 = 4;
export const PSH: u32 = 8;
export const ACK: u32 = 16;
export const URG: u32 = 32;

/** The header, read where it lies in a frame. RFC 9293 §3.1. */
@unmanaged
export class TcpHeader {
  /** Source, then destination port, both in network byte order. */
  ports: u32;
  private sequenceBE: u32;
  private acknowledgmentBE: u32;
  private dataOffset: u8;
  /** The eight control bits. */
  flags: u8;
  private windowBE: u16;
  checksum: u16;
  private urgentBE: u16;

  @inline static at(address: usize): TcpHeader {
    return changetype<TcpHeader>(address);
  }

  @inline get sequence(): u32 {
    return swap32(this.sequenceBE);
  }

  @inline get acknowledgment(): u32 {
    return swap32(this.acknowledgmentBE);
  }

  @inline get window(): u32 {
    return swap16(this.windowBE);
  }

  /** Bytes of the header with its options. */
  @inline get headerLength(): u32 {
    return ((<u32>this.dataOffset) >> 4) << 2;
  }
}

/** Where the window lies in the `control` of a segment to be written; its flags are in the low byte. */
export const WINDOW_SHIFT: u32 = 16;

/**
 * Writes the header of a segment behind which its options and its data lie already, one behind the other. `control` is
 * flags, and the window above. Addresses and ports are in network byte order, our own first; the rest in host order.
 * The header's checksum is summed from the values, so nothing of it is read again.
 */
export function writeTcp(
  at: usize,
  source: u32,
  destination: u32,
  ports: u32,
  sequence: u32,
  acknowledgment: u32,
  control: u32,
  optionBytes: u32,
  dataBytes: u32,
): void {
  const rest = optionBytes + dataBytes;
  const sequenceBE = swap32(sequence);
  const acknowledgmentBE = swap32(acknowledgment);
  const length = TCP_BYTES + optionBytes;
  const offsetFlagsWindow = (length << 2) | ((control & 0xff) << 8) | (swap16(control >> WINDOW_SHIFT) << 16);
  let total = pseudoHeader(source, destination, PROTOCOL_TCP, TCP_BYTES + rest);
  total += <u64>ports + <u64>sequenceBE + <u64>acknowledgmentBE + <u64>offsetFlagsWindow;
  total = sum(at + TCP_BYTES, rest, total);
  store<u32>(at, ports);
  store<u32>(at, sequenceBE, 4);
  store<u32>(at, acknowledgmentBE, 8);
  store<u32>(at, offsetFlagsWindow, 12);
  store<u32>(at, <u32>checksum(total), 16);
}
