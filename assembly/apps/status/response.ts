import { write } from '../../tcp/calls/send';
import { Exchange } from './exchange';
import { line } from './json';
import { FIRST_PAGE, LINES, PAGE_PIECES, Status, Text } from './text';
import { textAt } from './texts';

/**
 * A response, piece by piece. A piece is a text. It is written whole or not at all, so that no number is of two
 * moments, and the piece that comes next is all that is kept.
 */

/** The pieces of a head; the body's follow. */
const HEAD_PIECES: u32 = 5;

/** Writes as much of the response as there is room for. True: all of it is written. */
export function respond(handle: i32, exchange: Exchange, now: u32): bool {
  let piece = pieceOf(exchange, now);
  // Every round is a piece further.
  while (piece != 0) {
    if (!write(handle, piece + 1, load<u8>(piece))) return false;
    exchange.piece += 1;
    piece = pieceOf(exchange, now);
  }
  return true;
}

/** The piece that comes next; 0: none. */
function pieceOf(exchange: Exchange, now: u32): usize {
  const piece = <u32>exchange.piece;
  if (piece < HEAD_PIECES) return textAt(headPiece(exchange, piece));
  if (exchange.isHead) return 0;
  const part = piece - HEAD_PIECES;
  const status = <u32>exchange.status;
  // An error says in its body what it is. It has no length: the connection ends with it.
  if (status != Status.OK) return part == 0 ? textAt(status) : 0;
  if (exchange.isJson) return part < LINES ? line(part, now) : 0;
  return part < PAGE_PIECES ? textAt(FIRST_PAGE + part) : 0;
}

function headPiece(exchange: Exchange, piece: u32): u32 {
  const status = <u32>exchange.status;
  if (piece == 0) return Text.HTTP;
  if (piece == 1) return status;
  if (piece == 2 && status == Status.OK) return exchange.isJson ? Text.JSON_HEAD : Text.HTML_HEAD;
  if (piece == 3 && exchange.isClosing) return Text.CLOSE;
  return piece == 4 ? Text.END : Text.NOTHING;
}
