// First: the map of memory is to be seen before what it maps.
import {
  ACK,
  arrives,
  bootCore,
  dropOf,
  introduces,
  PORT,
  RST,
  saysMss,
  sends,
  sentAcknowledgment,
  sentFlags,
  sentOptions,
  sentSequence,
  speaksFrom,
  SYN,
} from '../../support/peer';
import { connection } from '../../support/established';
import { State } from '../../../../assembly/pool/connection';
import { HALF_OPEN } from '../../../../assembly/profile';
import { Drop, PoolName, poolUse, statistics } from '../../../../assembly/statistics';
import { accept, listen } from '../../../../assembly/tcp/calls/listen';
import { received } from '../../../../assembly/tcp/calls/receive';
import { state } from '../../../../assembly/tcp/calls/status';

/**
 * SYN cookies, RFC 4987 §3.6: when no half-open entry is left, a SYN costs nothing, and the third packet gives back all
 * that there is to remember. A bucket of time is 65,536 ms; a cookie is good in its own and the next.
 */

const IRS: u32 = 5000;
let listener: i32 = 0;
let cookie: u32 = 0;

/** All half-open entries are used, by peers that say no more. */
function flooded(backlog: i32 = 6): void {
  bootCore(9);
  introduces(0);
  listener = listen(PORT, backlog);
  for (let peer: u32 = 0; peer < HALF_OPEN; peer += 1) {
    speaksFrom(30000 + peer);
    arrives(SYN, 100, 0, 0, 0);
    sends(0);
  }
}

/** A SYN for which no entry is left. `mss` 0: it says none. */
function asks(mss: u32, now: u32): void {
  speaksFrom(40000);
  if (mss != 0) saysMss(mss);
  arrives(SYN, IRS, 0, 0, now);
  sends(now);
  cookie = sentSequence;
}

/** The third packet: is it believed? If not, it is answered by a RST at what it acknowledges. */
function isBelieved(sequence: u32, acknowledgment: u32, now: u32): bool {
  const before = poolUse(PoolName.CONNECTIONS).used;
  arrives(ACK, sequence, acknowledgment, 0, now);
  sends(now);
  if (poolUse(PoolName.CONNECTIONS).used == before + 1) return sentFlags == 0;
  assert(sentFlags == RST && sentSequence == acknowledgment, 'refused as any ACK for a listener is');
  return false;
}

describe('a cookie', () => {
  beforeEach(() => flooded());

  it('answers a SYN for which no entry is left, and costs none', () => {
    asks(1460, 0);
    expect<u32>(sentFlags).toBe(SYN | ACK);
    expect<u32>(sentAcknowledgment).toBe(IRS + 1);
    // The MSS alone: a cookie cannot remember that SACK was allowed.
    expect<u32>(sentOptions).toBe(4);
    expect<u32>(poolUse(PoolName.HALF_OPEN).used).toBe(HALF_OPEN);
    expect<u32>(statistics().cookiesSent).toBe(1);
  });

  it('that is given back makes a connection', () => {
    asks(1460, 0);
    expect<bool>(isBelieved(IRS + 1, cookie + 1, 10)).toBe(true);
    const handle = accept(listener);
    expect<i32>(state(handle)).toBe(State.ESTABLISHED);
    expect<u32>(statistics().cookiesAccepted).toBe(1);
    expect<u32>(connection().receiveNext).toBe(IRS + 1);
    expect<u32>(connection().sendNext).toBe(cookie + 1);
    arrives(ACK, IRS + 1, cookie + 1, 10, 20);
    expect<i32>(received(handle)).toBe(10);
  });

  it('may come back with data', () => {
    asks(1460, 0);
    arrives(ACK, IRS + 1, cookie + 1, 10, 20);
    expect<i32>(received(accept(listener))).toBe(10);
  });

  it('remembers the MSS: the largest of 88, 536, 1220 and 1460 that is not above', () => {
    const said: u32[] = [1460, 9000, 1459, 1220, 1219, 536, 0, 535, 88, 1];
    const kept: u32[] = [1460, 1460, 1220, 1220, 536, 536, 536, 88, 88, 88];
    for (let index = 0; index < said.length; index += 1) {
      flooded();
      asks(said[index], 0);
      expect<bool>(isBelieved(IRS + 1, cookie + 1, 0)).toBe(true);
      expect<u32>(<u32>connection().maximumSegmentSize).toBe(kept[index], said[index].toString());
    }
  });

  it('is good only for the same sequence number, 4-tuple, and as it was given', () => {
    asks(1460, 0);
    expect<bool>(isBelieved(IRS + 2, cookie + 1, 0)).toBe(false);
    expect<bool>(isBelieved(IRS, cookie + 1, 0)).toBe(false);
    for (let bit: u32 = 0; bit < 32; bit += 1) {
      expect<bool>(isBelieved(IRS + 1, (cookie ^ (1 << bit)) + 1, 0)).toBe(false, bit.toString());
    }
    speaksFrom(40001);
    expect<bool>(isBelieved(IRS + 1, cookie + 1, 0)).toBe(false);
    speaksFrom(40000);
    expect<bool>(isBelieved(IRS + 1, cookie + 1, 0)).toBe(true);
  });

  it('is not good with a SYN', () => {
    asks(1460, 0);
    arrives(SYN | ACK, IRS + 1, cookie + 1, 0, 0);
    sends(0);
    expect<u32>(sentFlags).toBe(RST);
    expect<u32>(poolUse(PoolName.CONNECTIONS).used).toBe(0);
  });

  it('is good in its own 65.536 s and the next, odd or even', () => {
    asks(1460, 65535);
    expect<bool>(isBelieved(IRS + 1, cookie + 1, 131071)).toBe(true);
    flooded();
    asks(1460, 65535);
    expect<bool>(isBelieved(IRS + 1, cookie + 1, 131072)).toBe(false);
    flooded();
    asks(1460, 65536);
    expect<bool>(isBelieved(IRS + 1, cookie + 1, 196607)).toBe(true);
    flooded();
    asks(1460, 65536);
    expect<bool>(isBelieved(IRS + 1, cookie + 1, 196608)).toBe(false);
  });

  it('is not good after a reboot', () => {
    asks(1460, 0);
    const old = cookie;
    bootCore(10);
    introduces(0);
    listener = listen(PORT, 4);
    speaksFrom(40000);
    expect<bool>(isBelieved(IRS + 1, old + 1, 0)).toBe(false);
    // With the same key: none was given since.
    bootCore(9);
    introduces(0);
    listener = listen(PORT, 4);
    speaksFrom(40000);
    expect<bool>(isBelieved(IRS + 1, old + 1, 0)).toBe(false);
  });
});

describe('a cookie that comes back where the backlog is full', () => {
  beforeEach(() => {
    flooded(1);
    asks(1460, 0);
    expect<bool>(isBelieved(IRS + 1, cookie + 1, 0)).toBe(true);
    speaksFrom(40001);
    arrives(SYN, IRS, 0, 0, 0);
    sends(0);
    cookie = sentSequence;
  });

  it('is not answered, and good when it comes again', () => {
    expect<i32>(dropOf(arrives(ACK, IRS + 1, cookie + 1, 0, 0))).toBe(Drop.NO_ROOM);
    expect<u32>(sends(0)).toBe(0);
    accept(listener);
    expect<bool>(isBelieved(IRS + 1, cookie + 1, 0)).toBe(true);
  });

  it('has an entry when there is one again, and is admitted when there is room', () => {
    speaksFrom(30000);
    arrives(RST, 101, 0, 0, 0);
    speaksFrom(40001);
    expect<i32>(dropOf(arrives(ACK, IRS + 1, cookie + 1, 0, 0))).toBe(Drop.NO_ROOM);
    expect<u32>(sends(0)).toBe(0);
    expect<u32>(poolUse(PoolName.HALF_OPEN).used).toBe(HALF_OPEN);
    expect<u32>(statistics().cookiesAccepted).toBe(2);
    accept(listener);
    expect<u32>(poolUse(PoolName.CONNECTIONS).used).toBe(2);
    expect<u32>(poolUse(PoolName.HALF_OPEN).used).toBe(HALF_OPEN - 1);
    const handle = accept(listener);
    expect<i32>(dropOf(arrives(ACK, IRS + 1, cookie + 1, 10, 0))).toBe(0);
    expect<i32>(received(handle)).toBe(10);
  });
});
