import { ACK, arrives, byteAt } from './peer';
import { connection, handle, ourFirst, peerNext } from './established';
import { HOLES } from '../../../assembly/pool/connection';
import { consume, received, receivedAt } from '../../../assembly/tcp/calls/receive';
import { pieceAt } from '../../../assembly/tcp/data/reassembly';

/** The peer's data out of order. Offsets count from the first byte that the peer says: `peerNext` does not move here. */

/** `length` bytes at an offset arrive. */
export function comes(offset: i32, length: u32, now: u32 = 0): i32 {
  return arrives(ACK, peerNext + offset, ourFirst, length, now);
}

/** How much has arrived without a hole. */
export function arrived(): u32 {
  return connection().receiveNext - peerNext;
}

/** The pieces that are kept beyond a hole, by their offsets: "100-110 200-210". */
export function pieces(): string {
  let all = '';
  for (let index: u32 = 0; index < HOLES; index += 1) {
    const piece = load<u32>(pieceAt(connection(), index));
    if (piece == 0) continue;
    const next = connection().receiveNext;
    const start = arrived() + ((piece - next) & 0xffff);
    const end = arrived() + (((piece >> 16) - next) & 0xffff);
    if (all.length != 0) all += ' ';
    all += start.toString() + '-' + end.toString();
  }
  return all;
}

/** The app reads all: how many bytes. Which of them were forged, as "100-110"; "?": others are wrong as well. */
export let forgedBytes: string = '';
export function readsAll(from: u32): u32 {
  let offset = from;
  let start: i32 = -1;
  forgedBytes = '';
  // The ring gives what there is in two parts at most.
  for (let length = received(handle); length > 0; length = received(handle)) {
    const at = receivedAt(handle);
    for (let index = 0; index < length; index += 1) {
      const byte = load<u8>(at + index);
      if ((byte & 0x7f) != byteAt(peerNext + offset)) forgedBytes += '?';
      if (byte >= 0x80 && start < 0) start = offset;
      if (byte < 0x80 && start >= 0) {
        forgedBytes += `${start.toString()}-${offset.toString()} `;
        start = -1;
      }
      offset += 1;
    }
    consume(handle, length);
  }
  if (start >= 0) forgedBytes += `${start.toString()}-${offset.toString()} `;
  forgedBytes = forgedBytes.trim();
  return offset - from;
}
