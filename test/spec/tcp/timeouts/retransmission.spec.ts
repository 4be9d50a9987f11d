// First: the map of memory is to be seen before what it maps.
import { ACK, arrives, bootCore, introduces, PORT, sends, sentSequence, SYN } from '../../support/peer';
import {
  acks,
  connection,
  established,
  establishedFrom,
  expiresNext,
  handle,
  ourFirst,
  sent,
  synReceived,
  writes,
} from '../../support/established';
import { expireAll, nextDeadline } from '../../../../assembly/core/deadline';
import { Errno } from '../../../../assembly/errno';
import { State } from '../../../../assembly/pool/connection';
import { statistics } from '../../../../assembly/statistics';
import { shutdown } from '../../../../assembly/tcp/calls/close';
import { accept, listen } from '../../../../assembly/tcp/calls/listen';
import { Option, setOption } from '../../../../assembly/tcp/calls/option';
import { failure, state } from '../../../../assembly/tcp/calls/status';

/** RFC 6298 §5, the rules for the timer; on the wire, and by `next_deadline`. */

function timeout(): u32 {
  return connection().retransmissionTimeout;
}

describe('the retransmission timer', () => {
  beforeEach(() => establishedFrom(1000, 100));

  it('5.1: starts when data is sent, if it does not run', () => {
    expect<i32>(nextDeadline(100)).toBe(-1);
    writes(100);
    sent(100);
    expect<i32>(nextDeadline(100)).toBe(1000);
    writes(100);
    sent(700);
    expect<i32>(nextDeadline(700)).toBe(400);
  });

  it('5.2: stops when all is acknowledged', () => {
    writes(200);
    sent(100);
    acks(200, 150);
    expect<i32>(nextDeadline(150)).toBe(-1);
  });

  it('5.3: begins anew with each ACK of something new, and with no other', () => {
    writes(300);
    sent(0);
    acks(100, 400);
    // 400 ms, the first: 400 + 4 * 200
    expect<i32>(nextDeadline(400)).toBe(1200);
    acks(100, 500);
    expect<i32>(nextDeadline(500)).toBe(1100);
    acks(200, 900);
    expect<i32>(nextDeadline(900)).toBe(1200);
  });

  it('5.4, 5.5, 5.6: has the first segment sent again, and waits twice as long', () => {
    writes(300);
    expect<string>(sent(0)).toBe('0+100 100+100 200+100');
    expect<i32>(nextDeadline(0)).toBe(1000);
    expireAll(999);
    expect<string>(sent(999)).toBe('');
    expireAll(1000);
    expect<string>(sent(1000)).toBe('0+100');
    expect<i32>(nextDeadline(1000)).toBe(2000);
    expireAll(3000);
    expect<string>(sent(3000)).toBe('0+100');
    expect<i32>(nextDeadline(3000)).toBe(4000);
    expect<u32>(statistics().segmentsRetransmitted).toBe(2);
    expect<u32>(statistics().timeouts).toBe(2);
  });

  it('2.5: waits for 60 s at most', () => {
    setOption(handle, Option.USER_TIMEOUT, 4000000, 0);
    writes(100);
    sent(0);
    let now: u32 = 0;
    let last: u32 = 0;
    for (let time = 0; time < 12; time += 1) {
      last = now;
      now = expiresNext(now);
      expect<string>(sent(now)).toBe('0+100');
    }
    // 1 + 2 + 4 + 8 + 16 + 32 s, then every minute.
    expect<u32>(now).toBe(63000 + 6 * 60000);
    expect<u32>(now - last).toBe(60000);
  });

  it('5.5: stays backed off until something new is measured', () => {
    writes(100);
    sent(0);
    expireAll(1000);
    sent(1000);
    acks(100, 1010);
    expect<u32>(timeout()).toBe(2000);
    writes(100);
    sent(5000);
    expect<i32>(nextDeadline(5000)).toBe(2000);
    acks(200, 5100);
    expect<u32>(timeout()).toBe(300);
  });

  it('runs for a FIN as for data', () => {
    shutdown(handle);
    expect<string>(sent(100)).toBe('0+0');
    expect<i32>(nextDeadline(100)).toBe(1000);
    expireAll(1100);
    expect<string>(sent(1100)).toBe('0+0');
    acks(1, 1200);
    expect<i32>(nextDeadline(1200)).toBe(-1);
    expect<i32>(state(handle)).toBe(State.FIN_WAIT_2);
  });

  it('sends all that was under way again, one window after the other, when its ACKs come', () => {
    writes(500);
    expect<string>(sent(0)).toBe('0+100 100+100 200+100 300+100 400+100');
    expireAll(1000);
    expect<string>(sent(1000)).toBe('0+100');
    acks(100, 1100);
    expect<string>(sent(1100)).toBe('100+100 200+100');
    // What had arrived the first time is acknowledged at once, and not sent again.
    acks(400, 1200);
    expect<string>(sent(1200)).toBe('400+100');
  });
});

describe('a round trip is measured', () => {
  beforeEach(() => establishedFrom(1000, 100));

  it('of one segment at a time, from when it is sent until it is acknowledged', () => {
    writes(100);
    sent(0);
    writes(100);
    sent(50);
    acks(200, 200);
    // 200 ms, not 150: 200 + 4 * 100
    expect<u32>(timeout()).toBe(600);
  });

  it('not by an ACK of less', () => {
    writes(300);
    sent(0);
    acks(50, 300);
    expect<u32>(timeout()).toBe(1000);
    acks(100, 310);
    expect<u32>(timeout()).toBe(930);
  });

  it('of no segment that was sent again: Karn', () => {
    writes(100);
    sent(0);
    expireAll(1000);
    sent(1000);
    acks(100, 1001);
    expect<u32>(connection().smoothedRoundTrip).toBe(0);
    expect<u32>(timeout()).toBe(2000);
  });

  it('of no segment that was sent again with more behind what it had before: Karn', () => {
    writes(50);
    sent(0);
    writes(50);
    expect<string>(sent(10)).toBe('');
    expireAll(1000);
    expect<string>(sent(1000)).toBe('0+100');
    acks(100, 1050);
    expect<u32>(connection().smoothedRoundTrip).toBe(0);
    expect<u32>(timeout()).toBe(2000);
    expect<u32>(statistics().segmentsRetransmitted).toBe(1);
  });

  it('of no segment that was sent again because of duplicate ACKs: Karn', () => {
    writes(400);
    sent(0);
    acks(0, 10);
    acks(0, 11);
    acks(0, 12);
    expect<string>(sent(12)).toBe('0+100');
    acks(400, 700);
    expect<u32>(connection().smoothedRoundTrip).toBe(0);
  });

  it('of what is sent for the first time behind it', () => {
    writes(100);
    sent(0);
    expireAll(1000);
    sent(1000);
    acks(100, 1010);
    writes(100);
    sent(2000);
    acks(200, 2100);
    expect<u32>(connection().smoothedRoundTrip).toBe(100 << 3);
  });

  it('across the wrap of the 16 bits that its beginning is kept in', () => {
    writes(100);
    sent(65500);
    acks(100, 65700);
    // 200 + 4 * 100
    expect<u32>(timeout()).toBe(600);
  });

  it('of the SYN of an active open', () => {
    synReceived(1000);
    arrives(ACK, 1001, ourFirst, 0, 300);
    expect<i32>(state(handle)).toBe(State.ESTABLISHED);
    expect<u32>(timeout()).toBe(900);
  });
});

describe('5.7: when the SYN had to be sent again', () => {
  it('an active open sends data with a timeout of 3 s, and one segment to begin with', () => {
    synReceived(1000);
    expireAll(1000);
    sends(1000);
    arrives(ACK, 1001, ourFirst, 0, 1100);
    expect<i32>(state(handle)).toBe(State.ESTABLISHED);
    writes(4000);
    // No MSS was told: 536. RFC 5681 §3.1.
    expect<string>(sent(1200)).toBe('0+536');
    expect<i32>(nextDeadline(1200)).toBe(3000);
  });

  it('a passive open does, too', () => {
    bootCore(9);
    introduces(0);
    const listener = listen(PORT, 4);
    arrives(SYN, 1000, 0, 0, 0);
    sends(0);
    expireAll(1000);
    sends(1000);
    const first = sentSequence + 1;
    arrives(ACK, 1001, first, 0, 1100);
    expect<i32>(state(accept(listener))).toBe(State.ESTABLISHED);
    expect<u32>(timeout()).toBe(3000);
    expect<u32>(connection().congestionWindow).toBe(536);
  });
});

describe('the user timeout', () => {
  beforeEach(established);

  it('is 120 s after what was sent and never acknowledged, to the millisecond', () => {
    writes(100);
    sent(777);
    let now: u32 = 777;
    let times = 0;
    while (state(handle) == State.ESTABLISHED) {
      now = expiresNext(now);
      if (sent(now).length != 0) times += 1;
    }
    expect<u32>(now).toBe(777 + 120000);
    expect<i32>(failure(handle)).toBe(Errno.ETIMEDOUT);
    expect<i32>(nextDeadline(now)).toBe(-1);
    // After 1, 3, 7, 15, 31, 63 s; the next would be after 123.
    expect<i32>(times).toBe(6);
  });

  it('counts anew from each ACK of something new', () => {
    writes(200);
    sent(0);
    acks(100, 5000);
    let now: u32 = 5000;
    while (state(handle) == State.ESTABLISHED) {
      now = expiresNext(now);
      sent(now);
    }
    expect<u32>(now).toBe(125000);
  });

  it('does not count anew by ACKs of nothing new', () => {
    setOption(handle, Option.USER_TIMEOUT, 6400, 0);
    writes(100);
    sent(0);
    let now: u32 = 0;
    while (state(handle) == State.ESTABLISHED) {
      now = expiresNext(now);
      sent(now);
      if (state(handle) == State.ESTABLISHED) acks(0, now);
      sent(now);
    }
    expect<u32>(now).toBe(6400);
  });

  it('is what the app sets, rounded up to 64 ms; from 64 ms to 70 min', () => {
    expect<i32>(setOption(handle, Option.USER_TIMEOUT, 0, 0)).toBe(Errno.EINVAL);
    expect<i32>(setOption(handle, Option.USER_TIMEOUT, 4194241, 0)).toBe(Errno.EINVAL);
    expect<i32>(setOption(handle, Option.USER_TIMEOUT, 4194240, 0)).toBe(0);
    expect<i32>(setOption(handle, Option.USER_TIMEOUT, 5000, 0)).toBe(0);
    writes(100);
    sent(0);
    let now: u32 = 0;
    while (state(handle) == State.ESTABLISHED) {
      now = expiresNext(now);
      sent(now);
    }
    expect<u32>(now).toBe(5056);
  });

  it('can be shorter than the first retransmission timeout', () => {
    setOption(handle, Option.USER_TIMEOUT, 64, 0);
    writes(100);
    sent(0);
    expect<u32>(expiresNext(0)).toBe(64);
    expect<i32>(failure(handle)).toBe(Errno.ETIMEDOUT);
  });
});
