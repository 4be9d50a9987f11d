// First: the map of memory is to be seen before what it maps.
import {
  bootCore,
  introduces,
  LOCAL,
  REMOTE,
  sends,
  sendsOne,
  sentAcknowledgment,
  sentFlags,
  sentOption,
  sentOptions,
  sentRight,
  sentSequence,
  sentWindow,
  SYN,
} from '../../support/peer';
import { connection } from '../../support/established';
import { expireAll, nextDeadline } from '../../../../assembly/core/deadline';
import { Errno } from '../../../../assembly/errno';
import { identity } from '../../../../assembly/identity';
import { State } from '../../../../assembly/pool/connection';
import { EventKind, nextEvent } from '../../../../assembly/pool/lists/events';
import { PoolName, poolUse, statistics } from '../../../../assembly/statistics';
import { abort, close, shutdown } from '../../../../assembly/tcp/calls/close';
import { connect } from '../../../../assembly/tcp/calls/connect';
import { failure, localPort, remoteAddress, remotePort, state } from '../../../../assembly/tcp/calls/status';

/** Active OPEN: RFC 9293 §3.10.1, and its SYN until it is answered: §3.8.3, RFC 6298 §5. We are 10.73.0.2/24. */

const HTTP: u32 = 80;

function used(): u32 {
  return poolUse(PoolName.CONNECTIONS).used;
}

/** The s at which SYNs are sent, each within the ms that it is due, and how the attempt ends. */
function synsUntilEnd(handle: i32): string {
  let all = '';
  let now: u32 = 0;
  // An attempt of 3 min has at most nine SYNs.
  for (let step = 0; step < 40; step += 1) {
    // Whether the peer is still there is asked as well, and answered.
    while (sendsOne(now)) all += sentFlags == SYN ? `${(now / 1000).toString()} ` : '?';
    if (state(handle) != State.SYN_SENT) break;
    const left = nextDeadline(now);
    assert(left > 0, 'something is due, and not yet');
    expireAll(now + left - 1);
    expect<bool>(sendsOne(now + left - 1)).toBe(false);
    now += left;
    expireAll(now);
  }
  return `${all}end ${now.toString()}`;
}

describe('OPEN', () => {
  beforeEach(() => {
    bootCore(9);
    introduces(0);
  });

  it('takes ports 1 to 65535, and up to 2^31 - 1 ms', () => {
    expect<i32>(connect(REMOTE, 0, 0, 0)).toBe(Errno.EINVAL);
    expect<i32>(connect(REMOTE, 65536, 0, 0)).toBe(Errno.EINVAL);
    expect<i32>(connect(REMOTE, HTTP, 0x80000000, 0)).toBe(Errno.EINVAL);
    expect<u32>(used()).toBe(0);
    expect<i32>(connect(REMOTE, 1, 0x7fffffff, 0)).toBeGreaterThan(0);
    expect<i32>(connect(REMOTE, 65535, 1, 0)).toBeGreaterThan(0);
  });

  it('is ENETDOWN before boot', () => {
    identity().booted = 0;
    expect<i32>(connect(REMOTE, HTTP, 0, 0)).toBe(Errno.ENETDOWN);
  });

  it('is EADDRNOTAVAIL to what no other host can have (MUST-46)', () => {
    const none: u32[] = [LOCAL, 0, 0xffffffff, 0x0a4900ff, 0x0a490000, 0xe0000001, 0x7f000001];
    for (let index = 0; index < none.length; index += 1) {
      expect<i32>(connect(none[index], HTTP, 0, 0)).toBe(Errno.EADDRNOTAVAIL, none[index].toString());
    }
    expect<u32>(used()).toBe(0);
  });

  it('is ENETUNREACH beyond the link, where there is no router', () => {
    expect<i32>(connect(0x01010101, HTTP, 0, 0)).toBe(Errno.ENETUNREACH);
    identity().gateway = bswap<u32>(REMOTE);
    expect<i32>(connect(0x01010101, HTTP, 0, 0)).toBeGreaterThan(0);
  });

  it('is ENOBUFS where six connections are used', () => {
    for (let count = 0; count < 6; count += 1) expect<i32>(connect(REMOTE, HTTP, 0, 0)).toBeGreaterThan(0);
    expect<i32>(connect(REMOTE, HTTP, 0, 0)).toBe(Errno.ENOBUFS);
  });

  it('gives a handle in SYN-SENT, which says both ends', () => {
    const handle = connect(REMOTE, HTTP, 0, 0);
    expect<i32>(state(handle)).toBe(State.SYN_SENT);
    expect<i32>(failure(handle)).toBe(0);
    expect<u32>(remoteAddress(handle)).toBe(REMOTE);
    expect<i32>(remotePort(handle)).toBe(HTTP);
    expect<i32>(localPort(handle)).toBeGreaterThanOrEqual(49152);
    expect<bool>(nextEvent() === null).toBe(true);
    expect<u32>(statistics().activeOpens).toBe(1);
  });

  it('sends a SYN: our MSS, SACK permitted, the whole ring, and nothing acknowledged', () => {
    connect(REMOTE, HTTP, 0, 0);
    expect<u32>(sends(0)).toBe(1);
    expect<u32>(sentFlags).toBe(SYN);
    expect<bool>(sentRight).toBe(true);
    expect<u32>(sentAcknowledgment).toBe(0);
    expect<u32>(sentWindow).toBe(4096);
    expect<u32>(sentOptions).toBe(8);
    expect<u32>(sentOption(0)).toBe(0x020405b4);
    expect<u32>(sentOption(1)).toBe(0x01010402);
  });
});

describe('a SYN that is not answered', () => {
  beforeEach(() => {
    bootCore(9);
    introduces(0);
  });

  it('is sent again after 1, 3, 7, 15, 31, 63 and 123 s; after 180 it is given up (MUST-23)', () => {
    const handle = connect(REMOTE, HTTP, 0, 0);
    expect<string>(synsUntilEnd(handle)).toBe('0 1 3 7 15 31 63 123 end 180000');
    expect<i32>(failure(handle)).toBe(Errno.ETIMEDOUT);
    expect<i32>(nextDeadline(180000)).toBe(-1);
    expect<u32>(statistics().attemptsFailed).toBe(1);
    const event = nextEvent();
    expect<u32>(event === null ? 0 : event.kinds).toBe(EventKind.FAILED);
  });

  it('is given up when the caller says so, to the millisecond', () => {
    const handle = connect(REMOTE, HTTP, 6999, 0);
    expect<string>(synsUntilEnd(handle)).toBe('0 1 3 end 6999');
    expect<i32>(failure(handle)).toBe(Errno.ETIMEDOUT);
  });

  it('is given up before it is sent again, where both are due', () => {
    const handle = connect(REMOTE, HTTP, 3000, 0);
    expect<string>(synsUntilEnd(handle)).toBe('0 1 end 3000');
  });

  it('is the same each time', () => {
    connect(REMOTE, HTTP, 0, 0);
    sends(0);
    const iss = sentSequence;
    expireAll(1000);
    expect<u32>(sends(1000)).toBe(1);
    expect<u32>(sentFlags).toBe(SYN);
    expect<u32>(sentSequence).toBe(iss);
    expect<u32>(sentOptions).toBe(8);
    expect<u32>(statistics().segmentsRetransmitted).toBe(1);
  });
});

describe('an attempt that its app ends', () => {
  it('is gone at once, and tells the peer nothing', () => {
    for (let way = 0; way < 2; way += 1) {
      bootCore(9);
      introduces(0);
      const handle = connect(REMOTE, HTTP, 0, 0);
      sends(0);
      expect<i32>(shutdown(handle)).toBe(Errno.ENOTCONN);
      expect<i32>(way == 0 ? close(handle, 10) : abort(handle)).toBe(0);
      expect<u32>(used()).toBe(0);
      expect<u32>(sends(10)).toBe(0);
      expect<i32>(nextDeadline(10)).toBe(-1);
      expect<i32>(state(handle)).toBe(Errno.EBADF);
    }
  });
});

describe('the peer whose MAC is not known', () => {
  it('is asked for, and the SYN waits for that, but its patience does not', () => {
    bootCore(9);
    const handle = connect(REMOTE, HTTP, 2500, 0);
    expect<u32>(sends(0)).toBe(1);
    expect<u32>(sentFlags).toBe(0);
    introduces(700);
    expect<u32>(sends(700)).toBe(1);
    expect<u32>(sentFlags).toBe(SYN);
    // The round trip begins when the SYN is sent.
    expect<i32>(nextDeadline(700)).toBe(1000);
    expireAll(1700);
    sends(1700);
    expect<i32>(nextDeadline(1700)).toBe(800);
    expireAll(2500);
    expect<i32>(failure(handle)).toBe(Errno.ETIMEDOUT);
  });

  it('and who does not answer is EHOSTUNREACH', () => {
    bootCore(9);
    const handle = connect(REMOTE, HTTP, 2500, 0);
    let now: u32 = 0;
    while (state(handle) == State.SYN_SENT) {
      sends(now);
      expect<u32>(sentFlags).toBe(0);
      now += nextDeadline(now);
      expireAll(now);
    }
    expect<u32>(now).toBe(2500);
    expect<i32>(failure(handle)).toBe(Errno.EHOSTUNREACH);
    expect<u32>(connection().state).toBe(State.CLOSED);
  });
});
