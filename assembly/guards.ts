/**
 * Debug builds only: known bytes lie before, between and behind everything in memory, so that a write beyond a ring, a
 * pool or a record is found even where it stays within memory. Whoever drives the core looks at them after each call.
 */
import { BootRecord, Identity } from './identity';
import {
  BOOT_RECORD,
  CONNECTION_BYTES,
  CONNECTION_POOL,
  DEADLINE_HEAP,
  DEADLINE_HEAP_BYTES,
  END,
  EVENT,
  EXCHANGE_BYTES,
  EXCHANGES,
  FRAME_BYTES,
  HALF_OPEN_BYTES,
  HALF_OPEN_POOL,
  HEADS,
  IDENTITY,
  LISTENER_BYTES,
  LISTENER_POOL,
  NEIGHBOUR_BYTES,
  NEIGHBOUR_INDEX,
  NEIGHBOUR_INDEX_BYTES,
  NEIGHBOUR_POOL,
  OPTIONS,
  OUTBOX,
  RINGS,
  RINGS_STEP,
  RX_FRAME,
  SEGMENT,
  SHEET,
  STATISTICS,
  STATUS_PAGE,
  TIME_WAIT_BYTES,
  TIME_WAIT_POOL,
  TUPLE_INDEX,
  TUPLE_INDEX_BYTES,
  TX_FRAME,
  TX_RING_OFFSET,
} from './memory';
import { Heads } from './pool/lists/heads';
import { EventRecord } from './pool/lists/events';
import { APPS, CONNECTIONS, GUARD_BYTES, RX_RING, TX_RING } from './profile';
import { STATISTICS_BYTES } from './statistics';
import { Segment } from './tcp/segment';
import { SHEET_BYTES } from './apps/status/exchange';
import { FRAME_PADDING } from './wire/ethernet';
import { TcpOptions } from './wire/options';
import { Outbox } from './wire/outbox';

/** What every byte of a guard is. */
export const GUARD: u8 = 0xa5;

/** What is in memory: all that paintGuards names. */
const REGIONS: u32 = 20 + 2 * CONNECTIONS;

/** From where and up to where each guard is; 0, 0 behind the last. A release build has not even the table. */
const TABLE: usize = GUARD_BYTES != 0 ? memory.data(<i32>(8 * (REGIONS + 2)), 8) : 0;

/** The table of the guards. */
export function guards(): usize {
  return TABLE;
}

/** The guard from `from` up to a region of `length` bytes. Gives that region's end, where the next guard begins. */
function guard(from: usize, region: usize, length: usize): usize {
  memory.fill(from, GUARD, region - from);
  let row = TABLE;
  while (load<u32>(row, 4) != 0 && load<u32>(row) != <u32>from) row += 8;
  store<u32>(row, <u32>from);
  store<u32>(row, <u32>region, 4);
  return region + length;
}

/** All of them; `boot` does it behind clearing what it clears. The regions are named in the order of the map. */
export function paintGuards(): void {
  // From address 0: what is written through a null pointer is found, too.
  let end = guard(0, SEGMENT, offsetof<Segment>());
  end = guard(end, OPTIONS, offsetof<TcpOptions>());
  end = guard(end, BOOT_RECORD, offsetof<BootRecord>());
  end = guard(end, RX_FRAME, FRAME_BYTES);
  end = guard(end, TX_FRAME - FRAME_PADDING, FRAME_PADDING + FRAME_BYTES);
  end = guard(end, IDENTITY, offsetof<Identity>());
  end = guard(end, STATISTICS, STATISTICS_BYTES);
  end = guard(end, OUTBOX, offsetof<Outbox>());
  end = guard(end, HEADS, offsetof<Heads>());
  end = guard(end, EVENT, offsetof<EventRecord>());
  end = guard(end, CONNECTION_POOL, CONNECTION_BYTES);
  end = guard(end, HALF_OPEN_POOL, HALF_OPEN_BYTES);
  end = guard(end, TIME_WAIT_POOL, TIME_WAIT_BYTES);
  end = guard(end, LISTENER_POOL, LISTENER_BYTES);
  end = guard(end, NEIGHBOUR_POOL, NEIGHBOUR_BYTES);
  end = guard(end, TUPLE_INDEX, TUPLE_INDEX_BYTES);
  end = guard(end, NEIGHBOUR_INDEX, NEIGHBOUR_INDEX_BYTES);
  end = guard(end, DEADLINE_HEAP, DEADLINE_HEAP_BYTES);
  if (APPS & STATUS_PAGE) {
    end = guard(end, EXCHANGES, EXCHANGE_BYTES);
    end = guard(end, SHEET, SHEET_BYTES);
  }
  for (let index: u32 = 0; index < CONNECTIONS; index += 1) {
    const ring = RINGS + <usize>index * RINGS_STEP;
    end = guard(end, ring, RX_RING);
    end = guard(end, ring + TX_RING_OFFSET, TX_RING);
  }
  guard(end, END, 0);
}
