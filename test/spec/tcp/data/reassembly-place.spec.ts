// First: the map of memory is to be seen before what it maps.
import { ACK, arrives, sends, sentFlags, sentSequence, sentWindow, speaksFrom, SYN } from '../../support/peer';
import { connection, established, fillsWindow, handle, listener, ourFirst, peerNext } from '../../support/established';
import { comes, pieces } from '../../support/pieces';
import { CONNECTION_POOL } from '../../../../assembly/memory';
import { Connection, State } from '../../../../assembly/pool/connection';
import { statistics } from '../../../../assembly/statistics';
import { accept } from '../../../../assembly/tcp/calls/listen';
import { Option, setOption } from '../../../../assembly/tcp/calls/option';
import { consume } from '../../../../assembly/tcp/calls/receive';
import { state } from '../../../../assembly/tcp/calls/status';

/** What is kept of data out of order lies between other things, which have to stay as they are. */

function second(): Connection {
  return Connection.at(CONNECTION_POOL + offsetof<Connection>());
}

describe('pieces that come, join, and are forgotten', () => {
  it('leave the rest of the connection, and the next one, as they are', () => {
    established();
    setOption(handle, Option.KEEP_ALIVE, 0x5a5a, 0);
    setOption(handle, Option.USER_TIMEOUT, 0x1234 << 6, 0);
    speaksFrom(40001);
    arrives(SYN, 77, 0, 0, 0);
    sends(0);
    arrives(ACK, 78, sentSequence + 1, 0, 0);
    const other = accept(listener);
    speaksFrom(40000);
    const queued = connection().receiveQueued;
    const key = second().key;
    let random: u32 = 3;
    for (let step: u32 = 0; step < 400; step += 1) {
      random = random * 1664525 + 1013904223;
      // 40 places of 20 bytes, from 1 to 3 of them at once; now and then the first hole is filled in part.
      const place = (random >> 8) % 40;
      comes(10 + <i32>place * 20, 10 + 20 * ((random >> 20) % 3));
      sends(0);
      assert(pieces().split(' ').length <= 4);
      expect<u32>(<u32>connection().keepAliveSeconds).toBe(0x5a5a);
      expect<u32>(<u32>connection().userTimeoutUnits).toBe(0x1234);
      expect<u32>(connection().receiveQueued).toBe(queued);
      if (step % 10 == 9) forgetsPieces();
    }
    expect<u64>(second().key).toBe(key);
    expect<i32>(state(other)).toBe(State.ESTABLISHED);
  });
});

/** Begins anew without pieces. */
function forgetsPieces(): void {
  memory.fill(connection().address + offsetof<Connection>('piece0'), 0, 16);
}

describe('data that comes to a closed window', () => {
  it('is counted as beyond it, not as out of order, and answered', () => {
    established();
    fillsWindow(0, 0, 0);
    const before = statistics().outOfOrder;
    arrives(ACK, peerNext, ourFirst, 100, 100);
    sends(100);
    expect<u32>(sentFlags).toBe(ACK);
    expect<u32>(sentWindow).toBe(0);
    expect<u32>(statistics().beyondWindow).toBe(1);
    expect<u32>(statistics().outOfOrder).toBe(before);
    consume(handle, 2048);
    sends(110);
    arrives(ACK, peerNext, ourFirst, 100, 120);
    expect<u32>(statistics().beyondWindow).toBe(1);
    expect<u32>(connection().receiveNext).toBe(peerNext + 100);
  });
});
