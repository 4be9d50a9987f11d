// First: the map of memory is to be seen before what it maps.
import { ACK, arrives, FIN, REMOTE, bootCore, introduces, RST, sends } from '../../support/peer';
import {
  acks,
  connection,
  established,
  expiresNext,
  handle,
  listener,
  ourFirst,
  peerNext,
  sent,
  synReceived,
  writes,
} from '../../support/established';
import { Pending, pending } from '../../../../assembly/core/pending';
import { Errno } from '../../../../assembly/errno';
import { ringOf, State } from '../../../../assembly/pool/connection';
import { EventKind, nextEvent } from '../../../../assembly/pool/lists/events';
import { TX_RING, RX_RING } from '../../../../assembly/profile';
import { close, shutdown } from '../../../../assembly/tcp/calls/close';
import { connect } from '../../../../assembly/tcp/calls/connect';
import { Option, setOption } from '../../../../assembly/tcp/calls/option';
import { send, sendAt, sendSpace, write } from '../../../../assembly/tcp/calls/send';
import { state } from '../../../../assembly/tcp/calls/status';

/** Where the send ring begins. */
function ring(): usize {
  return ringOf(connection()) + RX_RING;
}

/** The ring is full, and all of it sent; then all but the last `left` bytes are acknowledged. */
function leaves(left: u32): void {
  hasten();
  assert(writes(TX_RING) == TX_RING);
  sent(0);
  acks(TX_RING - left, 0);
}

/** Established, and small segments are sent at once. */
function hasten(): void {
  established();
  setOption(handle, Option.NO_DELAY, 1, 0);
}

describe('the send ring', () => {
  beforeEach(hasten);

  it('has all its space when it is empty, at its beginning', () => {
    expect<i32>(sendSpace(handle)).toBe(TX_RING);
    expect<usize>(sendAt(handle)).toBe(ring());
    // Where it stood does not matter.
    writes(1000);
    sent(0);
    acks(1000, 0);
    expect<i32>(sendSpace(handle)).toBe(TX_RING);
    expect<usize>(sendAt(handle)).toBe(ring());
  });

  it('has space behind what was written', () => {
    writes(1001);
    expect<i32>(sendSpace(handle)).toBe(<i32>TX_RING - 1001);
    expect<usize>(sendAt(handle)).toBe(ring() + 1001);
  });

  it('takes what is exactly all of it, and nothing more', () => {
    expect<i32>(send(handle, TX_RING)).toBe(TX_RING);
    expect<i32>(sendSpace(handle)).toBe(0);
    expect<i32>(send(handle, 0)).toBe(0);
    expect<i32>(send(handle, 1)).toBe(Errno.EINVAL);
  });

  it('takes nothing, and sends nothing, of what is more than its space', () => {
    expect<i32>(send(handle, TX_RING + 1)).toBe(Errno.EINVAL);
    expect<i32>(send(handle, <u32>-1)).toBe(Errno.EINVAL);
    expect<i32>(send(handle, 0x80000000)).toBe(Errno.EINVAL);
    expect<string>(sent(0)).toBe('');
    writes(96);
    sent(0);
    expect<i32>(send(handle, TX_RING - 95)).toBe(Errno.EINVAL);
    expect<string>(sent(0)).toBe('');
    expect<i32>(sendSpace(handle)).toBe(<i32>TX_RING - 96);
  });

  it('sends nothing for 0 bytes', () => {
    expect<i32>(send(handle, 0)).toBe(0);
    expect<string>(sent(0)).toBe('');
  });

  it('sends data of every length as it was written', () => {
    let all: u32 = 0;
    for (let length: u32 = 1; length < 40; length += 1) {
      writes(length);
      expect<string>(sent(0)).toBe(`${all.toString()}+${length.toString()}`);
      all += length;
    }
  });

  it('has the space of what was acknowledged, where the ring begins again', () => {
    leaves(100);
    expect<i32>(sendSpace(handle)).toBe(<i32>TX_RING - 100);
    expect<usize>(sendAt(handle)).toBe(ring());
    // An ACK of a part gives a part.
    leaves(3000);
    expect<i32>(sendSpace(handle)).toBe(<i32>TX_RING - 3000);
  });

  it('gives its space in two parts where it wraps, and takes no more than the first at once', () => {
    writes(4000);
    sent(0);
    acks(3000, 0);
    expect<i32>(sendSpace(handle)).toBe(96);
    expect<i32>(send(handle, 97)).toBe(Errno.EINVAL);
    expect<u32>(writes(4096)).toBe(96 + 3000);
    expect<i32>(sendSpace(handle)).toBe(0);
  });
});

describe('a segment that lies across the end of the ring', () => {
  it('is sent as it was written, wherever it begins', () => {
    for (let left: u32 = 1; left <= 24; left += 1) {
      leaves(left);
      writes(100);
      expect<string>(sent(0)).toBe(`${TX_RING.toString()}+100`);
      // What is left is sent again, now with what lies at the beginning of the ring.
      const now = expiresNext(0);
      expect<string>(sent(now)).toBe(`${(TX_RING - left).toString()}+${(left + 100).toString()}`);
    }
  });

  it('ends exactly there, too', () => {
    leaves(24);
    const now = expiresNext(0);
    expect<string>(sent(now)).toBe(`${(TX_RING - 24).toString()}+24`);
  });

  it('is right when the ring has gone round many times, by odd steps', () => {
    hasten();
    let all: u32 = 0;
    for (let round: u32 = 0; round < 200; round += 1) {
      const length = 1 + ((round * 997) % 1460);
      // One byte is left from before, so the ring never begins anew.
      writes(length);
      const said = sent(0);
      expect<bool>(said.includes('!')).toBe(false, said);
      all += length;
      acks(all - 1, 0);
      expect<bool>(sent(0).includes('!')).toBe(false);
    }
    expect<u32>(connection().sendQueued).toBe(1);
  });
});

/** The kinds of the next event. */
function told(): u32 {
  const event = nextEvent();
  return event === null ? 0 : event.kinds;
}

describe('space again', () => {
  beforeEach(() => {
    established();
    while (nextEvent() !== null) continue;
    writes(TX_RING);
    sendSpace(handle);
    sent(0);
  });

  it('is told when a whole segment more has room, once', () => {
    acks(1459, 0);
    expect<u32>(told()).toBe(0);
    acks(1460, 0);
    expect<u32>(told()).toBe(EventKind.WRITABLE);
    acks(2000, 0);
    expect<u32>(told()).toBe(0);
  });

  it('is told again when the app has asked again', () => {
    acks(1460, 0);
    told();
    sendSpace(handle);
    acks(1461, 0);
    expect<u32>(told()).toBe(EventKind.WRITABLE);
  });
});

describe('SEND', () => {
  it('waits in SYN-SENT and SYN-RECEIVED for the connection, RFC 9293 §3.10.2', () => {
    synReceived(1000);
    expect<u32>(writes(500)).toBe(500);
    expect<i32>(pending() & Pending.FRAME).toBe(0);
    expect<string>(sent(0)).toBe('');
    arrives(ACK, 1001, ourFirst, 0, 10);
    expect<string>(sent(10)).toBe('0+500');
    bootCore(9);
    introduces(0);
    const early = connect(REMOTE, 80, 1000, 0);
    expect<i32>(sendSpace(early)).toBe(TX_RING);
    expect<i32>(send(early, 10)).toBe(10);
  });

  it('goes on in CLOSE-WAIT', () => {
    established();
    arrives(FIN | ACK, peerNext, ourFirst, 0, 0);
    sends(0);
    expect<i32>(sendSpace(handle)).toBe(TX_RING);
    writes(10);
    expect<string>(sent(0)).toBe('0+10');
  });

  it('is EPIPE once the app has said that it was all, and once the connection is over', () => {
    // FIN-WAIT-1, FIN-WAIT-2, TIME-WAIT
    established();
    shutdown(handle);
    sends(0);
    expectPipe(State.FIN_WAIT_1);
    arrives(ACK, peerNext, ourFirst + 1, 0, 0);
    expectPipe(State.FIN_WAIT_2);
    arrives(FIN | ACK, peerNext, ourFirst + 1, 0, 0);
    expectPipe(State.TIME_WAIT);
    // CLOSING
    established();
    shutdown(handle);
    sends(0);
    arrives(FIN | ACK, peerNext, ourFirst, 0, 0);
    expectPipe(State.CLOSING);
    // LAST-ACK
    established();
    arrives(FIN | ACK, peerNext, ourFirst, 0, 0);
    shutdown(handle);
    sends(0);
    expectPipe(State.LAST_ACK);
    // CLOSED
    established();
    arrives(RST, peerNext, 0, 0, 0);
    expectPipe(State.CLOSED);
  });

  it('is EBADF by a handle that was closed, is none, or is a listener', () => {
    established();
    const stale = handle;
    close(handle, 0);
    expectBad(stale);
    expectBad(0);
    expectBad(-1);
    expectBad(listener);
  });
});

function expectPipe(expected: State): void {
  expect<i32>(state(handle)).toBe(expected);
  expect<i32>(sendSpace(handle)).toBe(Errno.EPIPE);
  expect<i32>(send(handle, 1)).toBe(Errno.EPIPE);
  expect<i32>(send(handle, 0)).toBe(Errno.EPIPE);
}

function expectBad(bad: i32): void {
  expect<i32>(sendSpace(bad)).toBe(Errno.EBADF);
  expect<usize>(sendAt(bad)).toBe(0);
  expect<i32>(send(bad, 0)).toBe(Errno.EBADF);
  expect<bool>(write(bad, 64, 0)).toBe(false);
}

describe('what a linked app writes', () => {
  beforeEach(hasten);

  it('is all taken, across the end of the ring as well, or nothing of it', () => {
    writes(TX_RING);
    sent(0);
    acks(4000, 0);
    // 96 bytes are left; 4,000 are free, of which the ring's end cuts nothing.
    expect<bool>(write(handle, ring(), 4001)).toBe(false);
    expect<u32>(connection().sendQueued).toBe(96);
    expect<bool>(write(handle, ring(), 4000)).toBe(true);
    expect<u32>(connection().sendQueued).toBe(TX_RING);
  });

  it('lies in order where it wraps', () => {
    writes(4090);
    sent(0);
    acks(4080, 0);
    // 6 bytes to the end of the ring, 4 at its beginning.
    const from = ringOf(connection());
    for (let index: usize = 0; index < 10; index += 1) store<u8>(from + index, <u8>(200 + index));
    expect<bool>(write(handle, from, 10)).toBe(true);
    for (let index: usize = 0; index < 10; index += 1) {
      const at: usize = (4090 + index) % <usize>TX_RING;
      expect<u32>(load<u8>(ring() + at)).toBe(200 + <u32>index);
    }
  });
});
