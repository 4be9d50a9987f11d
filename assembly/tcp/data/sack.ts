import { TX_OPTIONS } from '../../memory';
import { Connection, HOLES } from '../../pool/connection';
import { swap32 } from '../../wire/byte-order';
import { writeSackOption } from '../../wire/options';
import { ALLOWS_SACK } from '../handshake/allowed';
import { beyond, pieceAt } from './reassembly';

/**
 * Writes the option that tells which pieces have arrived beyond a hole, and gives its length; 0: there is none. The piece
 * that came last is told first, as far as it is known. RFC 2018 §4.
 */
export function writeSack(connection: Connection): u32 {
  if ((connection.allows & ALLOWS_SACK) == 0 || connection.piece0 == 0) return 0;
  const next = connection.receiveNext;
  let at = TX_OPTIONS + 4;
  for (let count: u32 = 0; count < HOLES; count += 1) {
    const piece = load<u32>(pieceAt(connection, (connection.lastPiece + count) & (HOLES - 1)));
    if (piece == 0) continue;
    store<u32>(at, swap32(next + beyond(piece, next)));
    store<u32>(at, swap32(next + beyond(piece >> 16, next)), 4);
    at += 8;
  }
  return writeSackOption(TX_OPTIONS, <u32>(at - TX_OPTIONS) - 4);
}
