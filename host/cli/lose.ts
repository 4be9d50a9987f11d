import { decode, type TcpFlag } from '../trace/index.js';
import { oneOf } from './usage.js';

/** The three packets of a handshake. */
export const PACKETS = ['syn', 'syn-ack', 'ack'] as const;
export type Packet = (typeof PACKETS)[number];

export function packetOf(text: string): Packet {
  return oneOf('lose', text, PACKETS);
}

/** Their flags, as the simulated LAN's rules spell them. */
export const FLAGS: Readonly<Record<Packet, string>> = { syn: 'SYN', 'syn-ack': 'SYN,ACK', ack: 'ACK' };

/** Drops the first frame that is this packet, and no other. */
export function loseFirst(packet: Packet): (direction: unknown, frame: Uint8Array) => 'pass' | 'drop' {
  const wanted = FLAGS[packet].split(',') as TcpFlag[];
  let isLost = false;
  return (_, bytes) => {
    if (isLost) return 'pass';
    const frame = decode(bytes);
    if (frame.kind !== 'tcp' || frame.flags.size !== wanted.length) return 'pass';
    isLost = wanted.every((flag) => frame.flags.has(flag));
    return isLost ? 'drop' : 'pass';
  };
}
