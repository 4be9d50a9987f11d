import { Exchange, Phase } from './exchange';
import { Status, Word } from './text';

/**
 * An HTTP/1.1 request, read byte by byte as it comes: RFC 9112. Words are known by their hashes, so nothing of it is
 * kept: a request costs the 16 bytes of its Exchange, however it is cut into segments.
 */

/** The longest target, and the longest head of a request. */
const TARGET_BYTES: u32 = 255;
const HEAD_BYTES: u32 = 2048;

const SPACE: u32 = 0x20;
const CARRIAGE_RETURN: u32 = 0x0d;
const LINE_FEED: u32 = 0x0a;
const COLON: u32 = 0x3a;
const COMMA: u32 = 0x2c;

/** FNV-1a, from zero. */
function hashed(word: u32, byte: u32): u32 {
  return (word ^ byte) * 0x01000193;
}

/** What is asked for is not to be had: the response to it will be the last. */
function refuseLater(exchange: Exchange, status: Status): void {
  exchange.isClosing = true;
  exchange.status = <u8>status;
}

/** The request cannot be understood, or is not to be. */
function refuse(exchange: Exchange, status: Status): void {
  refuseLater(exchange, status);
  exchange.phase = <u8>Phase.RESPONSE;
}

/** One byte more of a request, in one of the phases before RESPONSE. */
export function readByte(exchange: Exchange, byte: u32): void {
  const phase = <u32>exchange.phase;
  const length = <u32>exchange.length + 1;
  exchange.length = <u16>length;
  if (length > HEAD_BYTES) refuse(exchange, Status.FIELDS_TOO_LARGE);
  else if (phase == Phase.TARGET && length > TARGET_BYTES) refuse(exchange, Status.URI_TOO_LONG);
  else if (byte <= SPACE || byte == endOfWord(phase)) {
    if (byte == CARRIAGE_RETURN) return;
    if (!wordEnds(exchange, phase, byte == LINE_FEED)) refuse(exchange, Status.BAD_REQUEST);
    exchange.word = 0;
  } else {
    const isCaseless = <i32>phase >= Phase.FIELD_NAME && byte - 0x41 < 26;
    exchange.word = hashed(exchange.word, isCaseless ? byte | 0x20 : byte);
  }
}

/** What ends a word beside a space or a line's end. */
function endOfWord(phase: u32): u32 {
  if (phase == Phase.FIELD_NAME) return COLON;
  return phase == Phase.FIELD_VALUE ? COMMA : SPACE;
}

/** A word has ended, which may be empty. False: it ought not to be here. */
function wordEnds(exchange: Exchange, phase: u32, isLine: bool): bool {
  const word = exchange.word;
  let next = phase + 1;
  if (phase == Phase.METHOD) {
    // An empty line before a request is no harm: RFC 9112 §2.2.
    if (word == 0) return isLine;
    exchange.isHead = word == Word.HEAD;
    exchange.status = <u8>Status.OK;
    if (word != Word.GET && word != Word.HEAD) refuseLater(exchange, Status.METHOD_NOT_ALLOWED);
  } else if (phase == Phase.TARGET) {
    exchange.isJson = word == Word.JSON;
    if (word != Word.ROOT && word != Word.JSON) refuseLater(exchange, Status.NOT_FOUND);
  } else if (phase == Phase.VERSION) {
    // HTTP/1.0 ends each connection, and asks for no Host.
    exchange.hasHost = word == Word.HTTP_1_0;
    if (exchange.hasHost) exchange.isClosing = true;
    else if (word != Word.HTTP_1_1) return false;
    isLine = !isLine;
  } else if (phase == Phase.FIELD_NAME) {
    return fieldBegins(exchange, word, isLine);
  } else if (phase == Phase.FIELD_VALUE) {
    if (exchange.isConnectionField && word == Word.CLOSE) exchange.isClosing = true;
    if (!isLine) return true;
    next = Phase.FIELD_NAME;
    isLine = false;
  }
  exchange.phase = <u8>next;
  return !isLine;
}

/** The name of a field, or the empty line behind the last: then the request is complete. */
function fieldBegins(exchange: Exchange, word: u32, isLine: bool): bool {
  if (isLine) {
    exchange.phase = <u8>Phase.RESPONSE;
    return word == 0 && exchange.hasHost;
  }
  if (word == Word.HOST) exchange.hasHost = true;
  // A body is not read: the connection ends with the response to what may have one.
  if (word == Word.CONTENT_LENGTH || word == Word.TRANSFER_ENCODING) exchange.isClosing = true;
  exchange.isConnectionField = word == Word.CONNECTION;
  exchange.phase = <u8>Phase.FIELD_VALUE;
  return true;
}
