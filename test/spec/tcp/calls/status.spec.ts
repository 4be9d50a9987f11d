// First: the map of memory is to be seen before what it maps.
import { PEER_PORT, PORT, REMOTE } from '../../support/peer';
import { established, handle, listener } from '../../support/established';
import { Errno } from '../../../../assembly/errno';
import { State } from '../../../../assembly/pool/connection';
import { close } from '../../../../assembly/tcp/calls/close';
import { Option, setOption } from '../../../../assembly/tcp/calls/option';
import { failure, localPort, remoteAddress, remotePort, state } from '../../../../assembly/tcp/calls/status';

/** STATUS: RFC 9293 §3.10.6. */

function expectBad(bad: i32): void {
  expect<i32>(state(bad)).toBe(Errno.EBADF);
  expect<i32>(failure(bad)).toBe(Errno.EBADF);
  expect<i32>(localPort(bad)).toBe(Errno.EBADF);
  expect<i32>(remotePort(bad)).toBe(Errno.EBADF);
  expect<u32>(remoteAddress(bad)).toBe(0);
  expect<i32>(setOption(bad, Option.NO_DELAY, 1, 0)).toBe(Errno.EBADF);
}

describe('STATUS', () => {
  beforeEach(established);

  it('of a connection says its state and both ends', () => {
    expect<i32>(state(handle)).toBe(State.ESTABLISHED);
    expect<i32>(failure(handle)).toBe(0);
    expect<i32>(localPort(handle)).toBe(PORT);
    expect<i32>(remotePort(handle)).toBe(PEER_PORT);
    expect<u32>(remoteAddress(handle)).toBe(REMOTE);
  });

  it('of a listener says its port, and that there is no other end', () => {
    expect<i32>(state(listener)).toBe(State.LISTEN);
    expect<i32>(failure(listener)).toBe(0);
    expect<i32>(localPort(listener)).toBe(PORT);
    expect<i32>(remotePort(listener)).toBe(0);
    expect<u32>(remoteAddress(listener)).toBe(0);
    expect<i32>(setOption(listener, Option.NO_DELAY, 1, 0)).toBe(Errno.EBADF);
  });

  it('of no handle, and of one that was let go, is EBADF', () => {
    const stale = handle;
    const staleListener = listener;
    close(handle, 0);
    close(listener, 0);
    expectBad(stale);
    expectBad(staleListener);
    expectBad(0);
    expectBad(-1);
    expectBad(0x7fffffff);
  });
});
