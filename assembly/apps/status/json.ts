import { CONNECTION_POOL, SHEET, STATISTICS } from '../../memory';
import { Connection } from '../../pool/connection';
import { localPortOf, remoteAddressOf } from '../../pool/entry';
import { CONNECTIONS } from '../../profile';
import { DROP_REASONS, PoolUse, POOLS, Statistics } from '../../statistics';
import { swap16 } from '../../wire/byte-order';
import { sheet, Sheet } from './exchange';
import { COUNTERS, FIRST_COUNTER, FIRST_STATE, LINE_BYTES, ROWS, Text } from './text';
import { copyText, fillText } from './texts';

/** /status.json, line by line: counters, pools, drops, connections. */

/** Where a line is made up: its length in one byte, as with every text, then its bytes. */
const LINE: usize = SHEET + offsetof<Sheet>();
const POOL_USES: usize = STATISTICS + offsetof<Statistics>();
const DROP_COUNTS: usize = POOL_USES + POOLS * offsetof<PoolUse>();
const VALUES: usize = SHEET + offsetof<Sheet>('value0');

/** The line with this number, as a text. */
export function line(index: u32, now: u32): usize {
  store<u8>(LINE, LINE_BYTES);
  memory.fill(LINE + 1, 0x20, LINE_BYTES);
  sheet().value0 = now - sheet().startedAt;
  const pool = index - COUNTERS;
  const drop = pool - POOLS;
  const row = drop - DROP_REASONS;
  // The three lie one behind the other in the statistics, and so do the names of the first two.
  if (index < COUNTERS) named(index, index, Text.UPTIME, Text.COUNTER, STATISTICS + (index << 2));
  else if (pool < POOLS) named(index, pool, Text.POOLS, Text.POOL, POOL_USES + pool * offsetof<PoolUse>());
  else if (drop < DROP_REASONS) dropped(drop);
  else if (row < ROWS) connection(row);
  else copyText(LINE + 1, Text.LAST);
  return LINE;
}

/** The first of its kind has what opens them all before it, the others a comma. */
function begin(place: u32, opening: Text): usize {
  return fillText(LINE + 1, place == 0 ? opening : Text.COMMA, VALUES);
}

/** A name and its value or values. */
function named(name: u32, place: u32, opening: Text, value: Text, values: usize): void {
  const at = copyText(begin(place, opening), Text.QUOTE);
  fillText(copyText(at, FIRST_COUNTER + name), value, values);
}

/** Drops are known by their numbers: Drop, in statistics.ts. */
function dropped(reason: u32): void {
  const at = begin(reason, Text.DROPS);
  const values = sheet();
  values.value0 = reason;
  values.value1 = load<u32>(DROP_COUNTS + (reason << 2));
  fillText(at, Text.DROP, VALUES);
}

/** A connection, or null where there is none. */
function connection(row: u32): void {
  const entry = Connection.at(CONNECTION_POOL + row * offsetof<Connection>());
  const at = begin(row, Text.CONNECTIONS);
  if (row >= CONNECTIONS || entry.state == 0) {
    copyText(at, Text.NULL);
    return;
  }
  const key = entry.key;
  const address = remoteAddressOf(key);
  const values = sheet();
  for (let byte: u32 = 0; byte < 4; byte += 1) store<u32>(VALUES + (byte << 2), (address >> (byte << 3)) & 0xff);
  values.value4 = swap16((<u32>(key >> 32)) & 0xffff);
  values.value5 = swap16(localPortOf(key));
  fillText(copyText(copyText(at, Text.STATE), FIRST_STATE + entry.state), Text.CONNECTION, VALUES);
}
