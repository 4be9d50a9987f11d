// First: the map of memory is to be seen before what it maps.
import { ACK, arrives, byteAt, FIN, RST, sends } from '../../support/peer';
import {
  connection,
  established,
  establishedFrom,
  handle,
  listener,
  ourFirst,
  peerNext,
  peerSays,
  sent,
} from '../../support/established';
import { Errno } from '../../../../assembly/errno';
import { ringOf } from '../../../../assembly/pool/connection';
import { EventKind, nextEvent } from '../../../../assembly/pool/lists/events';
import { RX_RING } from '../../../../assembly/profile';
import { close } from '../../../../assembly/tcp/calls/close';
import { consume, received, receivedAt } from '../../../../assembly/tcp/calls/receive';
import { failure } from '../../../../assembly/tcp/calls/status';

/** The number of the first byte that the app has not read. */
let unread: u32 = 0;

/** The app reads all that there is, part by part, and each byte is the peer's: how many parts; 99: a byte is wrong. */
function reads(): u32 {
  let parts: u32 = 0;
  // Each round reads one part; there are two at most.
  for (let length = received(handle); length > 0; length = received(handle)) {
    const at = receivedAt(handle);
    for (let index: u32 = 0; index < <u32>length; index += 1) {
      if (load<u8>(at + index) != byteAt(unread + index)) return 99;
    }
    unread += length;
    consume(handle, length);
    parts += 1;
  }
  return parts;
}

function begins(): void {
  established();
  unread = peerNext;
}

describe('the receive ring', () => {
  beforeEach(begins);

  it('has nothing at first', () => {
    expect<i32>(received(handle)).toBe(0);
    expect<usize>(receivedAt(handle)).toBe(ringOf(connection()));
    expect<i32>(consume(handle, 0)).toBe(0);
    expect<i32>(consume(handle, 1)).toBe(Errno.EINVAL);
  });

  it('has what arrived, of every length, in order', () => {
    for (let length: u32 = 1; length < 40; length += 1) {
      peerSays(length, 0, 0);
      sends(0);
      expect<i32>(received(handle)).toBe(length);
      expect<u32>(reads()).toBe(1);
    }
  });

  it('gives up only what the app has consumed', () => {
    peerSays(100, 0, 0);
    expect<i32>(consume(handle, 37)).toBe(37);
    expect<i32>(received(handle)).toBe(63);
    expect<usize>(receivedAt(handle)).toBe(ringOf(connection()) + 37);
    expect<u32>(load<u8>(receivedAt(handle))).toBe(byteAt(unread + 37));
  });

  it('gives up nothing of more than there is', () => {
    peerSays(100, 0, 0);
    expect<i32>(consume(handle, 101)).toBe(Errno.EINVAL);
    expect<i32>(consume(handle, <u32>-1)).toBe(Errno.EINVAL);
    expect<i32>(consume(handle, 0x80000000)).toBe(Errno.EINVAL);
    expect<i32>(received(handle)).toBe(100);
    expect<u32>(reads()).toBe(1);
  });

  it('is full with exactly its length, and takes not a byte more', () => {
    for (let part: u32 = 0; part < 4; part += 1) peerSays(1024, 0, 0);
    sends(0);
    expect<i32>(received(handle)).toBe(RX_RING);
    arrives(ACK, peerNext, ourFirst, 10, 0);
    expect<i32>(received(handle)).toBe(RX_RING);
    expect<u32>(reads()).toBe(1);
  });

  it('takes of a segment what has room, and cuts the rest off', () => {
    for (let part: u32 = 0; part < 3; part += 1) peerSays(1300, 0, 0);
    peerSays(1300, 0, 0);
    expect<i32>(received(handle)).toBe(RX_RING);
    expect<u32>(connection().receiveNext).toBe(unread + RX_RING);
    expect<u32>(reads()).toBe(1);
  });

  it('takes of a segment that begins before what it has only what is new', () => {
    peerSays(100, 0, 0);
    arrives(ACK, peerNext - 30, ourFirst, 50, 0);
    expect<i32>(received(handle)).toBe(120);
    expect<u32>(reads()).toBe(1);
  });

  it('wraps at every offset before its end', () => {
    for (let left: u32 = 0; left <= 24; left += 1) {
      begins();
      for (let part: u32 = 0; part < 4; part += 1) {
        peerSays(part < 3 ? 1024 : 1024 - left, 0, 0);
        sends(0);
      }
      expect<u32>(reads()).toBe(1);
      sends(0);
      peerSays(100, 0, 0);
      // In two parts: to the end of the ring, and from its beginning.
      expect<i32>(received(handle)).toBe(left == 0 ? 100 : left);
      expect<i32>(consume(handle, left + 1)).toBe(left == 0 ? 1 : Errno.EINVAL);
      if (left == 0) unread += 1;
      expect<u32>(reads()).toBe(left == 0 ? 1 : 2);
      expect<usize>(receivedAt(handle)).toBe(ringOf(connection()) + 100 - left);
    }
  });

  it('is right when it has gone round many times, by odd steps', () => {
    for (let round: u32 = 0; round < 200; round += 1) {
      peerSays(1 + ((round * 997) % 1460), 0, 0);
      sends(0);
      expect<bool>(reads() <= 2).toBe(true);
      sends(0);
    }
    expect<u32>(unread).toBe(peerNext);
  });

  it('can be read when the peer has sent its FIN, and when it has sent a RST', () => {
    peerSays(100, 0, 0);
    arrives(FIN | ACK, peerNext, ourFirst, 0, 0);
    expect<i32>(received(handle)).toBe(100);
    expect<i32>(consume(handle, 40)).toBe(40);
    arrives(RST, peerNext + 1, 0, 0, 0);
    expect<i32>(failure(handle)).toBe(Errno.ECONNRESET);
    unread += 40;
    expect<i32>(received(handle)).toBe(60);
    expect<u32>(reads()).toBe(1);
    // Nobody is told of a window any more.
    expect<string>(sent(0)).toBe('');
  });

  it('has nobody told of its window when nothing more can come', () => {
    peerSays(1460, 0, 0);
    peerSays(1460, 0, 0);
    arrives(FIN | ACK, peerNext, ourFirst, 0, 0);
    sends(0);
    expect<i32>(consume(handle, 2900)).toBe(2900);
    expect<u32>(sends(0)).toBe(0);
    begins();
    peerSays(1460, 0, 0);
    peerSays(1460, 0, 0);
    sends(0);
    arrives(RST, peerNext, 0, 0, 0);
    expect<i32>(consume(handle, 2920)).toBe(2920);
    expect<u32>(sends(0)).toBe(0);
  });

  it('is EBADF by a handle that was closed, is none, or is a listener', () => {
    const stale = handle;
    close(handle, 0);
    expectBad(stale);
    expectBad(0);
    expectBad(listener);
  });
});

function expectBad(bad: i32): void {
  expect<i32>(received(bad)).toBe(Errno.EBADF);
  expect<usize>(receivedAt(bad)).toBe(0);
  expect<i32>(consume(bad, 0)).toBe(Errno.EBADF);
}

describe('data that arrives', () => {
  it('is told: READABLE', () => {
    begins();
    while (nextEvent() !== null) continue;
    // Nothing is told of what has a hole before it.
    arrives(ACK, peerNext + 10, ourFirst, 10, 0);
    expect<bool>(nextEvent() === null).toBe(true);
    peerSays(10, 0, 0);
    const event = nextEvent();
    expect<u32>(event === null ? 0 : event.kinds).toBe(EventKind.READABLE);
    expect<i32>(received(handle)).toBe(20);
  });

  it('crosses the wrap of the sequence numbers', () => {
    for (let irs: u32 = 0xffffff98; irs != 0x0000001; irs += 1) {
      establishedFrom(irs, 1460);
      unread = peerNext;
      peerSays(100, 0, 0);
      expect<u32>(reads()).toBe(1);
      expect<u32>(unread).toBe(irs + 101);
    }
  });
});
