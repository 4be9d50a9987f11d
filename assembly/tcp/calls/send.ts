import { Errno } from '../../errno';
import { TX_RING_OFFSET } from '../../memory';
import { Connection, isStateOf, ringOf, State } from '../../pool/connection';
import { heldConnection } from '../../pool/lists/handles';
import { Flag } from '../../pool/owned';
import { makeReady } from '../../pool/lists/output';
import { TX_RING } from '../../profile';
import { wrapped } from '../data/rings';

/** SEND: RFC 9293 §3.10.2. The app writes into the ring itself, and says then how much. */

/** Before ESTABLISHED what is sent waits; after our FIN nothing can be. */
const SENDING: u32 =
  (1 << State.SYN_SENT) | (1 << State.SYN_RECEIVED) | (1 << State.ESTABLISHED) | (1 << State.CLOSE_WAIT);

/** Bytes of free space that lie together, from where the next byte is to be written. */
function space(connection: Connection): u32 {
  return min(TX_RING - connection.sendQueued, TX_RING - place(connection));
}

function place(connection: Connection): u32 {
  return wrapped(connection.sendOffset + connection.sendQueued, TX_RING);
}

/** How much may be written at `send_at`. If not all of the ring is free, a WRITABLE tells when an MSS of it is, or more. */
export function sendSpace(handle: i32): i32 {
  const connection = heldConnection(handle);
  if (connection === null) return Errno.EBADF;
  if (!isStateOf(connection.state, SENDING)) return Errno.EPIPE;
  if (connection.sendQueued == 0) connection.sendOffset = 0;
  else connection.set(Flag.SPACE_WANTED);
  return <i32>space(connection);
}

/** Where the next byte is to be written; 0: nowhere. */
export function sendAt(handle: i32): usize {
  const connection = heldConnection(handle);
  return connection === null ? 0 : ringOf(connection) + TX_RING_OFFSET + place(connection);
}

/** For apps that are linked in: copies `length` bytes into the ring, or none where there is no room for all: false. */
export function write(handle: i32, from: usize, length: u32): bool {
  const connection = heldConnection(handle);
  const first = sendSpace(handle);
  if (connection === null || first < 0 || length > TX_RING - connection.sendQueued) return false;
  const part = min(length, first);
  memory.copy(sendAt(handle), from, part);
  send(handle, part);
  memory.copy(sendAt(handle), from + part, length - part);
  send(handle, length - part);
  return true;
}

/** `length` bytes have been written at `send_at`: they are sent as soon as they may be. */
export function send(handle: i32, length: u32): i32 {
  const connection = heldConnection(handle);
  if (connection === null) return Errno.EBADF;
  if (!isStateOf(connection.state, SENDING)) return Errno.EPIPE;
  if (length > space(connection)) return Errno.EINVAL;
  connection.sendQueued += length;
  if (<i32>connection.state >= State.ESTABLISHED) makeReady(connection);
  return <i32>length;
}
