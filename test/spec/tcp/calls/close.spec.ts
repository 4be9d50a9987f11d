// First: the map of memory is to be seen before what it maps.
import {
  ACK,
  arrives,
  dropOf,
  FIN,
  RST,
  sends,
  sendsOne,
  sentAcknowledgment,
  sentFlags,
  sentSequence,
  SYN,
  tells,
} from '../../support/peer';
import {
  acks,
  connection,
  established,
  expiresNext,
  handle,
  listener,
  ourFirst,
  peerNext,
  peerSays,
  sent,
  synReceived,
  writes,
} from '../../support/established';
import { expireAll, nextDeadline } from '../../../../assembly/core/deadline';
import { Errno } from '../../../../assembly/errno';
import { State } from '../../../../assembly/pool/connection';
import { Drop, PoolName, poolUse, statistics } from '../../../../assembly/statistics';
import { abort, close, shutdown } from '../../../../assembly/tcp/calls/close';
import { accept } from '../../../../assembly/tcp/calls/listen';
import { consume, received } from '../../../../assembly/tcp/calls/receive';
import { failure, state } from '../../../../assembly/tcp/calls/status';

/** CLOSE: RFC 9293 §3.10.4, and what §3.6.1 says of data that nobody reads any more. */

function connectionsUsed(): u32 {
  return poolUse(PoolName.CONNECTIONS).used;
}

function timeWaitUsed(): u32 {
  return poolUse(PoolName.TIME_WAIT).used;
}

/** A bare RST at `offset` bytes of ours is all that is sent, and the connection is gone. */
function expectReset(offset: u32, now: u32): void {
  expect<u32>(sends(now)).toBe(1);
  expect<u32>(sentFlags).toBe(RST);
  expect<u32>(sentSequence).toBe(ourFirst + offset);
  expect<u32>(connectionsUsed()).toBe(0);
  expect<u32>(timeWaitUsed()).toBe(0);
  expect<i32>(nextDeadline(now)).toBe(-1);
}

describe('an app that closes with data that it has not read: SHLD-3', () => {
  beforeEach(() => {
    established();
    peerSays(100, 0, 0);
  });

  it('has the peer told by a RST', () => {
    expect<i32>(close(handle, 0)).toBe(0);
    expectReset(0, 0);
    expect<i32>(state(handle)).toBe(Errno.EBADF);
  });

  it('so that all the peer then says is answered by a RST, too', () => {
    close(handle, 0);
    sends(0);
    arrives(ACK, peerNext, ourFirst, 10, 0);
    expect<u32>(sends(0)).toBe(1);
    expect<u32>(sentFlags).toBe(RST);
  });

  it('in CLOSE-WAIT', () => {
    arrives(FIN | ACK, peerNext, ourFirst, 0, 0);
    sends(0);
    close(handle, 0);
    expectReset(0, 0);
  });

  it('in FIN-WAIT-1 and FIN-WAIT-2', () => {
    shutdown(handle);
    sends(0);
    close(handle, 0);
    expectReset(1, 0);
    established();
    shutdown(handle);
    sends(0);
    peerSays(100, 1, 0);
    expect<i32>(state(handle)).toBe(State.FIN_WAIT_2);
    close(handle, 0);
    expectReset(1, 0);
  });

  it('not when it has read all of it', () => {
    consume(handle, 99);
    consume(handle, 1);
    close(handle, 0);
    sends(0);
    expect<u32>(sentFlags).toBe(FIN | ACK);
  });

  it('has the RST where the peer takes it, behind all that was sent, after a timeout too', () => {
    writes(100);
    sent(0);
    expireAll(1000);
    close(handle, 1000);
    expectReset(100, 1000);
  });
});

describe('data for an app that has closed: SHLD-3', () => {
  beforeEach(() => {
    established();
    close(handle, 0);
    sends(0);
  });

  it('is answered by a RST in FIN-WAIT-1', () => {
    expect<i32>(peerSays(10, 0, 10)).toBe(Drop.DATA_UNWANTED);
    expectReset(1, 10);
  });

  it('is answered by a RST in FIN-WAIT-2', () => {
    acks(1, 10);
    expect<i32>(peerSays(10, 1, 10)).toBe(Drop.DATA_UNWANTED);
    expectReset(1, 10);
  });

  it('is answered by a RST beyond a hole, and with a FIN', () => {
    expect<i32>(dropOf(arrives(FIN | ACK, peerNext + 100, ourFirst + 1, 10, 10))).toBe(Drop.DATA_UNWANTED);
    expectReset(1, 10);
  });

  it('that came before already is only acknowledged', () => {
    expect<i32>(dropOf(arrives(ACK, peerNext - 10, ourFirst, 10, 10))).toBe(Drop.OUT_OF_WINDOW);
    expect<u32>(sends(10)).toBe(1);
    expect<u32>(sentFlags).toBe(ACK);
    expect<u32>(connectionsUsed()).toBe(1);
  });

  it('is not a FIN: the end is in order', () => {
    arrives(FIN | ACK, peerNext, ourFirst + 1, 0, 10);
    sends(10);
    expect<u32>(sentFlags).toBe(ACK);
    expect<u32>(sentAcknowledgment).toBe(peerNext + 1);
    expect<u32>(timeWaitUsed()).toBe(1);
    expect<u32>(connectionsUsed()).toBe(0);
  });
});

describe('data for an app that has shut down, but still reads', () => {
  it('is taken', () => {
    established();
    shutdown(handle);
    sends(0);
    expect<i32>(peerSays(10, 0, 0)).toBe(0);
    peerSays(10, 1, 0);
    expect<i32>(state(handle)).toBe(State.FIN_WAIT_2);
    expect<i32>(received(handle)).toBe(20);
    expect<i32>(shutdown(handle)).toBe(Errno.ENOTCONN);
  });
});

describe('data for a connection that nobody has accepted yet', () => {
  it('waits for the app', () => {
    established();
    close(handle, 0);
    sends(0);
    arrives(RST, peerNext, 0, 0, 0);
    arrives(SYN, peerNext + 1000, 0, 0, 0);
    sends(0);
    const first = sentSequence + 1;
    arrives(ACK, peerNext + 1001, first, 0, 0);
    arrives(ACK, peerNext + 1001, first, 10, 0);
    const later = accept(listener);
    expect<i32>(received(later)).toBe(10);
  });

  it('is lost when the app stops listening: RST', () => {
    established();
    close(handle, 0);
    sends(0);
    arrives(RST, peerNext, 0, 0, 0);
    arrives(SYN, peerNext + 1000, 0, 0, 0);
    sends(0);
    const first = sentSequence + 1;
    arrives(ACK, peerNext + 1001, first, 10, 0);
    sends(0);
    expect<u32>(connectionsUsed()).toBe(1);
    close(listener, 0);
    expect<u32>(sends(0)).toBe(1);
    expect<u32>(sentFlags).toBe(RST);
    expect<u32>(sentSequence).toBe(first);
    expect<u32>(connectionsUsed()).toBe(0);
  });
});

describe('an app that closes with data that is not sent', () => {
  it('has it sent, then the FIN, and is not needed for that', () => {
    established();
    tells(1460);
    acks(0, 0);
    writes(4000);
    expect<string>(sent(0)).toBe('0+1460');
    expect<i32>(close(handle, 0)).toBe(0);
    expect<i32>(state(handle)).toBe(Errno.EBADF);
    acks(1460, 10);
    expect<string>(sent(10)).toBe('1460+1460');
    acks(2920, 20);
    expect<bool>(sendsOne(20)).toBe(true);
    expect<u32>(sentFlags & FIN).toBe(FIN);
    expect<u32>(sentSequence).toBe(ourFirst + 2920);
    arrives(FIN | ACK, peerNext, ourFirst + 4001, 0, 30);
    sends(30);
    expect<u32>(timeWaitUsed()).toBe(1);
    expect<u32>(connectionsUsed()).toBe(0);
  });

  it('has it given up at the user timeout', () => {
    established();
    writes(100);
    close(handle, 0);
    sent(0);
    let now: u32 = 0;
    while (connectionsUsed() != 0) {
      now = expiresNext(now);
      sent(now);
    }
    expect<u32>(now).toBe(120000);
  });
});

describe('FIN-WAIT-2', () => {
  it('of an app that has closed lasts for a minute', () => {
    established();
    close(handle, 0);
    sends(0);
    acks(1, 500);
    expect<i32>(nextDeadline(500)).toBe(60000);
    expireAll(60499);
    expect<u32>(connectionsUsed()).toBe(1);
    expireAll(60500);
    expect<u32>(connectionsUsed()).toBe(0);
    expect<u32>(sends(60500)).toBe(0);
  });

  it('of an app that still reads lasts for ever, and a minute from when it closes', () => {
    established();
    shutdown(handle);
    sends(0);
    acks(1, 500);
    expect<i32>(nextDeadline(500)).toBe(-1);
    close(handle, 100000);
    expect<i32>(nextDeadline(100000)).toBe(60000);
  });
});

describe('an app that aborts', () => {
  it('has a RST sent behind all that was sent, and what was not sent forgotten', () => {
    established();
    tells(1460);
    acks(0, 0);
    writes(4000);
    sent(0);
    expect<i32>(abort(handle)).toBe(0);
    expectReset(1460, 0);
    expect<i32>(abort(handle)).toBe(Errno.EBADF);
    expect<u32>(statistics().resetsSent).toBe(1);
  });

  it('has no RST sent when the peer has closed, too: CLOSING, LAST-ACK', () => {
    established();
    shutdown(handle);
    sends(0);
    arrives(FIN | ACK, peerNext, ourFirst, 0, 0);
    sends(0);
    abort(handle);
    expect<u32>(sends(0)).toBe(0);
    expect<u32>(connectionsUsed()).toBe(0);
  });

  it('has a RST sent in SYN-RECEIVED and when it closes there', () => {
    synReceived(1000);
    abort(handle);
    expectReset(0, 0);
    synReceived(1000);
    close(handle, 0);
    expectReset(0, 0);
  });
});

describe('TIME-WAIT', () => {
  /** By the app's close, at time 0: 60 s, rounded up to 64 ms. */
  beforeEach(() => {
    established();
    shutdown(handle);
    sends(0);
    arrives(FIN | ACK, peerNext, ourFirst + 1, 0, 0);
    sends(0);
  });

  it('is what the app sees until it is over, then CLOSED, in order', () => {
    expect<i32>(state(handle)).toBe(State.TIME_WAIT);
    expect<i32>(failure(handle)).toBe(0);
    const now = expiresNext(0);
    expect<u32>(now).toBe(60032);
    expect<i32>(state(handle)).toBe(State.CLOSED);
    expect<i32>(close(handle, now)).toBe(0);
    expect<u32>(connectionsUsed()).toBe(0);
  });

  it('lasts on when the app closes, and costs no connection then', () => {
    close(handle, 10);
    expect<u32>(connectionsUsed()).toBe(0);
    expect<u32>(timeWaitUsed()).toBe(1);
    expect<i32>(nextDeadline(10)).toBe(60022);
  });

  it('can still be read from', () => {
    established();
    peerSays(100, 0, 0);
    shutdown(handle);
    sends(0);
    arrives(FIN | ACK, peerNext, ourFirst + 1, 0, 0);
    sends(0);
    expect<i32>(state(handle)).toBe(State.TIME_WAIT);
    expect<i32>(received(handle)).toBe(100);
    expect<i32>(consume(handle, 100)).toBe(100);
    expect<u32>(sends(0)).toBe(0);
  });

  // Units of 64 ms: 70,000 is rounded up to 70,016; 80,000 is a multiple.
  it('begins anew with each FIN, with data before it as well, and with nothing else', () => {
    arrives(FIN | ACK, peerNext, ourFirst + 1, 0, 10000);
    sends(10000);
    expect<i32>(nextDeadline(10000)).toBe(60016);
    arrives(FIN | ACK, peerNext - 10, ourFirst + 1, 10, 20000);
    sends(20000);
    expect<u32>(sentAcknowledgment).toBe(peerNext + 1);
    expect<i32>(nextDeadline(20000)).toBe(60000);
    arrives(ACK, peerNext + 1, ourFirst + 1, 0, 30000);
    arrives(ACK, peerNext, ourFirst + 1, 10, 30000);
    arrives(FIN | ACK, peerNext + 1, ourFirst + 1, 0, 30000);
    arrives(RST, peerNext + 1, 0, 0, 30000);
    sends(30000);
    expect<i32>(nextDeadline(30000)).toBe(50000);
  });

  it('of CLOSING begins with the ACK of our FIN', () => {
    established();
    shutdown(handle);
    sends(0);
    arrives(FIN | ACK, peerNext, ourFirst, 0, 0);
    sends(0);
    arrives(ACK, peerNext + 1, ourFirst + 1, 0, 500);
    expect<i32>(state(handle)).toBe(State.TIME_WAIT);
    expect<u32>(sends(500)).toBe(0);
    expect<i32>(nextDeadline(500)).toBe(60044);
    expect<u32>(connection().state).toBe(State.TIME_WAIT);
  });
});
