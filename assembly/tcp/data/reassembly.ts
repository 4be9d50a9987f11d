import { Connection, HOLES } from '../../pool/connection';
import { copyIn } from './rings';

/**
 * Data that arrives out of order stays in the receive ring, where it belongs, with a fixed number of holes before it:
 * RFC 9293 §3.10.7.4, seventh (SHLD-31). A piece is two halves of a word: the low 16 bits of the sequence number of its
 * first byte, and of the one behind its last. That is enough, since it lies less than 64 KiB beyond RCV.NXT.
 */

@inline
export function pieceAt(connection: Connection, index: u32): usize {
  return connection.address + offsetof<Connection>('piece0') + ((<usize>index) << 2);
}

/** Where a piece begins or ends, in bytes beyond RCV.NXT. */
@inline
export function beyond(sequence: u32, receiveNext: u32): u32 {
  return (sequence - receiveNext) & 0xffff;
}

/**
 * Keeps the `length` bytes at `from` that belong `offset` bytes beyond RCV.NXT, where they are in the window. What was
 * received first stays. Gives by how much RCV.NXT may advance: 0 while there is a hole before them. When there are too
 * many holes, the furthest piece is forgotten: it was not acknowledged, so the peer has it still.
 */
export function keep(connection: Connection, offset: u32, from: usize, length: u32): u32 {
  const next = connection.receiveNext;
  const dataEnd = offset + length;
  let start = offset;
  let end = dataEnd;
  let place: u32 = 0;
  let copied = offset;
  let read: u32 = 0;
  for (; read < HOLES; read += 1) {
    const piece = load<u32>(pieceAt(connection, read));
    const pieceStart = beyond(piece, next);
    const pieceEnd = beyond(piece >> 16, next);
    if (piece == 0 || pieceStart > end) break;
    if (pieceEnd < start) {
      // It ends before: it stays as it is.
      place = read + 1;
      continue;
    }
    // It touches: the two become one, and only what lies between them is copied.
    if (copied < pieceStart) copyIn(connection, copied, from + (copied - offset), pieceStart - copied);
    copied = max(copied, pieceEnd);
    start = min(start, pieceStart);
    end = max(end, pieceEnd);
  }
  if (copied < dataEnd) copyIn(connection, copied, from + (copied - offset), dataEnd - copied);
  // Behind four others there is no room for one more: the peer has it still.
  if (place == HOLES) return 0;
  connection.lastPiece = place;
  replace(connection, place, read, start == 0 ? 0 : ((next + start) & 0xffff) | ((next + end) << 16));
  return start == 0 ? end : 0;
}

/** Puts `piece`, unless it is 0, in place of the pieces from `place` up to `until`. */
function replace(connection: Connection, place: u32, until: u32, piece: u32): void {
  const kept = piece == 0 ? place : place + 1;
  // Behind the last piece, and beyond the table where one more is put in, there are none.
  const rest = HOLES - max(until, kept);
  memory.copy(pieceAt(connection, kept), pieceAt(connection, until), rest << 2);
  if (until > kept) memory.fill(pieceAt(connection, kept + rest), 0, (until - kept) << 2);
  if (piece != 0) store<u32>(pieceAt(connection, place), piece);
}
