import { TX_PAYLOAD } from '../memory';
import { Connection, ringOf } from '../pool/connection';
import { RX_RING, TX_RING } from '../profile';
import { TCP_BYTES } from '../wire/tcp';

/** Where the data of a segment that we send begins: behind a header without options. */
const TX_DATA: usize = TX_PAYLOAD + TCP_BYTES;

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

/** Copies data to be sent out of the send ring, `offset` bytes beyond SND.UNA, into the tx buffer. */
export function copyOut(connection: Connection, offset: u32, length: u32): void {
  const ring = ringOf(connection) + RX_RING;
  const place = wrapped(connection.sendOffset + offset, TX_RING);
  const first = min(length, TX_RING - place);
  memory.copy(TX_DATA, ring + place, first);
  memory.copy(TX_DATA + first, ring, length - first);
}
