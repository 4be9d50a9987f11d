// First: the map of memory is to be seen before what it maps.
import { ACK, arrives, FIN, sends, sentAcknowledgment, sentFlags } from '../../support/peer';
import {
  acks,
  established,
  expiresNext,
  handle,
  ourFirst,
  peerNext,
  peerSays,
  sent,
  writes,
} from '../../support/established';
import { expireAll, nextDeadline } from '../../../../assembly/core/deadline';
import { Errno } from '../../../../assembly/errno';
import { State } from '../../../../assembly/pool/connection';
import { close } from '../../../../assembly/tcp/calls/close';
import { Option, setOption } from '../../../../assembly/tcp/calls/option';
import { failure, state } from '../../../../assembly/tcp/calls/status';

/** Keep-alive: RFC 9293 §3.8.4. */

/** The peer is asked after 10 s of silence. */
function asking(): void {
  established();
  setOption(handle, Option.KEEP_ALIVE, 10, 0);
}

describe('keep-alive', () => {
  beforeEach(asking);

  it('is off at first: MUST-25', () => {
    established();
    expect<i32>(nextDeadline(0)).toBe(-1);
  });

  it('asks after the silence, with a number that was acknowledged and no data', () => {
    expect<i32>(nextDeadline(0)).toBe(10000);
    expireAll(9999);
    expect<string>(sent(9999)).toBe('');
    expireAll(10000);
    expect<string>(sent(10000)).toBe('-1+0');
    expireAll(10000);
    sends(10000);
    expect<u32>(sentFlags).toBe(0);
  });

  it('asks again after as long a silence when the peer has answered', () => {
    expireAll(10000);
    expect<string>(sent(10000)).toBe('-1+0');
    acks(0, 10020);
    expect<i32>(nextDeadline(10020)).toBe(10000);
    expect<string>(sent(10020)).toBe('');
  });

  it('counts from whatever arrives, data or not', () => {
    acks(0, 3000);
    expect<i32>(nextDeadline(3000)).toBe(10000);
    peerSays(10, 0, 5000);
    peerSays(10, 0, 5000);
    sends(5000);
    expect<u32>(sentAcknowledgment).toBe(peerNext);
    expect<i32>(nextDeadline(5000)).toBe(10000);
  });

  it('asks nothing while something is under way: MUST-26', () => {
    writes(10);
    sent(1000);
    expect<i32>(nextDeadline(1000)).toBe(1000);
    acks(10, 1100);
    expect<i32>(nextDeadline(1100)).toBe(10000);
  });

  it('does not give up after one question: MUST-29', () => {
    let now: u32 = 0;
    let questions = 0;
    while (state(handle) == State.ESTABLISHED) {
      now = expiresNext(now);
      if (sent(now) == '-1+0') questions += 1;
    }
    expect<i32>(failure(handle)).toBe(Errno.ETIMEDOUT);
    expect<i32>(questions).toBeGreaterThanOrEqual(6);
    // The user timeout, of 120 s, after the first question, but for the timeout of a second that it takes for waited.
    expect<u32>(now).toBeGreaterThanOrEqual(129000);
    expect<u32>(now).toBeLessThanOrEqual(130000);
  });

  it('is answered in time after some questions, and the silence counts anew', () => {
    let now = expiresNext(0);
    sent(now);
    now = expiresNext(now);
    expect<string>(sent(now)).toBe('-1+0');
    acks(0, now + 10);
    expect<i32>(nextDeadline(now + 10)).toBe(10000);
  });

  it('goes on when the peer has sent its FIN, and each answer counts', () => {
    arrives(FIN | ACK, peerNext, ourFirst, 0, 1000);
    sends(1000);
    let now: u32 = 1000;
    for (let question = 0; question < 30; question += 1) {
      now = expiresNext(now);
      expect<string>(sent(now)).toBe('-1+0');
      arrives(ACK, peerNext + 1, ourFirst, 0, now + 10);
      expect<i32>(nextDeadline(now + 10)).toBe(10000);
    }
    expect<i32>(state(handle)).toBe(State.CLOSE_WAIT);
  });

  it('is set off again by 0, and by the app that closes', () => {
    setOption(handle, Option.KEEP_ALIVE, 0, 0);
    expect<i32>(nextDeadline(0)).toBe(-1);
    asking();
    close(handle, 0);
    sends(0);
    arrives(ACK, peerNext, ourFirst + 1, 0, 10);
    // FIN-WAIT-2, which nobody waits in for more than a minute.
    expect<i32>(nextDeadline(10)).toBe(60000);
  });

  it('takes 1 to 65535 s', () => {
    expect<i32>(setOption(handle, Option.KEEP_ALIVE, 65535, 0)).toBe(0);
    expect<i32>(nextDeadline(0)).toBe(65535000);
    expect<i32>(setOption(handle, Option.KEEP_ALIVE, 65536, 0)).toBe(Errno.EINVAL);
    expect<i32>(setOption(handle, 99, 1, 0)).toBe(Errno.EINVAL);
    expect<i32>(setOption(0, Option.KEEP_ALIVE, 1, 0)).toBe(Errno.EBADF);
  });
});
