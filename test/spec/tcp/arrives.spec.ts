// First: the map of memory is to be seen before what it maps.
import {
  ACK,
  arrives,
  bootCore,
  dropOf,
  FIN,
  introduces,
  PORT,
  REMOTE,
  RST,
  sends,
  sentAcknowledgment,
  sentFlags,
  sentRight,
  sentSequence,
  SYN,
} from '../support/peer';
import { expireAll } from '../../../assembly/core/deadline';
import { Errno } from '../../../assembly/errno';
import { CONNECTION_POOL } from '../../../assembly/memory';
import { Connection, State } from '../../../assembly/pool/connection';
import { PoolName, poolUse, Drop } from '../../../assembly/statistics';
import { abort, close, shutdown } from '../../../assembly/tcp/calls/close';
import { connect } from '../../../assembly/tcp/calls/connect';
import { accept, listen } from '../../../assembly/tcp/calls/listen';
import { received } from '../../../assembly/tcp/calls/receive';
import { failure, state } from '../../../assembly/tcp/calls/status';
import { outgoingPorts } from '../../../assembly/pool/entry';
import { find, insert, withdraw } from '../../../assembly/pool/lists/tuple-index';

/** The peer's initial sequence number, and ours once it is known. */
const IRS: u32 = 0xfffffff0;
let iss: u32 = 0;
let listener: i32 = 0;
let handle: i32 = 0;

/** Another acknowledgment than any that is right. */
const WRONG: u32 = 0x12345678;
/** In the window of the `lan` profile, and beyond it. */
const INSIDE: u32 = IRS + 1 + 4095;
const OUTSIDE: u32 = IRS + 1 + 4096;

/** What the core has answered: flags, or 0 for nothing. Its checksums are right. */
function answer(now: u32 = 0): u32 {
  sends(now);
  if (sentFlags != 0) assert(sentRight, 'checksums of what is sent are right');
  return sentFlags;
}

/** LISTEN, on PORT; the peer's MAC is known. */
function listening(): void {
  bootCore(9);
  introduces(0);
  listener = listen(PORT, 4);
}

/** SYN-RECEIVED after a passive open: a half-open entry. */
function halfOpen(): void {
  listening();
  arrives(SYN, IRS, 0, 0, 0);
  answer();
  iss = sentSequence;
}

/** ESTABLISHED, accepted. */
function established(): void {
  halfOpen();
  arrives(ACK, IRS + 1, iss + 1, 0, 0);
  handle = accept(listener);
}

function halfOpenUsed(): u32 {
  return poolUse(PoolName.HALF_OPEN).used;
}

function connectionsUsed(): u32 {
  return poolUse(PoolName.CONNECTIONS).used;
}

function timeWaitUsed(): u32 {
  return poolUse(PoolName.TIME_WAIT).used;
}

describe('CLOSED: a segment for a port where nobody listens', () => {
  beforeEach(() => {
    bootCore(9);
  });

  it('without an ACK is answered by RST and ACK that the sender accepts', () => {
    expect<i32>(dropOf(arrives(SYN, IRS, 0, 5, 0))).toBe(0);
    expect<u32>(answer()).toBe(RST | ACK);
    expect<u32>(sentSequence).toBe(0);
    expect<u32>(sentAcknowledgment).toBe(IRS + 6);
  });

  it('with an ACK is answered by a bare RST at what it acknowledges', () => {
    arrives(ACK | FIN, IRS, 777, 0, 0);
    expect<u32>(answer()).toBe(RST);
    expect<u32>(sentSequence).toBe(777);
    expect<u32>(sentAcknowledgment).toBe(0);
  });

  it('that is a RST is not answered', () => {
    expect<i32>(dropOf(arrives(RST, IRS, 0, 0, 0))).toBe(Drop.RESET_UNKNOWN);
    expect<u32>(answer()).toBe(0);
  });
});

describe('LISTEN', () => {
  beforeEach(listening);

  it('answers a SYN with SYN and the acknowledgment of it, and keeps a half-open entry, no connection', () => {
    arrives(SYN, IRS, 0, 0, 0);
    expect<u32>(answer()).toBe(SYN | ACK);
    expect<u32>(sentAcknowledgment).toBe(IRS + 1);
    expect<u32>(halfOpenUsed()).toBe(1);
    expect<u32>(connectionsUsed()).toBe(0);
    expect<i32>(accept(listener)).toBe(Errno.EAGAIN);
  });

  it('does not acknowledge data that comes with a SYN', () => {
    arrives(SYN, IRS, 0, 10, 0);
    answer();
    expect<u32>(sentAcknowledgment).toBe(IRS + 1);
  });

  it('answers an ACK, with SYN or FIN too, by a RST at what it acknowledges', () => {
    arrives(ACK, IRS, WRONG, 0, 0);
    expect<u32>(answer()).toBe(RST);
    expect<u32>(sentSequence).toBe(WRONG);
    arrives(SYN | ACK, IRS, WRONG, 0, 0);
    expect<u32>(answer()).toBe(RST);
    expect<u32>(halfOpenUsed()).toBe(0);
  });

  it('drops RST, SYN with FIN, and what has neither SYN nor ACK', () => {
    expect<i32>(dropOf(arrives(RST, IRS, 0, 0, 0))).toBe(Drop.RESET_UNKNOWN);
    expect<i32>(dropOf(arrives(SYN | FIN, IRS, 0, 0, 0))).toBe(Drop.SYN_FIN);
    expect<i32>(dropOf(arrives(FIN, IRS, 0, 0, 0))).toBe(Drop.NO_ACK);
    expect<i32>(dropOf(arrives(0, IRS, 0, 4, 0))).toBe(Drop.NO_ACK);
    expect<u32>(answer()).toBe(0);
    expect<u32>(halfOpenUsed()).toBe(0);
  });
});

describe('SYN-RECEIVED after a passive open', () => {
  beforeEach(halfOpen);

  it('becomes ESTABLISHED by the ACK of exactly our SYN', () => {
    arrives(ACK, IRS + 1, iss + 1, 0, 0);
    expect<u32>(answer()).toBe(0);
    expect<u32>(halfOpenUsed()).toBe(0);
    expect<u32>(connectionsUsed()).toBe(1);
    expect<i32>(state(accept(listener))).toBe(State.ESTABLISHED);
  });

  it('answers an ACK of anything else by a RST at what it acknowledges, and stays', () => {
    expect<i32>(dropOf(arrives(ACK, IRS + 1, iss, 0, 0))).toBe(Drop.ACK_UNACCEPTABLE);
    expect<u32>(answer()).toBe(RST);
    expect<u32>(sentSequence).toBe(iss);
    expect<i32>(dropOf(arrives(ACK, IRS + 1, iss + 2, 0, 0))).toBe(Drop.ACK_UNACCEPTABLE);
    expect<u32>(answer()).toBe(RST);
    expect<u32>(halfOpenUsed()).toBe(1);
    expect<u32>(connectionsUsed()).toBe(0);
  });

  it('answers the same SYN by the same SYN-ACK', () => {
    arrives(SYN, IRS, 0, 0, 0);
    expect<u32>(answer()).toBe(SYN | ACK);
    expect<u32>(sentSequence).toBe(iss);
    expect<u32>(halfOpenUsed()).toBe(1);
  });

  it('begins anew with another SYN in the window', () => {
    arrives(SYN, IRS + 100, 0, 0, 0);
    expect<u32>(answer()).toBe(SYN | ACK);
    expect<u32>(sentAcknowledgment).toBe(IRS + 101);
    expect<u32>(halfOpenUsed()).toBe(1);
  });

  it('answers a SYN outside the window with where it stands', () => {
    expect<i32>(dropOf(arrives(SYN, IRS - 100, 0, 0, 0))).toBe(Drop.OUT_OF_WINDOW);
    expect<u32>(answer()).toBe(ACK);
    expect<u32>(sentSequence).toBe(iss + 1);
    expect<u32>(sentAcknowledgment).toBe(IRS + 1);
  });

  it('is gone by a RST with exactly the next number, asks about one in the window, ignores others', () => {
    expect<i32>(dropOf(arrives(RST, OUTSIDE, 0, 0, 0))).toBe(Drop.RESET_BLIND);
    expect<u32>(answer()).toBe(0);
    expect<i32>(dropOf(arrives(RST, INSIDE, 0, 0, 0))).toBe(Drop.RESET_BLIND);
    expect<u32>(answer()).toBe(ACK);
    expect<u32>(halfOpenUsed()).toBe(1);
    arrives(RST, IRS + 1, 0, 0, 0);
    expect<u32>(answer()).toBe(0);
    expect<u32>(halfOpenUsed()).toBe(0);
  });

  it('is completed by a FIN that carries the ACK, which is taken as well', () => {
    arrives(FIN | ACK, IRS + 1, iss + 1, 0, 0);
    expect<u32>(answer()).toBe(ACK);
    expect<u32>(sentAcknowledgment).toBe(IRS + 2);
    expect<i32>(state(accept(listener))).toBe(State.CLOSE_WAIT);
  });

  it('is completed by data that carries the ACK, and which is there when the app accepts', () => {
    expect<i32>(dropOf(arrives(ACK, IRS + 1, iss + 1, 10, 0))).toBe(0);
    handle = accept(listener);
    expect<i32>(state(handle)).toBe(State.ESTABLISHED);
    expect<i32>(received(handle)).toBe(10);
  });

  it('sends its SYN-ACK again after 1, 3, 7 and 15 s, and is gone after 31', () => {
    let times: u32 = 0;
    let last: u32 = 0;
    for (let now: u32 = 0; now <= 30999; now += 1) {
      expireAll(now);
      if (answer(now) == (SYN | ACK)) {
        times = times * 100 + now / 1000;
        last = now;
      }
    }
    expect<u32>(times).toBe(1030715);
    expect<u32>(last).toBe(15000);
    expect<u32>(halfOpenUsed()).toBe(1);
    expireAll(31000);
    expect<u32>(halfOpenUsed()).toBe(0);
    expect<i32>(accept(listener)).toBe(Errno.EAGAIN);
  });
});

/** The port that the core connects from is random: the peer's segments have to go there. So it is made PORT. */
function synSent(): void {
  bootCore(9);
  introduces(0);
  handle = connect(REMOTE, 40000, 10000, 0);
  answer();
  iss = sentSequence;
  // What arrives() sends is for PORT: the connection is moved there.
  move();
}

function move(): void {
  const connection = Connection.at(CONNECTION_POOL);
  const key = (connection.key & 0x0000ffffffffffff) | ((<u64>bswap<u16>(<u16>PORT)) << 48);
  withdraw(connection.address);
  insert(connection.address, key);
  assert(find(key) == connection.address && outgoingPorts(key) != 0);
}

describe('SYN-SENT', () => {
  beforeEach(synSent);

  it('becomes ESTABLISHED by SYN and the ACK of exactly our SYN, and acknowledges', () => {
    arrives(SYN | ACK, IRS, iss + 1, 0, 0);
    expect<i32>(state(handle)).toBe(State.ESTABLISHED);
    expect<u32>(answer()).toBe(ACK);
    expect<u32>(sentSequence).toBe(iss + 1);
    expect<u32>(sentAcknowledgment).toBe(IRS + 1);
  });

  it('answers an ACK of anything else by a RST at what it acknowledges, with SYN or without', () => {
    expect<i32>(dropOf(arrives(SYN | ACK, IRS, iss, 0, 0))).toBe(Drop.ACK_UNACCEPTABLE);
    expect<u32>(answer()).toBe(RST);
    expect<u32>(sentSequence).toBe(iss);
    expect<i32>(dropOf(arrives(ACK, IRS, iss + 2, 0, 0))).toBe(Drop.ACK_UNACCEPTABLE);
    expect<u32>(answer()).toBe(RST);
    expect<i32>(state(handle)).toBe(State.SYN_SENT);
  });

  it('is refused by a RST that acknowledges our SYN, and by no other', () => {
    expect<i32>(dropOf(arrives(RST, IRS, 0, 0, 0))).toBe(Drop.RESET_BLIND);
    expect<i32>(dropOf(arrives(RST | ACK, 0, iss, 0, 0))).toBe(Drop.RESET_BLIND);
    expect<u32>(answer()).toBe(0);
    expect<i32>(state(handle)).toBe(State.SYN_SENT);
    arrives(RST | ACK, 0, iss + 1, 0, 0);
    expect<i32>(state(handle)).toBe(State.CLOSED);
    expect<i32>(failure(handle)).toBe(Errno.ECONNREFUSED);
    expect<u32>(answer()).toBe(0);
  });

  it('drops an ACK without SYN, a FIN, and nothing at all', () => {
    expect<i32>(dropOf(arrives(ACK, IRS, iss + 1, 0, 0))).toBe(Drop.ACK_UNACCEPTABLE);
    expect<i32>(dropOf(arrives(FIN, IRS, 0, 0, 0))).toBe(Drop.NO_ACK);
    expect<i32>(dropOf(arrives(0, IRS, 0, 0, 0))).toBe(Drop.NO_ACK);
    expect<u32>(answer()).toBe(0);
    expect<i32>(state(handle)).toBe(State.SYN_SENT);
  });

  it('becomes SYN-RECEIVED by a SYN alone, and ESTABLISHED by the ACK of ours: simultaneous open', () => {
    arrives(SYN, IRS, 0, 0, 0);
    expect<i32>(state(handle)).toBe(State.SYN_RECEIVED);
    expect<u32>(answer()).toBe(SYN | ACK);
    expect<u32>(sentSequence).toBe(iss);
    expect<u32>(sentAcknowledgment).toBe(IRS + 1);
    arrives(SYN | ACK, IRS, iss + 1, 0, 0);
    expect<i32>(state(handle)).toBe(State.ESTABLISHED);
  });
});

describe('SYN-RECEIVED after an active open', () => {
  beforeEach(() => {
    synSent();
    arrives(SYN, IRS, 0, 0, 0);
    answer();
  });

  it('is refused by a RST with exactly the next number', () => {
    arrives(RST, IRS + 1, 0, 0, 0);
    expect<i32>(failure(handle)).toBe(Errno.ECONNREFUSED);
  });

  it('answers an ACK of anything but our SYN by a RST, and stays', () => {
    arrives(ACK, IRS + 1, iss + 2, 0, 0);
    expect<u32>(answer()).toBe(RST);
    expect<i32>(state(handle)).toBe(State.SYN_RECEIVED);
  });

  it('answers the SYN once more by its SYN-ACK once more', () => {
    arrives(SYN, IRS, 0, 0, 0);
    expect<u32>(answer()).toBe(SYN | ACK);
    expect<u32>(sentSequence).toBe(iss);
  });
});

describe('ESTABLISHED', () => {
  beforeEach(established);

  it('challenges a SYN, whatever its number, at most twice a second', () => {
    expect<i32>(dropOf(arrives(SYN, IRS + 50, 0, 0, 1000))).toBe(Drop.SYN_IN_WINDOW);
    expect<u32>(answer()).toBe(ACK);
    expect<u32>(sentSequence).toBe(iss + 1);
    expect<u32>(sentAcknowledgment).toBe(IRS + 1);
    arrives(SYN, IRS + 50, 0, 0, 1499);
    expect<u32>(answer()).toBe(0);
    expect<i32>(dropOf(arrives(SYN, OUTSIDE, 0, 0, 1500))).toBe(Drop.OUT_OF_WINDOW);
    expect<u32>(answer()).toBe(ACK);
    expect<i32>(state(handle)).toBe(State.ESTABLISHED);
  });

  it('ends by a RST with exactly the next number, challenges one in the window, ignores others', () => {
    arrives(RST, OUTSIDE, 0, 0, 0);
    expect<u32>(answer()).toBe(0);
    arrives(RST, INSIDE, 0, 0, 0);
    expect<u32>(answer()).toBe(ACK);
    expect<i32>(state(handle)).toBe(State.ESTABLISHED);
    arrives(RST, IRS + 1, 0, 0, 0);
    expect<i32>(failure(handle)).toBe(Errno.ECONNRESET);
    expect<u32>(answer()).toBe(0);
  });

  it('challenges an ACK of what was never sent, and one older than a window', () => {
    expect<i32>(dropOf(arrives(ACK, IRS + 1, iss + 2, 0, 0))).toBe(Drop.ACK_UNACCEPTABLE);
    expect<u32>(answer()).toBe(ACK);
    expect<i32>(dropOf(arrives(ACK, IRS + 1, iss + 1 - 8193, 0, 1000))).toBe(Drop.ACK_UNACCEPTABLE);
    expect<u32>(answer(1000)).toBe(ACK);
    expect<i32>(dropOf(arrives(ACK, IRS + 1, iss + 1 - 8192, 0, 2000))).toBe(0);
  });

  it('answers what lies outside the window, on either side, with where it stands', () => {
    expect<i32>(dropOf(arrives(ACK, IRS, iss + 1, 0, 0))).toBe(Drop.OUT_OF_WINDOW);
    expect<u32>(answer()).toBe(ACK);
    expect<i32>(dropOf(arrives(ACK, OUTSIDE, iss + 1, 0, 1000))).toBe(Drop.OUT_OF_WINDOW);
    expect<u32>(answer(1000)).toBe(ACK);
    expect<i32>(dropOf(arrives(ACK, INSIDE, iss + 1, 0, 2000))).toBe(0);
  });

  it('drops what has no ACK', () => {
    expect<i32>(dropOf(arrives(FIN, IRS + 1, 0, 0, 0))).toBe(Drop.NO_ACK);
    expect<i32>(dropOf(arrives(0, IRS + 1, 0, 100, 0))).toBe(Drop.NO_ACK);
    expect<u32>(answer()).toBe(0);
    expect<i32>(received(handle)).toBe(0);
  });

  it('does not take a FIN beyond what it has, and says what it has', () => {
    arrives(FIN | ACK, IRS + 2, iss + 1, 0, 0);
    expect<u32>(answer()).toBe(ACK);
    expect<u32>(sentAcknowledgment).toBe(IRS + 1);
    expect<i32>(state(handle)).toBe(State.ESTABLISHED);
  });

  it('sends a bare RST at the next number when its app aborts', () => {
    expect<i32>(abort(handle)).toBe(0);
    expect<u32>(answer()).toBe(RST);
    expect<u32>(sentSequence).toBe(iss + 1);
    expect<u32>(connectionsUsed()).toBe(0);
    expect<i32>(state(handle)).toBe(Errno.EBADF);
  });
});

describe('the end, begun by the peer', () => {
  beforeEach(() => {
    established();
    arrives(FIN | ACK, IRS + 1, iss + 1, 0, 0);
  });

  it('is acknowledged: CLOSE-WAIT', () => {
    expect<u32>(answer()).toBe(ACK);
    expect<u32>(sentAcknowledgment).toBe(IRS + 2);
    expect<i32>(state(handle)).toBe(State.CLOSE_WAIT);
  });

  it('is acknowledged again when the FIN comes again', () => {
    answer();
    arrives(FIN | ACK, IRS + 1, iss + 1, 0, 0);
    expect<u32>(answer()).toBe(ACK);
    expect<u32>(sentAcknowledgment).toBe(IRS + 2);
  });

  it('is complete with our FIN and its ACK: LAST-ACK, then nothing is left', () => {
    answer();
    close(handle, 0);
    expect<u32>(answer()).toBe(FIN | ACK);
    expect<u32>(sentSequence).toBe(iss + 1);
    expect<i32>(<i32>Connection.at(CONNECTION_POOL).state).toBe(State.LAST_ACK);
    arrives(ACK, IRS + 2, iss + 2, 0, 0);
    expect<u32>(answer()).toBe(0);
    expect<u32>(connectionsUsed()).toBe(0);
    expect<u32>(timeWaitUsed()).toBe(0);
  });
});

describe('the end, begun by us', () => {
  beforeEach(() => {
    established();
    shutdown(handle);
    answer();
  });

  it('is FIN-WAIT-1, FIN-WAIT-2 by the ACK, TIME-WAIT by the FIN', () => {
    expect<i32>(state(handle)).toBe(State.FIN_WAIT_1);
    arrives(ACK, IRS + 1, iss + 2, 0, 0);
    expect<i32>(state(handle)).toBe(State.FIN_WAIT_2);
    arrives(FIN | ACK, IRS + 1, iss + 2, 0, 0);
    expect<i32>(state(handle)).toBe(State.TIME_WAIT);
    expect<u32>(answer()).toBe(ACK);
    expect<u32>(sentAcknowledgment).toBe(IRS + 2);
    expect<u32>(timeWaitUsed()).toBe(1);
  });

  it('is TIME-WAIT at once by a FIN that acknowledges ours', () => {
    arrives(FIN | ACK, IRS + 1, iss + 2, 0, 0);
    expect<i32>(state(handle)).toBe(State.TIME_WAIT);
    expect<u32>(answer()).toBe(ACK);
  });

  it('is CLOSING by a FIN that does not, then TIME-WAIT by the ACK', () => {
    arrives(FIN | ACK, IRS + 1, iss + 1, 0, 0);
    expect<i32>(state(handle)).toBe(State.CLOSING);
    expect<u32>(answer()).toBe(ACK);
    arrives(ACK, IRS + 2, iss + 2, 0, 0);
    expect<i32>(state(handle)).toBe(State.TIME_WAIT);
  });

  it('is over by a RST, in order in CLOSING and with ECONNRESET before', () => {
    arrives(RST, IRS + 1, 0, 0, 0);
    expect<i32>(failure(handle)).toBe(Errno.ECONNRESET);
  });

  it('is over in order by a RST in CLOSING', () => {
    arrives(FIN | ACK, IRS + 1, iss + 1, 0, 0);
    arrives(RST, IRS + 2, 0, 0, 0);
    expect<i32>(state(handle)).toBe(State.CLOSED);
    expect<i32>(failure(handle)).toBe(0);
  });
});

describe('TIME-WAIT', () => {
  beforeEach(() => {
    established();
    close(handle, 0);
    answer();
    arrives(FIN | ACK, IRS + 1, iss + 2, 0, 0);
    answer();
  });

  it('costs no connection', () => {
    expect<u32>(connectionsUsed()).toBe(0);
    expect<u32>(timeWaitUsed()).toBe(1);
  });

  it('acknowledges the FIN again, and begins anew', () => {
    arrives(FIN | ACK, IRS + 1, iss + 2, 0, 50000);
    expect<u32>(answer(50000)).toBe(ACK);
    expect<u32>(sentSequence).toBe(iss + 2);
    expect<u32>(sentAcknowledgment).toBe(IRS + 2);
    expireAll(109999);
    expect<u32>(timeWaitUsed()).toBe(1);
    expireAll(110064);
    expect<u32>(timeWaitUsed()).toBe(0);
  });

  it('ends after 60 s, rounded up to 64 ms', () => {
    expireAll(59999);
    expect<u32>(timeWaitUsed()).toBe(1);
    expireAll(60032);
    expect<u32>(timeWaitUsed()).toBe(0);
  });

  it('is not ended by a RST: RFC 1337', () => {
    expect<i32>(dropOf(arrives(RST, IRS + 2, 0, 0, 0))).toBe(Drop.RESET_TIME_WAIT);
    expect<u32>(timeWaitUsed()).toBe(1);
  });

  it('gives way to a SYN above the last number, and answers with one above its own', () => {
    arrives(SYN, IRS + 3, 0, 0, 0);
    expect<u32>(answer()).toBe(SYN | ACK);
    expect<i32>(<i32>(sentSequence - (iss + 2))).toBeGreaterThan(0);
    expect<u32>(timeWaitUsed()).toBe(0);
    expect<u32>(halfOpenUsed()).toBe(1);
  });

  it('answers an old SYN with where it stands', () => {
    expect<i32>(dropOf(arrives(SYN, IRS, 0, 0, 0))).toBe(Drop.SYN_IN_WINDOW);
    expect<u32>(answer()).toBe(ACK);
    expect<u32>(halfOpenUsed()).toBe(0);
  });
});
