import { swap16, swap32 } from '../../wire/byte-order';
import { Errno } from '../../errno';
import { Connection, State } from '../../pool/connection';
import { isTimeWait, localPortOf, remoteAddressOf } from '../../pool/entry';
import { held, heldConnection, heldListener } from '../../pool/lists/handles';
import { Owned } from '../../pool/owned';
import { find } from '../../pool/lists/tuple-index';

/** The key of what a handle means; 0: it means nothing. */
function keyOf(handle: i32): u64 {
  const address = held(handle);
  return address == 0 ? 0 : Owned.at(address).key;
}

/** The state that a connection is in; TIME-WAIT lasts as long as its guard does. RFC 9293 §3.10.6. */
function stateOf(connection: Connection): i32 {
  const state = connection.state;
  return state == State.TIME_WAIT && !isTimeWait(find(connection.key)) ? State.CLOSED : state;
}

export function state(handle: i32): i32 {
  if (heldListener(handle) !== null) return State.LISTEN;
  const connection = heldConnection(handle);
  return connection === null ? Errno.EBADF : stateOf(connection);
}

/** Why a connection ended: a negative errno; 0 while it lives and after an end in order. */
export function failure(handle: i32): i32 {
  if (heldListener(handle) !== null) return 0;
  const connection = heldConnection(handle);
  return connection === null ? Errno.EBADF : <i32>connection.failure;
}

export function localPort(handle: i32): i32 {
  const key = keyOf(handle);
  return key == 0 ? Errno.EBADF : <i32>swap16(localPortOf(key));
}

/** 0 for a listener. */
export function remotePort(handle: i32): i32 {
  const key = keyOf(handle);
  return key == 0 ? Errno.EBADF : <i32>swap16((<u32>(key >> 32)) & 0xffff);
}

/** In host byte order; 0 for a listener and for a handle that means nothing. */
export function remoteAddress(handle: i32): u32 {
  return swap32(remoteAddressOf(keyOf(handle)));
}
