// First: the map of memory is to be seen before what it maps.
import {
  ACK,
  arrives,
  bootCore,
  introduces,
  PORT,
  RST,
  sends,
  sentFlags,
  sentSequence,
  speaksFrom,
  SYN,
} from '../../support/peer';
import { connection } from '../../support/established';
import { expireAll, nextDeadline } from '../../../../assembly/core/deadline';
import { PoolName, poolUse } from '../../../../assembly/statistics';
import { accept, listen } from '../../../../assembly/tcp/calls/listen';

/** SYN-RECEIVED after a passive open, in an entry that was another's before: nothing of that one is left. */

let listener: i32 = 0;

/** A handshake whose SYN-ACK was sent three times; it ends by a RST at 4,000 ms, and its entry is free. */
function another(): void {
  bootCore(9);
  introduces(0);
  listener = listen(PORT, 4);
  speaksFrom(40001);
  arrives(SYN, 500, 0, 0, 0);
  sends(0);
  expireAll(1000);
  sends(1000);
  expireAll(3000);
  sends(3000);
  assert(sentFlags == (SYN | ACK));
  arrives(RST, 501, 0, 0, 4000);
  assert(poolUse(PoolName.HALF_OPEN).used == 0);
  speaksFrom(40002);
}

describe('a half-open entry that was used before', () => {
  beforeEach(another);

  it('has its SYN-ACK sent again after 1, 3, 7 and 15 s, from when its own SYN came', () => {
    arrives(SYN, 900, 0, 0, 4000);
    sends(4000);
    let now: u32 = 4000;
    const due: u32[] = [5000, 7000, 11000, 19000];
    for (let index = 0; index < due.length; index += 1) {
      // The peer's MAC may be asked for meanwhile.
      introduces(now);
      sends(now);
      while (now < due[index]) now += nextDeadline(now);
      expect<u32>(now).toBe(due[index]);
      expireAll(now);
      introduces(now);
      sends(now);
    }
    expireAll(34999);
    expect<u32>(poolUse(PoolName.HALF_OPEN).used).toBe(1);
    expireAll(35000);
    expect<u32>(poolUse(PoolName.HALF_OPEN).used).toBe(0);
  });

  it('has not lost its SYN: RFC 6298 §5.7 is not for it', () => {
    arrives(SYN, 900, 0, 0, 4000);
    sends(4000);
    arrives(ACK, 901, sentSequence + 1, 0, 4010);
    expect<i32>(accept(listener)).toBeGreaterThan(0);
    expect<u32>(<u32>connection().retransmissionTimeout).toBe(1000);
    // Ten segments of 536 bytes are more than the ring.
    expect<u32>(connection().congestionWindow).toBe(4096);
  });
});
