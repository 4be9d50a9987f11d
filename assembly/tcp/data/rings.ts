import { TX_OPTIONS, TX_RING_OFFSET } from '../../memory';
import { Connection, ringOf } from '../../pool/connection';
import { RX_RING, TX_RING } from '../../profile';

/** A place in a ring, from one that may be beyond its end by less than the ring. */
@inline
export function wrapped(place: u32, ring: u32): u32 {
  return place >= ring ? place - ring : place;
}

/** Copies data that has arrived into the receive ring, `offset` bytes beyond RCV.NXT. It must be in the window. */
export function copyIn(connection: Connection, offset: u32, from: usize, length: u32): void {
  const ring = ringOf(connection);
  const place = wrapped(wrapped(connection.receiveOffset + connection.receiveQueued, RX_RING) + offset, RX_RING);
  const first = min(length, RX_RING - place);
  memory.copy(ring + place, from, first);
  memory.copy(ring, from + first, length - first);
}

/** Copies data to be sent out of the send ring, `offset` bytes beyond SND.UNA, behind a header with so many bytes of options. */
export function copyOut(connection: Connection, offset: u32, length: u32, options: u32): void {
  const ring = ringOf(connection) + TX_RING_OFFSET;
  const place = wrapped(connection.sendOffset + offset, TX_RING);
  const first = min(length, TX_RING - place);
  const to = TX_OPTIONS + options;
  memory.copy(to, ring + place, first);
  memory.copy(to + first, ring, length - first);
}
