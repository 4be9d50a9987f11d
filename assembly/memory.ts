/**
 * The map of linear memory: every region by name, in order. Nobody else reserves memory.
 *
 * Regions are 16-byte aligned. Zeroed memory is a set of empty pools. In debug builds known bytes lie before, between and
 * behind them: see guards.ts.
 */
import { BootRecord, Identity } from './identity';
import { STATISTICS_BYTES } from './statistics';
import {
  APPS,
  CONNECTIONS,
  GUARD_BYTES,
  HALF_OPEN,
  LISTENERS,
  NEIGHBOURS,
  RX_RING,
  TIME_WAIT,
  TX_RING,
} from './profile';
import { Connection } from './pool/connection';
import { HalfOpen } from './pool/half-open';
import { Listener } from './pool/listener';
import { Neighbour } from './pool/neighbour';
import { TimeWait } from './pool/time-wait';
import { Heads } from './pool/lists/heads';
import { EventRecord } from './pool/lists/events';
import { Segment } from './tcp/segment';
import { ETHERNET_BYTES } from './wire/ethernet';
import { IPV4_BYTES } from './wire/ipv4';
import { Exchange, SHEET_BYTES } from './apps/status/exchange';
import { TcpOptions } from './wire/options';
import { Outbox } from './wire/outbox';
import { TCP_BYTES } from './wire/tcp';

const ALIGN: usize = 15;
export const STATUS_PAGE: u32 = 4;

/** Bytes of the longest Ethernet II frame, without its check sequence. */
export const FRAME_BYTES: u32 = 1514;

const TUPLES: u32 = CONNECTIONS + HALF_OPEN + TIME_WAIT + LISTENERS;

/** Buckets of the 4-tuple index: a power of two, at least one for each entry. */
export const TUPLE_BUCKET_BITS: u32 = 32 - clz<u32>(TUPLES - 1);
export const NEIGHBOUR_BUCKET_BITS: u32 = 32 - clz<u32>(NEIGHBOURS);

// Sizes, in the order of the map. A frame buffer has two bytes before it, so that what follows the
// Ethernet header is 8-byte aligned.
const FRAME_REGION: usize = (<usize>FRAME_BYTES + 2 + ALIGN) & ~ALIGN;
export const CONNECTION_BYTES: usize = CONNECTIONS * offsetof<Connection>();
export const HALF_OPEN_BYTES: usize = HALF_OPEN * offsetof<HalfOpen>();
export const TIME_WAIT_BYTES: usize = TIME_WAIT * offsetof<TimeWait>();
export const LISTENER_BYTES: usize = LISTENERS * offsetof<Listener>();
export const NEIGHBOUR_BYTES: usize = NEIGHBOURS * offsetof<Neighbour>();
export const TUPLE_INDEX_BYTES: usize = 2 << TUPLE_BUCKET_BITS;
export const NEIGHBOUR_INDEX_BYTES: usize = 2 << NEIGHBOUR_BUCKET_BITS;
export const DEADLINE_HEAP_BYTES: usize = CONNECTIONS * 2;
export const EXCHANGE_BYTES: usize = <usize>CONNECTIONS * offsetof<Exchange>();
const APP_BYTES: usize = APPS & STATUS_PAGE ? EXCHANGE_BYTES + GUARD_BYTES + SHEET_BYTES : 0;
/** From a receive ring to the send ring of the same connection, and to the next connection's. */
export const TX_RING_OFFSET: usize = RX_RING + GUARD_BYTES;
export const RINGS_STEP: usize = TX_RING_OFFSET + TX_RING + GUARD_BYTES;
const RING_BYTES: usize = <usize>CONNECTIONS * RINGS_STEP;

// Offsets from the start of the map.
const SEGMENT_AT: usize = GUARD_BYTES;
const OPTIONS_AT: usize = SEGMENT_AT + ((offsetof<Segment>() + ALIGN) & ~ALIGN) + GUARD_BYTES;
const BOOT_RECORD_AT: usize = OPTIONS_AT + ((offsetof<TcpOptions>() + ALIGN) & ~ALIGN) + GUARD_BYTES;
const RX_AT: usize = BOOT_RECORD_AT + ((offsetof<BootRecord>() + ALIGN) & ~ALIGN) + GUARD_BYTES;
const TX_AT: usize = RX_AT + FRAME_REGION + GUARD_BYTES;
const STATE_AT: usize = TX_AT + FRAME_REGION + GUARD_BYTES;
const IDENTITY_AT: usize = STATE_AT;
const STATISTICS_AT: usize = IDENTITY_AT + ((offsetof<Identity>() + ALIGN) & ~ALIGN) + GUARD_BYTES;
const OUTBOX_AT: usize = STATISTICS_AT + ((STATISTICS_BYTES + ALIGN) & ~ALIGN) + GUARD_BYTES;
const HEADS_AT: usize = OUTBOX_AT + ((offsetof<Outbox>() + ALIGN) & ~ALIGN) + GUARD_BYTES;
const EVENT_AT: usize = HEADS_AT + ((offsetof<Heads>() + ALIGN) & ~ALIGN) + GUARD_BYTES;
const CONNECTIONS_AT: usize = EVENT_AT + ((offsetof<EventRecord>() + ALIGN) & ~ALIGN) + GUARD_BYTES;
const HALF_OPEN_AT: usize = CONNECTIONS_AT + ((CONNECTION_BYTES + ALIGN) & ~ALIGN) + GUARD_BYTES;
const TIME_WAIT_AT: usize = HALF_OPEN_AT + ((HALF_OPEN_BYTES + ALIGN) & ~ALIGN) + GUARD_BYTES;
const LISTENERS_AT: usize = TIME_WAIT_AT + ((TIME_WAIT_BYTES + ALIGN) & ~ALIGN) + GUARD_BYTES;
const NEIGHBOURS_AT: usize = LISTENERS_AT + ((LISTENER_BYTES + ALIGN) & ~ALIGN) + GUARD_BYTES;
const TUPLE_INDEX_AT: usize = NEIGHBOURS_AT + ((NEIGHBOUR_BYTES + ALIGN) & ~ALIGN) + GUARD_BYTES;
const NEIGHBOUR_INDEX_AT: usize = TUPLE_INDEX_AT + ((TUPLE_INDEX_BYTES + ALIGN) & ~ALIGN) + GUARD_BYTES;
const DEADLINE_HEAP_AT: usize = NEIGHBOUR_INDEX_AT + ((NEIGHBOUR_INDEX_BYTES + ALIGN) & ~ALIGN) + GUARD_BYTES;
const APPS_AT: usize = DEADLINE_HEAP_AT + ((DEADLINE_HEAP_BYTES + ALIGN) & ~ALIGN) + GUARD_BYTES;
const RINGS_AT: usize = APPS_AT + ((APP_BYTES + ALIGN) & ~ALIGN) + GUARD_BYTES;
const END_AT: usize = RINGS_AT + RING_BYTES;

const START: usize = memory.data(<i32>END_AT, 16);

/**
 * The segment being processed, its fields in host byte order. It is what the code names most, so it lies first: the
 * smallest addresses take the fewest bytes of code.
 */
export const SEGMENT: usize = START + SEGMENT_AT;
/** What the options of the segment said. */
export const OPTIONS: usize = START + OPTIONS_AT;
/** Filled by the host before `boot`. */
export const BOOT_RECORD: usize = START + BOOT_RECORD_AT;
/** The frame that has arrived, and the frame to send. */
export const RX_FRAME: usize = START + RX_AT + 2;
export const TX_FRAME: usize = START + TX_AT + 2;
/**
 * Where headers lie in the two buffers. An arriving packet with IP options is moved down over them first, so these
 * addresses are constants of the binary and reading a header costs no pointer.
 */
export const RX_IP: usize = RX_FRAME + ETHERNET_BYTES;
export const RX_PAYLOAD: usize = RX_IP + IPV4_BYTES;
export const TX_IP: usize = TX_FRAME + ETHERNET_BYTES;
export const TX_PAYLOAD: usize = TX_IP + IPV4_BYTES;
/** Where the options or the data of a segment that we send begin. */
export const TX_OPTIONS: usize = TX_PAYLOAD + TCP_BYTES;
/** From here on everything is zeroed by `boot`, up to the rings, which need not be. */
export const STATE: usize = START + STATE_AT;
export const STATE_BYTES: usize = RINGS_AT - STATE_AT;
export const IDENTITY: usize = START + IDENTITY_AT;
export const STATISTICS: usize = START + STATISTICS_AT;
export const OUTBOX: usize = START + OUTBOX_AT;
/** The heads of all lists and free lists. */
export const HEADS: usize = START + HEADS_AT;
/** What `next_event` points to. */
export const EVENT: usize = START + EVENT_AT;
/** The pools. Those of the 4-tuple index lie in this order, so an entry's address tells its kind. */
export const CONNECTION_POOL: usize = START + CONNECTIONS_AT;
export const HALF_OPEN_POOL: usize = START + HALF_OPEN_AT;
export const TIME_WAIT_POOL: usize = START + TIME_WAIT_AT;
export const LISTENER_POOL: usize = START + LISTENERS_AT;
export const NEIGHBOUR_POOL: usize = START + NEIGHBOURS_AT;
export const POOLS_END: usize = START + TUPLE_INDEX_AT;
/** An address shifted so fits two bytes: see pool/entry. Entries are multiples of 8 bytes long. */
export const REFERENCE_SHIFT: u32 = POOLS_END <= 65536 ? 0 : 3;
export const TUPLE_INDEX: usize = START + TUPLE_INDEX_AT;
export const NEIGHBOUR_INDEX: usize = START + NEIGHBOUR_INDEX_AT;
/** References to the connections with a deadline, as a heap. */
export const DEADLINE_HEAP: usize = START + DEADLINE_HEAP_AT;
/** What the status page keeps of each connection, and behind that where it makes up what it sends. */
export const EXCHANGES: usize = START + APPS_AT;
export const SHEET: usize = EXCHANGES + EXCHANGE_BYTES + GUARD_BYTES;
/** Each connection's receive ring, then its send ring. */
export const RINGS: usize = START + RINGS_AT;
/** Behind it all. */
export const END: usize = START + END_AT;
