import { EXCHANGES, SHEET } from '../../memory';
import { LINE_BYTES } from './text';

/** What is being read or written on a connection. */
export const enum Phase {
  METHOD = 0,
  TARGET = 1,
  VERSION = 2,
  FIELD_NAME = 3,
  FIELD_VALUE = 4,
  /** A response is being written; what the peer sends meanwhile waits in the ring. */
  RESPONSE = 5,
  /** The last response is written and our FIN sent: the rest of what the peer says does not matter. */
  OVER = 6,
}

/** A request and its response, on one connection. Zeroed: waits for a request. */
@unmanaged
export class Exchange {
  handle: i32;
  /** When something came last. */
  usedAt: u32;
  /** The hash of the word being read; 0: none has begun. */
  word: u32;
  /** Bytes of the request so far. */
  length: u16;
  /** The next piece of the response. */
  piece: u16;
  phase: u8;
  /** A Status. */
  status: u8;
  /** The value that is being read is of Connection. */
  isConnectionField: bool;
  isHead: bool;
  isClosing: bool;
  hasHost: bool;
  isJson: bool;
  reserved: u8;
}

/** Where a piece of a response is made up. */
@unmanaged
export class Sheet {
  startedAt: u32;
  /** Numbers that go into the next line. */
  value0: u32;
  value1: u32;
  value2: u32;
  value3: u32;
  value4: u32;
  value5: u32;
}

/** The sheet, and behind it a line with its length before it. */
export const SHEET_BYTES: usize = offsetof<Sheet>() + 1 + LINE_BYTES;

@inline
export function sheet(): Sheet {
  return changetype<Sheet>(SHEET);
}

/** The exchange of the connection with this number, from 0. */
export function exchangeAt(index: u32): Exchange {
  return changetype<Exchange>(EXCHANGES + index * offsetof<Exchange>());
}

/** The exchange of a handle: its low 11 bits are the number of its connection, from 1. */
export function exchangeOf(handle: i32): Exchange {
  return exchangeAt(((<u32>handle) & 0x7ff) - 1);
}
