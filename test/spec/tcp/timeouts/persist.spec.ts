// First: the map of memory is to be seen before what it maps.
import { ACK, arrives, FIN, tells } from '../../support/peer';
import {
  acks,
  connection,
  established,
  expiresNext,
  handle,
  ourFirst,
  peerNext,
  sent,
  writes,
} from '../../support/established';
import { nextDeadline } from '../../../../assembly/core/deadline';
import { Errno } from '../../../../assembly/errno';
import { State } from '../../../../assembly/pool/connection';
import { statistics } from '../../../../assembly/statistics';
import { shutdown } from '../../../../assembly/tcp/calls/close';
import { failure, state } from '../../../../assembly/tcp/calls/status';

/** Zero-window probes: RFC 9293 §3.8.6.1. */

/** The peer's window is closed from the beginning, and 100 bytes are to be sent. */
function closed(): void {
  time = 0;
  established();
  tells(0);
  acks(0, 0);
  writes(100);
  sent(0);
}

/** The peer, which has sent its FIN, answers every probe for so long. */
function answers(durationMs: u32): void {
  const end = time + durationMs;
  while (time < end && state(handle) > 0) {
    time = expiresNext(time);
    sent(time);
    arrives(ACK, peerNext + 1, ourFirst, 0, time + 100);
  }
}

let time: u32 = 0;

describe('a window that is closed', () => {
  beforeEach(closed);

  it('is probed by one byte after the retransmission timeout, SHLD-29, then after twice as long each time, SHLD-30', () => {
    let now: u32 = 0;
    let times = '';
    for (let probe = 0; probe < 9; probe += 1) {
      now = expiresNext(now);
      times += `${now.toString()} `;
      expect<string>(sent(now)).toBe('0+1');
      // What answers has nothing else sent, and no loss seen.
      acks(0, now + 5);
      expect<string>(sent(now + 5)).toBe('');
    }
    // A minute at most.
    expect<string>(times).toBe('1000 3000 7000 15000 31000 63000 123000 183000 243000 ');
    expect<u32>(statistics().fastRetransmits).toBe(0);
    expect<u32>(statistics().timeouts).toBe(0);
    expect<u32>(connection().congestionWindow).toBe(4096);
  });

  it('is probed as often when nobody answers, until the user timeout', () => {
    let now: u32 = 0;
    let times = '';
    while (state(handle) == State.ESTABLISHED) {
      now = expiresNext(now);
      times += `${now.toString()} `;
      sent(now);
    }
    expect<string>(times).toBe('1000 3000 7000 15000 31000 63000 120000 ');
    expect<i32>(failure(handle)).toBe(Errno.ETIMEDOUT);
  });

  it('is probed for ever while the peer answers: MUST-37', () => {
    let now: u32 = 0;
    while (now < 24 * 3600 * 1000) {
      now = expiresNext(now);
      expect<string>(sent(now)).toBe('0+1');
      acks(0, now + 100);
    }
    expect<i32>(state(handle)).toBe(State.ESTABLISHED);
    tells(8192);
    acks(0, now + 200);
    expect<string>(sent(now + 200)).toBe('0+100');
  });

  it('is probed for ever, too, when the peer has sent its FIN, and when we have', () => {
    arrives(FIN | ACK, peerNext, ourFirst, 0, 0);
    sent(0);
    answers(3600 * 1000);
    expect<i32>(state(handle)).toBe(State.CLOSE_WAIT);
    shutdown(handle);
    answers(3600 * 1000);
    expect<i32>(state(handle)).toBe(State.LAST_ACK);
  });

  it('fails the connection 120 s after the peer was last heard of, to the millisecond', () => {
    let now: u32 = 0;
    for (let probe = 0; probe < 7; probe += 1) {
      now = expiresNext(now);
      sent(now);
      acks(0, now + 17);
    }
    const last = now + 17;
    while (state(handle) == State.ESTABLISHED) {
      now = expiresNext(now);
      sent(now);
    }
    expect<u32>(now).toBe(last + 120000);
  });

  it('has all sent at once when it opens, and the timer begins as for what is under way', () => {
    let now = expiresNext(0);
    sent(now);
    now = expiresNext(now);
    sent(now);
    tells(8192);
    acks(0, now + 10);
    expect<string>(sent(now + 10)).toBe('0+100');
    expect<i32>(nextDeadline(now + 10)).toBe(1000);
    acks(100, now + 20);
    expect<i32>(nextDeadline(now + 20)).toBe(-1);
  });

  it('that takes the byte of a probe is probed with the next', () => {
    let now = expiresNext(0);
    sent(now);
    acks(1, now + 10);
    expect<string>(sent(now + 10)).toBe('');
    now = expiresNext(now + 10);
    expect<string>(sent(now)).toBe('1+1');
    tells(8192);
    acks(1, now + 10);
    expect<string>(sent(now + 10)).toBe('1+99');
  });

  it('is not probed when there is nothing to send', () => {
    established();
    tells(0);
    acks(0, 0);
    expect<i32>(nextDeadline(0)).toBe(-1);
  });

  it('is not probed any more when all has arrived in spite of it', () => {
    established();
    writes(100);
    sent(0);
    tells(0);
    acks(100, 10);
    expect<i32>(nextDeadline(10)).toBe(-1);
  });
});

describe('a window that closes on what is under way: MUST-35', () => {
  beforeEach(() => {
    established();
    writes(2920);
    sent(0);
    tells(0);
    acks(0, 10);
  });

  it('is probed with the first byte of that, and no loss is seen', () => {
    expect<i32>(nextDeadline(10)).toBe(990);
    expiresNext(10);
    expect<string>(sent(1000)).toBe('0+1');
    expect<u32>(connection().congestionWindow).toBe(4096);
    expect<u32>(statistics().timeouts).toBe(0);
    acks(0, 1010);
    expect<string>(sent(1010)).toBe('');
    expect<i32>(nextDeadline(1010)).toBe(1990);
  });

  it('and that opens again has it sent again from there', () => {
    expiresNext(10);
    sent(1000);
    tells(8192);
    acks(0, 1010);
    expect<string>(sent(1010)).toBe('0+1460 1460+1460');
  });
});
