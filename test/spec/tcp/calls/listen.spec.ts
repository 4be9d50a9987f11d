// First: the map of memory is to be seen before what it maps.
import {
  ACK,
  arrives,
  bootCore,
  dropOf,
  introduces,
  PORT,
  RST,
  sends,
  sentFlags,
  sentSequence,
  speaksFrom,
  SYN,
} from '../../support/peer';
import { nextDeadline } from '../../../../assembly/core/deadline';
import { Errno } from '../../../../assembly/errno';
import { identity } from '../../../../assembly/identity';
import { State } from '../../../../assembly/pool/connection';
import { EventKind, nextEvent } from '../../../../assembly/pool/lists/events';
import { Drop, PoolName, poolUse } from '../../../../assembly/statistics';
import { abort, close } from '../../../../assembly/tcp/calls/close';
import { accept, listen } from '../../../../assembly/tcp/calls/listen';
import { received } from '../../../../assembly/tcp/calls/receive';
import { remotePort, state } from '../../../../assembly/tcp/calls/status';

/** Passive OPEN: RFC 9293 §3.10.1; and what a backlog means: who has completed a handshake and has no room waits. */

const IRS: u32 = 1000;
let listener: i32 = 0;
let iss: u32 = 0;

/** The peer's SYN from this port, and our answer to it. */
function begins(port: u32): void {
  speaksFrom(port);
  arrives(SYN, IRS, 0, 0, 0);
  sends(0);
  iss = sentSequence;
}

/** The whole handshake, with `length` bytes of data in its third packet: why that was dropped. */
function opens(port: u32, length: u32 = 0): i32 {
  begins(port);
  return dropOf(arrives(ACK, IRS + 1, iss + 1, length, 0));
}

function used(pool: PoolName): u32 {
  return poolUse(pool).used;
}

function forgetEvents(): void {
  while (nextEvent() !== null) continue;
}

function listening(backlog: i32): void {
  bootCore(9);
  introduces(0);
  listener = listen(PORT, backlog);
  forgetEvents();
}

describe('LISTEN', () => {
  beforeEach(() => {
    bootCore(9);
    introduces(0);
  });

  it('takes ports 1 to 65535 and a backlog of 1 at least', () => {
    expect<i32>(listen(0, 1)).toBe(Errno.EINVAL);
    expect<i32>(listen(65536, 1)).toBe(Errno.EINVAL);
    expect<i32>(listen(<u32>-1, 1)).toBe(Errno.EINVAL);
    expect<i32>(listen(1, 0)).toBe(Errno.EINVAL);
    expect<i32>(listen(1, -1)).toBe(Errno.EINVAL);
    expect<u32>(used(PoolName.LISTENERS)).toBe(0);
    expect<i32>(listen(1, 1)).toBeGreaterThan(0);
    expect<i32>(listen(65535, 0x7fffffff)).toBeGreaterThan(0);
  });

  it('is ENETDOWN before boot', () => {
    identity().booted = 0;
    expect<i32>(listen(1, 1)).toBe(Errno.ENETDOWN);
  });

  it('is EADDRINUSE where somebody listens, until that one is closed', () => {
    const first = listen(PORT, 1);
    expect<i32>(listen(PORT, 1)).toBe(Errno.EADDRINUSE);
    expect<i32>(close(first, 0)).toBe(0);
    expect<i32>(listen(PORT, 1)).toBeGreaterThan(0);
  });

  it('is ENOBUFS where there are four', () => {
    for (let port: u32 = 1; port <= 4; port += 1) expect<i32>(listen(port, 1)).toBeGreaterThan(0);
    expect<i32>(listen(5, 1)).toBe(Errno.ENOBUFS);
  });

  it('has a state, and a handle that is stale when it is closed', () => {
    const handle = listen(PORT, 1);
    expect<i32>(state(handle)).toBe(State.LISTEN);
    expect<i32>(accept(handle)).toBe(Errno.EAGAIN);
    close(handle, 0);
    expect<i32>(state(handle)).toBe(Errno.EBADF);
    expect<i32>(accept(handle)).toBe(Errno.EBADF);
    expect<i32>(close(handle, 0)).toBe(Errno.EBADF);
    expect<i32>(accept(0)).toBe(Errno.EBADF);
  });
});

describe('accept', () => {
  beforeEach(() => listening(4));

  it('gives who came first first, each once', () => {
    for (let port: u32 = 40001; port <= 40003; port += 1) expect<i32>(opens(port)).toBe(0);
    for (let port = 40001; port <= 40003; port += 1) expect<i32>(remotePort(accept(listener))).toBe(port);
    expect<i32>(accept(listener)).toBe(Errno.EAGAIN);
  });

  it('is no call for a connection', () => {
    opens(40001);
    const connection = accept(listener);
    expect<i32>(accept(connection)).toBe(Errno.EBADF);
  });

  it('is told to be worth calling: ACCEPTABLE', () => {
    opens(40001);
    const event = nextEvent();
    expect<i32>(event === null ? 0 : event.handle).toBe(listener);
    const kinds = nextEvent();
    expect<bool>(kinds === null).toBe(true);
  });

  it('tells what has come meanwhile: READABLE', () => {
    opens(40001, 10);
    forgetEvents();
    const handle = accept(listener);
    const event = nextEvent();
    expect<i32>(event === null ? 0 : event.handle).toBe(handle);
    expect<u32>(event === null ? 0 : event.kinds).toBe(EventKind.READABLE);
  });
});

describe('a backlog of two', () => {
  beforeEach(() => {
    listening(2);
    opens(40001);
    opens(40002);
    forgetEvents();
  });

  it('has room for two: the third waits, unanswered, and costs no connection and no timer', () => {
    expect<i32>(opens(40003, 10)).toBe(Drop.NO_ROOM);
    expect<u32>(sends(0)).toBe(0);
    expect<u32>(used(PoolName.CONNECTIONS)).toBe(2);
    expect<u32>(used(PoolName.HALF_OPEN)).toBe(1);
    expect<i32>(nextDeadline(0)).toBe(-1);
    expect<bool>(nextEvent() === null).toBe(true);
  });

  it('has the third admitted when one is accepted; what it had said is said again', () => {
    opens(40003, 10);
    expect<i32>(remotePort(accept(listener))).toBe(40001);
    expect<u32>(used(PoolName.CONNECTIONS)).toBe(3);
    expect<u32>(used(PoolName.HALF_OPEN)).toBe(0);
    forgetEvents();
    accept(listener);
    const third = accept(listener);
    expect<i32>(remotePort(third)).toBe(40003);
    expect<i32>(received(third)).toBe(0);
    expect<i32>(dropOf(arrives(ACK, IRS + 1, iss + 1, 10, 0))).toBe(0);
    expect<i32>(received(third)).toBe(10);
  });

  it('has those that wait admitted in their order, however often they say so', () => {
    opens(40003);
    opens(40004);
    const fourth = iss;
    expect<i32>(dropOf(arrives(ACK, IRS + 1, fourth + 1, 0, 0))).toBe(Drop.NO_ROOM);
    speaksFrom(40003);
    expect<u32>(used(PoolName.HALF_OPEN)).toBe(2);
    for (let port = 40001; port <= 40004; port += 1) expect<i32>(remotePort(accept(listener))).toBe(port);
    expect<u32>(used(PoolName.HALF_OPEN)).toBe(0);
    expect<i32>(accept(listener)).toBe(Errno.EAGAIN);
  });

  it('has one that waits forgotten by its RST', () => {
    opens(40003);
    expect<i32>(dropOf(arrives(RST, IRS + 1, 0, 0, 0))).toBe(0);
    expect<u32>(used(PoolName.HALF_OPEN)).toBe(0);
    accept(listener);
    accept(listener);
    expect<i32>(accept(listener)).toBe(Errno.EAGAIN);
  });

  it('has the place of one that was reset', () => {
    opens(40003);
    speaksFrom(40001);
    arrives(RST, IRS + 1, 0, 0, 0);
    expect<i32>(remotePort(accept(listener))).toBe(40002);
    expect<i32>(remotePort(accept(listener))).toBe(40003);
  });
});

describe('a listener that is closed', () => {
  it('has who waits in its queue reset, and who waits for room forgotten', () => {
    listening(2);
    opens(40001);
    opens(40002);
    opens(40003);
    begins(40004);
    expect<i32>(close(listener, 0)).toBe(0);
    expect<u32>(sends(0)).toBe(2);
    expect<u32>(sentFlags).toBe(RST);
    expect<u32>(used(PoolName.CONNECTIONS)).toBe(0);
    // 40004 has not completed: it learns it when it says so.
    expect<u32>(used(PoolName.HALF_OPEN)).toBe(1);
    arrives(ACK, IRS + 1, iss + 1, 0, 0);
    sends(0);
    expect<u32>(sentFlags).toBe(RST);
    expect<u32>(used(PoolName.HALF_OPEN)).toBe(0);
    expect<i32>(nextDeadline(0)).toBe(-1);
  });

  it('leaves who was accepted alone', () => {
    listening(2);
    opens(40001);
    const handle = accept(listener);
    close(listener, 0);
    expect<u32>(sends(0)).toBe(0);
    expect<i32>(state(handle)).toBe(State.ESTABLISHED);
  });

  it('is none for a new SYN', () => {
    listening(2);
    close(listener, 0);
    begins(40001);
    expect<u32>(sentFlags).toBe(RST | ACK);
  });
});

describe('when all six connections are used', () => {
  beforeEach(() => {
    listening(100);
    for (let port: u32 = 40001; port <= 40006; port += 1) assert(opens(port) == 0);
  });

  it('a handshake that completes waits, until one is given back', () => {
    const first = accept(listener);
    expect<i32>(opens(40007)).toBe(Drop.NO_ROOM);
    expect<u32>(used(PoolName.CONNECTIONS)).toBe(6);
    abort(first);
    expect<u32>(sends(0)).toBe(1);
    expect<u32>(used(PoolName.CONNECTIONS)).toBe(6);
    expect<u32>(used(PoolName.HALF_OPEN)).toBe(0);
    for (let port = 40002; port <= 40007; port += 1) expect<i32>(remotePort(accept(listener))).toBe(port);
  });

  it('who waits longest has it first, at whichever listener', () => {
    const first = accept(listener);
    opens(40007);
    opens(40008);
    abort(first);
    sends(0);
    expect<u32>(used(PoolName.HALF_OPEN)).toBe(1);
    for (let port = 40002; port <= 40007; port += 1) expect<i32>(remotePort(accept(listener))).toBe(port);
  });
});
