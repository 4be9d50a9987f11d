import { CONNECTIONS } from '../../profile';
import { isConnectionLeft } from '../../pool/connection';
import { abort, shutdown } from '../../tcp/calls/close';
import { Option, setOption } from '../../tcp/calls/option';
import { consume, received, receivedAt } from '../../tcp/calls/receive';
import { state } from '../../tcp/calls/status';
import { closeWithPeer } from '../peer';
import { Exchange, exchangeAt, exchangeOf, Phase, sheet } from './exchange';
import { readByte } from './request';
import { respond } from './response';

/** The status page: a small server of HTTP/1.1. RFC 9112. */

/** After so much silence a peer is asked whether it lives. */
const KEEP_ALIVE_SECONDS: u32 = 60;

/** For so long a request may be on its way, and its answer. */
const LEAST_SILENCE_MS: u32 = 1000;

export function beginStatus(now: u32): void {
  sheet().startedAt = now;
}

/** A connection is new. */
export function acceptStatus(handle: i32, now: u32): void {
  const exchange = exchangeOf(handle);
  memory.fill(changetype<usize>(exchange), 0, offsetof<Exchange>());
  exchange.handle = handle;
  exchange.usedAt = now;
  setOption(handle, Option.NO_DELAY, 1, now);
  setOption(handle, Option.KEEP_ALIVE, KEEP_ALIVE_SECONDS, now);
}

/**
 * Browsers keep connections that they do not use, and others never end their request (Slowloris): when all are taken, the one
 * whose last answer is longest ago ends, if there was time enough for another.
 */
export function makeRoom(now: u32): void {
  let oldest: i32 = 0;
  let longest = LEAST_SILENCE_MS;
  if (isConnectionLeft()) return;
  for (let index: u32 = 0; index < CONNECTIONS; index += 1) {
    const exchange = exchangeAt(index);
    const silence = now - exchange.usedAt;
    const other = exchange.handle;
    // One that has ended meanwhile has no state.
    if (state(other) < 0 || silence < longest) continue;
    oldest = other;
    longest = silence;
  }
  // By a RST: it need not wait for the peer to agree. Clients ask again when that befalls them between two requests.
  if (oldest != 0) abort(oldest);
}

/** Something has come, or there is room to send: requests are read and answered one by one. */
export function serveStatus(handle: i32, now: u32): void {
  const exchange = exchangeOf(handle);
  if (exchange.phase == Phase.RESPONSE && !answer(handle, exchange, now)) return;
  let length = received(handle);
  // Every round consumes something, and no more arrives meanwhile.
  while (length > 0) {
    consume(handle, read(exchange, receivedAt(handle), length));
    if (exchange.phase == Phase.RESPONSE && !answer(handle, exchange, now)) return;
    length = received(handle);
  }
  closeWithPeer(handle, now);
}

/** Reads up to the end of a request's head, or of what is there; gives how many bytes that were. */
function read(exchange: Exchange, from: usize, length: u32): u32 {
  let read: u32 = 0;
  while (read < length && exchange.phase != Phase.RESPONSE) {
    if (exchange.phase != Phase.OVER) readByte(exchange, load<u8>(from + read));
    read += 1;
  }
  return read;
}

/** Writes the response as far as there is room. True: all is written, and the next request can be read. */
function answer(handle: i32, exchange: Exchange, now: u32): bool {
  if (!respond(handle, exchange, now)) return false;
  exchange.usedAt = now;
  exchange.phase = <u8>Phase.METHOD;
  exchange.length = 0;
  exchange.piece = 0;
  exchange.hasHost = false;
  if (exchange.isClosing) {
    exchange.phase = <u8>Phase.OVER;
    shutdown(handle);
  }
  return true;
}
