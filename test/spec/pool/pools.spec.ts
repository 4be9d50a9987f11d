import { CONNECTION_POOL, HALF_OPEN_POOL } from '../../../assembly/memory';
import { Connection, giveConnection, takeConnection } from '../../../assembly/pool/connection';
import { clearDeadline, earliestDeadline, setDeadline } from '../../../assembly/pool/lists/deadlines';
import { Entry } from '../../../assembly/pool/entry';
import { EventKind, nextEvent, tell } from '../../../assembly/pool/lists/events';
import { giveHalfOpen, HalfOpen, takeHalfOpen } from '../../../assembly/pool/half-open';
import { handleOf, heldConnection, heldListener } from '../../../assembly/pool/lists/handles';
import { giveListener, Listener, takeListener } from '../../../assembly/pool/listener';
import { append, List, remove } from '../../../assembly/pool/lists/list';
import {
  addNeighbour,
  findNeighbour,
  Neighbour,
  releaseNeighbour,
  useNeighbour,
} from '../../../assembly/pool/neighbour';
import { Flag, letGo } from '../../../assembly/pool/owned';
import { find, insert, withdraw } from '../../../assembly/pool/lists/tuple-index';
import { CONNECTIONS, HALF_OPEN, NEIGHBOURS } from '../../../assembly/profile';
import { PoolName, poolUse } from '../../../assembly/statistics';
import { random } from '../../../assembly/tcp/handshake/random';
import { bootCore } from '../support/peer';

const LIST: usize = memory.data(offsetof<List>(), 16);
/** For each half-open entry, whether a model of the index says that it is in. */
const MODEL: usize = memory.data(256, 16);

function list(): List {
  return changetype<List>(LIST);
}

function half(index: u32): HalfOpen {
  return HalfOpen.at(HALF_OPEN_POOL + index * offsetof<HalfOpen>());
}

function connection(index: u32): Connection {
  return Connection.at(CONNECTION_POOL + index * offsetof<Connection>());
}

function inList(entry: HalfOpen): void {
  append(list(), offsetof<HalfOpen>('next'), entry.address);
}

function outOfList(entry: HalfOpen): void {
  remove(list(), offsetof<HalfOpen>('next'), entry.address);
}

describe('a pool', () => {
  beforeEach(() => {
    bootCore(7);
  });

  it('gives every entry once, then none, and counts that it had none left', () => {
    let sum: usize = 0;
    for (let count: u32 = 0; count < HALF_OPEN; count += 1) sum += changetype<usize>(takeHalfOpen()) - HALF_OPEN_POOL;
    // Each once: their distances from the first add up as an arithmetic series.
    expect<usize>(sum).toBe(((HALF_OPEN * (HALF_OPEN - 1)) / 2) * offsetof<HalfOpen>());
    expect<bool>(takeHalfOpen() === null).toBe(true);
    const use = poolUse(PoolName.HALF_OPEN);
    expect<u32>(use.used).toBe(HALF_OPEN);
    expect<u32>(use.exhausted).toBe(1);
  });

  it('has an entry again when one is given back, and remembers its high-water mark', () => {
    const first = takeHalfOpen();
    const second = takeHalfOpen();
    if (first !== null) giveHalfOpen(first);
    expect<u32>(poolUse(PoolName.HALF_OPEN).used).toBe(1);
    expect<u32>(poolUse(PoolName.HALF_OPEN).highWater).toBe(2);
    expect<bool>(takeHalfOpen() === first).toBe(true);
    expect<bool>(second === first).toBe(false);
  });
});

describe('a list', () => {
  beforeEach(() => {
    memory.fill(LIST, 0, offsetof<List>());
    for (let index: u32 = 0; index < 3; index += 1) inList(half(index));
  });

  it('is in the order in which entries came', () => {
    outOfList(half(0));
    expect<usize>(list().head).toBe(half(1).address);
    outOfList(half(1));
    expect<usize>(list().head).toBe(half(2).address);
    outOfList(half(2));
    expect<usize>(list().head).toBe(0);
    expect<u32>(<u32>list().last).toBe(0);
  });

  it('holds together when the middle one or the last one goes', () => {
    outOfList(half(1));
    outOfList(half(2));
    inList(half(1));
    outOfList(half(0));
    expect<usize>(list().head).toBe(half(1).address);
  });
});

describe('the 4-tuple index', () => {
  beforeEach(() => {
    bootCore(7);
    memory.fill(MODEL, 0, 256);
  });

  it('finds what is in and nothing else, through 20,000 random changes', () => {
    let wrong = 0;
    for (let round = 0; round < 20000; round += 1) {
      const index = <u32>random() % HALF_OPEN;
      const key = <u64>index * 0x0001_0001_0001_0001 + 1;
      const isIn = load<u8>(MODEL + index) != 0;
      if (find(key) != (isIn ? half(index).address : 0)) wrong += 1;
      if (isIn) withdraw(half(index).address);
      else insert(half(index).address, key);
      store<u8>(MODEL + index, isIn ? 0 : 1);
    }
    expect<i32>(wrong).toBe(0);
    expect<u64>(changetype<Entry>(half(1).address).key).toBe(0x0001_0001_0001_0002);
  });
});

describe('the deadlines', () => {
  beforeEach(() => {
    bootCore(7);
  });

  it('tell the earliest, through 20,000 random changes and across the wrap of the clock', () => {
    let wrong = 0;
    for (let round = 0; round < 20000; round += 1) {
      const one = connection(<u32>random() % CONNECTIONS);
      if (random() & 1) clearDeadline(one);
      else setDeadline(one, 0xfffff000 + ((<u32>random()) & 0x1fff));
      let earliest: Connection | null = null;
      for (let index: u32 = 0; index < CONNECTIONS; index += 1) {
        const other = connection(index);
        if (other.heapPosition == 0) continue;
        if (earliest === null || <i32>(other.due - earliest.due) < 0) earliest = other;
      }
      const told = earliestDeadline();
      if ((told === null) != (earliest === null)) wrong += 1;
      else if (told !== null && earliest !== null && told.due != earliest.due) wrong += 1;
    }
    expect<i32>(wrong).toBe(0);
  });
});

describe('a handle', () => {
  beforeEach(() => {
    bootCore(7);
  });

  it('means its connection until that is let go, and never another one', () => {
    const one = changetype<Connection>(takeConnection());
    one.set(Flag.HELD);
    const handle = handleOf(one);
    expect<i32>(handle).toBeGreaterThan(0);
    expect<bool>(heldConnection(handle) === one).toBe(true);
    letGo(one);
    giveConnection(one);
    const again = changetype<Connection>(takeConnection());
    again.set(Flag.HELD);
    expect<bool>(again === one).toBe(true);
    expect<bool>(heldConnection(handle) === null).toBe(true);
    expect<i32>(handleOf(again)).not.toBe(handle);
  });

  it('of a listener is none of a connection', () => {
    const listener = changetype<Listener>(takeListener());
    const handle = handleOf(listener);
    expect<bool>(heldListener(handle) === listener).toBe(true);
    expect<bool>(heldConnection(handle) === null).toBe(true);
    giveListener(listener);
    expect<bool>(heldListener(handle) === null).toBe(true);
  });

  it('that nobody was given means nothing', () => {
    let found = 0;
    for (let count = 0; count < 10000; count += 1) {
      const handle = <i32>random();
      if (heldConnection(handle) !== null || heldListener(handle) !== null) found += 1;
    }
    if (heldConnection(0) !== null || heldConnection(-1) !== null) found += 1;
    expect<i32>(found).toBe(0);
  });
});

describe('events', () => {
  beforeEach(() => {
    bootCore(7);
  });

  it('are told once, the first first, several of one connection together', () => {
    const one = changetype<Connection>(takeConnection());
    const other = changetype<Connection>(takeConnection());
    one.set(Flag.HELD);
    other.set(Flag.HELD);
    tell(one, EventKind.CONNECTED);
    tell(other, EventKind.FAILED);
    tell(one, EventKind.PEER_CLOSED);
    let record = nextEvent();
    expect<i32>(record === null ? 0 : record.handle).toBe(handleOf(one));
    expect<u32>(record === null ? 0 : record.kinds).toBe(EventKind.CONNECTED | EventKind.PEER_CLOSED);
    record = nextEvent();
    expect<i32>(record === null ? 0 : record.handle).toBe(handleOf(other));
    expect<bool>(nextEvent() === null).toBe(true);
  });

  it('of a connection that was let go are not told, even when its entry is taken again', () => {
    const one = changetype<Connection>(takeConnection());
    one.set(Flag.HELD);
    tell(one, EventKind.CONNECTED);
    letGo(one);
    giveConnection(one);
    const again = changetype<Connection>(takeConnection());
    again.set(Flag.HELD);
    expect<bool>(nextEvent() === null).toBe(true);
    tell(again, EventKind.FAILED);
    const record = nextEvent();
    expect<u32>(record === null ? 0 : record.kinds).toBe(EventKind.FAILED);
  });
});

describe('neighbours', () => {
  beforeEach(() => {
    bootCore(7);
  });

  it('that a connection uses stay, and of the others the longest unused gives way', () => {
    const used = changetype<Neighbour>(addNeighbour(1));
    useNeighbour(used);
    for (let address: u32 = 2; address <= NEIGHBOURS; address += 1) addNeighbour(address);
    addNeighbour(1000);
    expect<bool>(findNeighbour(1) === used).toBe(true);
    expect<bool>(findNeighbour(2) === null).toBe(true);
    expect<bool>(findNeighbour(3) !== null).toBe(true);
    releaseNeighbour(used);
    for (let address: u32 = 1001; address < 1001 + NEIGHBOURS; address += 1) addNeighbour(address);
    expect<bool>(findNeighbour(1) === null).toBe(true);
    expect<u32>(poolUse(PoolName.NEIGHBOURS).used).toBe(NEIGHBOURS);
  });
});
