// First: the map of memory is to be seen before what it maps.
import { ACK, arrives, FIN, PSH, sendsOne, sentFlags, tells } from '../../support/peer';
import {
  acks,
  connection,
  established,
  establishedFrom,
  expiresNext,
  handle,
  ourFirst,
  peerNext,
  sent,
  writes,
} from '../../support/established';
import { nextDeadline } from '../../../../assembly/core/deadline';
import { State } from '../../../../assembly/pool/connection';
import { Drop, statistics } from '../../../../assembly/statistics';
import { shutdown } from '../../../../assembly/tcp/calls/close';
import { Option, setOption } from '../../../../assembly/tcp/calls/option';
import { state } from '../../../../assembly/tcp/calls/status';

/** Which window of the peer's counts, and what it lets out. RFC 9293 §3.10.7.4, fifth; §3.8.6.2.1. */

function sendWindow(): u32 {
  return connection().sendWindow;
}

describe("the peer's window", () => {
  beforeEach(established);

  it('is that of an ACK of something new, and of one of nothing new', () => {
    writes(100);
    sent(0);
    tells(3000);
    acks(100, 10);
    expect<u32>(sendWindow()).toBe(3000);
    tells(4000);
    acks(100, 10);
    expect<u32>(sendWindow()).toBe(4000);
  });

  it('is not that of an ACK before SND.UNA: SND.WL2', () => {
    writes(100);
    sent(0);
    acks(100, 10);
    tells(3000);
    expect<i32>(acks(99, 10)).toBe(Drop.NONE);
    expect<u32>(sendWindow()).toBe(8192);
  });

  it('is not that of a segment before the one that it is from, even if that came out of order: SND.WL1', () => {
    writes(100);
    sent(0);
    tells(5000);
    arrives(ACK, peerNext + 100, ourFirst, 10, 10);
    tells(3000);
    arrives(ACK, peerNext, ourFirst, 10, 10);
    expect<u32>(sendWindow()).toBe(5000);
    // Its ACK is taken all the same.
    arrives(ACK, peerNext + 99, ourFirst + 100, 10, 10);
    expect<u32>(sendWindow()).toBe(5000);
    expect<u32>(connection().sendUnacknowledged).toBe(ourFirst + 100);
    // The same number once more: the window is taken.
    arrives(ACK, peerNext + 100, ourFirst + 100, 10, 10);
    expect<u32>(sendWindow()).toBe(3000);
  });

  it('that opens begins the timer anew, and what was probed for goes out without a loss', () => {
    tells(0);
    acks(0, 0);
    writes(500);
    sent(0);
    expect<string>(sent(expiresNext(0))).toBe('0+1');
    expect<string>(sent(expiresNext(1000))).toBe('0+1');
    tells(8192);
    acks(0, 3100);
    expect<string>(sent(3100)).toBe('0+500');
    expect<i32>(nextDeadline(3100)).toBe(1000);
    expect<u32>(statistics().timeouts).toBe(0);
  });
});

describe('(3) half of the largest window ever', () => {
  beforeEach(() => {
    establishedFrom(1000, 1460, false, 1000);
    setOption(handle, Option.NO_DELAY, 1, 0);
  });

  it('is sent while something is under way, without Nagle', () => {
    writes(400);
    expect<string>(sent(0)).toBe('0+400');
    writes(700);
    expect<string>(sent(0)).toBe('400+600');
  });

  it('is more than what is left: less is not sent', () => {
    writes(501);
    sent(0);
    writes(500);
    // 499 are left.
    expect<string>(sent(0)).toBe('');
    acks(501, 0);
    expect<string>(sent(0)).toBe('501+500');
  });
});

describe('our FIN', () => {
  beforeEach(established);

  it('is acknowledged by the number behind it, not by that of the last byte', () => {
    writes(100);
    shutdown(handle);
    sendsOne(0);
    expect<u32>(sentFlags).toBe(ACK | PSH | FIN);
    acks(100, 10);
    expect<i32>(state(handle)).toBe(State.FIN_WAIT_1);
    expect<i32>(acks(102, 20)).toBe(Drop.ACK_UNACCEPTABLE);
    expect<i32>(state(handle)).toBe(State.FIN_WAIT_1);
    acks(101, 1020);
    expect<i32>(state(handle)).toBe(State.FIN_WAIT_2);
    expect<i32>(nextDeadline(1020)).toBe(-1);
  });

  it('is not acknowledged before it is sent', () => {
    tells(100);
    acks(0, 0);
    writes(200);
    shutdown(handle);
    expect<string>(sent(0)).toBe('');
    expect<string>(sent(expiresNext(0))).toBe('0+100');
    expect<i32>(acks(201, 1010)).toBe(Drop.ACK_UNACCEPTABLE);
    acks(100, 2000);
    expect<i32>(state(handle)).toBe(State.FIN_WAIT_1);
    // First the answer to the ACK that was refused.
    expect<string>(sent(2000)).toBe('100+100');
    acks(201, 2010);
    expect<i32>(state(handle)).toBe(State.FIN_WAIT_2);
  });

  it('lets the small segment before it go, that Nagle held back', () => {
    writes(100);
    sent(0);
    writes(50);
    expect<string>(sent(0)).toBe('');
    shutdown(handle);
    expect<string>(sent(0)).toBe('100+50');
  });
});
