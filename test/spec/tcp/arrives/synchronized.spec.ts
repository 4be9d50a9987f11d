// First: the map of memory is to be seen before what it maps.
import {
  ACK,
  arrives,
  dropOf,
  FIN,
  RST,
  sends,
  sentAcknowledgment,
  sentFlags,
  sentRight,
  sentSequence,
  sentWindow,
  SYN,
} from '../../support/peer';
import { connection, established, fillsWindow, handle, ourFirst, synReceived } from '../../support/established';
import { expireAll } from '../../../../assembly/core/deadline';
import { Errno } from '../../../../assembly/errno';
import { STATISTICS } from '../../../../assembly/memory';
import { Connection, State } from '../../../../assembly/pool/connection';
import { isConnection, isTimeWait } from '../../../../assembly/pool/entry';
import { TimeWait } from '../../../../assembly/pool/time-wait';
import { find } from '../../../../assembly/pool/lists/tuple-index';
import { Drop, POOLS, PoolUse, Statistics } from '../../../../assembly/statistics';
import { shutdown } from '../../../../assembly/tcp/calls/close';
import { failure } from '../../../../assembly/tcp/calls/status';
import {
  AFTER_FIN,
  AFTER_FIN_CLOSED,
  BOTH_END,
  FIN_WAIT_1_ENDS,
  RECEIVING,
  RECEIVING_CLOSED,
  SYN_RECEIVED,
  TIME_WAIT,
} from './tables';

/** RFC 9293 §3.10.7.4: each cell of the tables in tables.ts, which say what their letters mean, is tried by itself. */

const NOW: u32 = 500;
const IRS: u32 = 0xfffffff0;
const DATA: u32 = 10;
const RING: u32 = 4096;

const OPEN_COLUMNS: u32 = 6;
const CLOSED_COLUMNS: u32 = 4;

// The state that a cell begins in, as `bring` leaves it: RCV.NXT, RCV.WND and SND.NXT, and what the peer acknowledges.
let receiveNext: u32 = 0;
let receiveWindow: u32 = 0;
let sendNext: u32 = 0;
let acknowledged: u32 = 0;
let key: u64 = 0;

/** Brings the connection into a state, its window open, or closed by data that the app does not read. */
function bring(state: State, isOpen: bool): void {
  const hasOurFin = state == State.FIN_WAIT_1 || state == State.FIN_WAIT_2 || state >= State.CLOSING;
  const hasTheirFin = state >= State.CLOSE_WAIT;
  receiveNext = IRS + 1;
  if (state == State.SYN_RECEIVED) {
    synReceived(IRS);
  } else {
    established();
    if (!isOpen) {
      // The peer's FIN takes the last number of the window.
      const filled = hasTheirFin ? RING - 1 : RING;
      fillsWindow(RING - filled, 0, 0);
      receiveNext += filled;
    }
  }
  const isOursFirst = state != State.LAST_ACK;
  if (hasOurFin && isOursFirst) shutdown(handle);
  sends(0);
  if (state == State.FIN_WAIT_2 || state == State.TIME_WAIT) arrives(ACK, receiveNext, ourFirst + 1, 0, 0);
  acknowledged = ourFirst + <u32>(state == State.FIN_WAIT_2 || state == State.TIME_WAIT);
  if (hasTheirFin) {
    arrives(FIN | ACK, receiveNext, acknowledged, 0, 0);
    receiveNext += 1;
  }
  sends(0);
  if (!isOursFirst) {
    shutdown(handle);
    sends(0);
  }
  sendNext = ourFirst + <u32>hasOurFin;
  // The right edge stays where it was first told: IRS + 1 + RING. §3.8.6 (SHLD-14).
  receiveWindow = IRS + 1 + RING - receiveNext;
  key = connection().key;
  assert(stateName() == nameOf(state), 'the state is the one that was to be reached: ' + stateName());
  if (state != State.TIME_WAIT) assert(connection().receiveWindow == receiveWindow);
}

function nameOf(state: State): string {
  if (state == State.SYN_RECEIVED) return 'SYN-RECEIVED';
  if (state == State.ESTABLISHED) return 'ESTABLISHED';
  if (state == State.FIN_WAIT_1) return 'FIN-WAIT-1';
  if (state == State.FIN_WAIT_2) return 'FIN-WAIT-2';
  if (state == State.CLOSE_WAIT) return 'CLOSE-WAIT';
  if (state == State.CLOSING) return 'CLOSING';
  if (state == State.LAST_ACK) return 'LAST-ACK';
  if (state == State.TIME_WAIT) return 'TIME-WAIT';
  return 'CLOSED';
}

/** The state that a segment now finds. */
function stateName(): string {
  const entry = find(key);
  if (entry == 0) return 'CLOSED';
  if (isTimeWait(entry)) return 'TIME-WAIT';
  return isConnection(entry) ? nameOf(<State>Connection.at(entry).state) : 'SYN-RECEIVED';
}

/** By how much RCV.NXT has advanced. */
function advance(): u32 {
  const entry = find(key);
  if (entry != 0 && isTimeWait(entry)) return TimeWait.at(entry).receiveNext - receiveNext;
  return entry != 0 && isConnection(entry) ? Connection.at(entry).receiveNext - receiveNext : 0;
}

function dropName(drop: i32): string {
  if (drop == Drop.NONE) return '';
  if (drop == Drop.OUT_OF_WINDOW) return ':window';
  if (drop == Drop.RESET_BLIND) return ':blind';
  if (drop == Drop.SYN_IN_WINDOW) return ':syn';
  if (drop == Drop.NO_ACK) return ':no-ack';
  if (drop == Drop.ACK_UNACCEPTABLE) return ':ack';
  return drop == Drop.RESET_TIME_WAIT ? ':guard' : ':' + drop.toString();
}

function dropCount(drop: i32): u32 {
  return load<u32>(STATISTICS + offsetof<Statistics>() + POOLS * offsetof<PoolUse>() + ((<usize>drop) << 2));
}

function timeWaitDue(): u32 {
  const entry = find(key);
  return entry != 0 && isTimeWait(entry) ? TimeWait.at(entry).due : 0;
}

/** What was just sent, as a cell says it; with "!" where its numbers are not those that the cell means. */
function answerName(sequence: u32, acknowledgment: u32): string {
  if (sentFlags == 0) return '-';
  const next = receiveNext + advance();
  const isAtNext = sentAcknowledgment == next && sentRight;
  if (sentFlags == ACK) {
    const isTold = stateName() == 'TIME-WAIT' || sentWindow == receiveWindow - min(advance(), receiveWindow);
    return isAtNext && sentSequence == sendNext && isTold ? 'A' : 'A!';
  }
  if (sentFlags == (SYN | ACK)) {
    const isAgain = isAtNext && sentSequence == ourFirst - 1;
    const isNew = sentAcknowledgment == sequence + 1 && <i32>(sentSequence - sendNext) > 0;
    return isAgain || isNew ? 'S' : 'S!';
  }
  return sentFlags == RST && sentSequence == acknowledgment ? 'R' : '?' + sentFlags.toString();
}

/** What a segment does, as a cell says it. */
function observe(kind: string, sequence: u32): string {
  const before = stateName();
  const due = timeWaitDue();
  const length = kind.endsWith(' data') ? DATA : 0;
  let acknowledgment = kind == 'unsent' ? sendNext + 1 : acknowledged;
  let flags: u32 = 0;
  if (kind.startsWith('RST')) flags = RST;
  if (kind.startsWith('SYN')) flags = SYN;
  if (kind.startsWith('ACK') || kind == 'unsent') flags = ACK;
  if (kind.startsWith('FIN,ACK')) flags = FIN | ACK;
  if ((flags & ACK) == 0) acknowledgment = 0;
  const counts = memory.data(32 * 4);
  for (let drop = 0; drop < 31; drop += 1) store<u32>(counts + ((<usize>drop) << 2), dropCount(drop));
  const drop = dropOf(arrives(flags, sequence, acknowledgment, length, NOW));
  let counted = drop == 0 || dropCount(drop) == load<u32>(counts + ((<usize>drop) << 2)) + 1;
  for (let other = 1; other < 31; other += 1) {
    if (other != drop && dropCount(other) != load<u32>(counts + ((<usize>other) << 2))) counted = false;
  }
  const frames = sends(NOW);
  let answer = answerName(sequence, acknowledgment);
  if (frames == 0) {
    expireAll(NOW + 39);
    const isEarly = sends(NOW + 39) != 0;
    expireAll(NOW + 40);
    sends(NOW + 40);
    answer = answerName(sequence, acknowledgment);
    if (answer == 'A' && !isEarly) answer = 'D';
  }
  if (frames > 1) answer += '!';
  let cell = answer + dropName(drop) + (counted ? '' : '!');
  if (advance() != 0) cell += '+' + advance().toString();
  if (stateName() != before) cell += '>' + stateName();
  else if (timeWaitDue() != due) cell += '*';
  return cell;
}

/** Where a column's segment begins. */
function sequenceOf(column: u32, columns: u32): u32 {
  if (column == 0) return receiveNext - 20;
  if (column == 1) return receiveNext - 1;
  if (column == 2) return receiveNext;
  if (columns == CLOSED_COLUMNS) return receiveNext + 1;
  if (column == 3) return receiveNext + 100;
  return receiveNext + receiveWindow - <u32>(column == 4);
}

/** Every cell of a table holds in a state; `fin` is what >* means. `isOurFinAcknowledged`: by all segments. */
function holds(table: string[], state: State, fin: string, isOpen: bool, isOurFinAcknowledged: bool = false): void {
  const columns = isOpen ? OPEN_COLUMNS : CLOSED_COLUMNS;
  for (let row = 0; row < table.length; row += 1) {
    const bar = table[row].indexOf('|');
    const kind = table[row].substring(0, bar).trim();
    const cells = table[row].substring(bar + 1).split(' ');
    let column: u32 = 0;
    for (let part = 0; part < cells.length; part += 1) {
      if (cells[part].length == 0) continue;
      bring(state, isOpen);
      if (isOurFinAcknowledged) acknowledged = sendNext;
      const expected = cells[part].replace('>*', '>' + fin);
      expect<string>(observe(kind, sequenceOf(column, columns))).toBe(
        expected,
        `${nameOf(state)}: ${kind}, column ${column.toString()}`,
      );
      column += 1;
    }
    expect<u32>(column).toBe(columns, 'the row has a cell for each column');
  }
}

describe('the window is open: what arrives has its place in it or outside', () => {
  it('in SYN-RECEIVED', () => holds(SYN_RECEIVED, State.SYN_RECEIVED, '', true));
  it('in ESTABLISHED', () => holds(RECEIVING, State.ESTABLISHED, 'CLOSE-WAIT', true));
  it('in FIN-WAIT-1', () => holds(RECEIVING, State.FIN_WAIT_1, 'CLOSING', true));
  it('in FIN-WAIT-2', () => holds(RECEIVING, State.FIN_WAIT_2, 'TIME-WAIT', true));
  it('in CLOSE-WAIT', () => holds(AFTER_FIN, State.CLOSE_WAIT, '', true));
  it('in CLOSING', () => holds(AFTER_FIN, State.CLOSING, '', true));
  it('in LAST-ACK', () => holds(AFTER_FIN, State.LAST_ACK, '', true));
  it('in TIME-WAIT', () => holds(TIME_WAIT, State.TIME_WAIT, '', true));
});

describe('the window is closed: what arrives is looked at only at its edge', () => {
  it('in ESTABLISHED', () => holds(RECEIVING_CLOSED, State.ESTABLISHED, 'CLOSE-WAIT', false));
  it('in FIN-WAIT-1', () => holds(RECEIVING_CLOSED, State.FIN_WAIT_1, 'CLOSING', false));
  it('in FIN-WAIT-2', () => holds(RECEIVING_CLOSED, State.FIN_WAIT_2, 'TIME-WAIT', false));
  it('in CLOSE-WAIT', () => holds(AFTER_FIN_CLOSED, State.CLOSE_WAIT, '', false));
  it('in CLOSING', () => holds(AFTER_FIN_CLOSED, State.CLOSING, '', false));
  it('in LAST-ACK', () => holds(AFTER_FIN_CLOSED, State.LAST_ACK, '', false));
});

describe('our FIN is acknowledged by a segment wherever it is acceptable', () => {
  it('in FIN-WAIT-1', () => holds(FIN_WAIT_1_ENDS, State.FIN_WAIT_1, '', true, true));
  it('in CLOSING', () => holds(BOTH_END, State.CLOSING, 'TIME-WAIT', true, true));
  it('in LAST-ACK', () => holds(BOTH_END, State.LAST_ACK, 'CLOSED', true, true));
});

describe('a RST with exactly the next number', () => {
  it('is a failure before the peer has said all, and an end in order behind both FINs', () => {
    expect<i32>(failureIn(State.SYN_RECEIVED)).toBe(Errno.ECONNREFUSED);
    expect<i32>(failureIn(State.ESTABLISHED)).toBe(Errno.ECONNRESET);
    expect<i32>(failureIn(State.FIN_WAIT_1)).toBe(Errno.ECONNRESET);
    expect<i32>(failureIn(State.FIN_WAIT_2)).toBe(Errno.ECONNRESET);
    expect<i32>(failureIn(State.CLOSE_WAIT)).toBe(Errno.ECONNRESET);
    expect<i32>(failureIn(State.CLOSING)).toBe(0);
    expect<i32>(failureIn(State.LAST_ACK)).toBe(0);
  });
});

/** Why the connection ended, by a RST in a state. */
function failureIn(state: State): i32 {
  bring(state, true);
  arrives(RST, receiveNext, 0, 0, NOW);
  expect<string>(stateName()).toBe('CLOSED');
  return failure(handle);
}
