// First: the map of memory is to be seen before what it maps.
import { tells } from '../../support/peer';
import { acks, connection, establishedFrom, expiresNext, sent, writes } from '../../support/established';
import { expireAll } from '../../../../assembly/core/deadline';
import { TX_RING } from '../../../../assembly/profile';
import { statistics } from '../../../../assembly/statistics';

/** RFC 5681 §3.1, in segments of 100 bytes, so that the numbers can be worked by hand. */

function window(): u32 {
  return connection().congestionWindow;
}

function threshold(): u32 {
  return connection().slowStartThreshold;
}

/** Established, and the peer takes 100 bytes a segment. */
function hundreds(): void {
  establishedFrom(1000, 100);
}

describe('to begin with', () => {
  it('ten segments may be under way: RFC 6928', () => {
    hundreds();
    writes(4000);
    expect<string>(sent(0)).toBe('0+100 100+100 200+100 300+100 400+100 500+100 600+100 700+100 800+100 900+100');
    expect<u32>(window()).toBe(1000);
  });

  it('a ring may be, where it has not ten segments', () => {
    establishedFrom(1000, 1460);
    expect<u32>(window()).toBe(TX_RING);
    establishedFrom(1000, 409);
    expect<u32>(window()).toBe(4090);
    establishedFrom(1000, 410);
    expect<u32>(window()).toBe(TX_RING);
  });

  it('no more than the window of the peer may be', () => {
    hundreds();
    tells(350);
    acks(0, 0);
    writes(4000);
    expect<string>(sent(0)).toBe('0+100 100+100 200+100');
  });
});

describe('slow start', () => {
  beforeEach(() => {
    hundreds();
    writes(4000);
    sent(0);
  });

  it('lets two segments out for each that is acknowledged', () => {
    acks(100, 10);
    expect<u32>(window()).toBe(1100);
    expect<string>(sent(10)).toBe('1000+100 1100+100');
  });

  it('grows by a segment at most for an ACK, however much it acknowledges', () => {
    acks(200, 10);
    expect<u32>(window()).toBe(1100);
    acks(900, 20);
    expect<u32>(window()).toBe(1200);
  });

  it('grows by what was acknowledged: an ACK divided into ten gains a peer nothing', () => {
    for (let part: u32 = 1; part <= 10; part += 1) acks(part * 10, 10);
    expect<u32>(window()).toBe(1100);
  });

  it('does not grow by an ACK of nothing new', () => {
    acks(100, 10);
    acks(100, 11);
    acks(50, 12);
    expect<u32>(window()).toBe(1100);
  });

  it('ends at the length of the ring', () => {
    let all: u32 = 0;
    for (let round: u32 = 0; round < 60; round += 1) {
      all += 100;
      acks(all, 10);
      writes(4000);
      sent(10);
    }
    expect<u32>(window()).toBe(TX_RING);
  });
});

describe('congestion avoidance', () => {
  beforeEach(() => {
    hundreds();
    connection().slowStartThreshold = 1000;
    writes(4000);
    sent(0);
  });

  it('begins where the window is not below the threshold', () => {
    // MSS * bytes / cwnd: 100 * 100 / 1000
    acks(100, 10);
    expect<u32>(window()).toBe(1010);
  });

  it('grows by the bytes acknowledged, not by ACKs', () => {
    // 100 * 50 / 1000 = 5; 100 * 50 / 1005 = 4
    acks(50, 10);
    expect<u32>(window()).toBe(1005);
    acks(100, 10);
    expect<u32>(window()).toBe(1009);
    // 100 * 300 / 1009 = 29
    acks(400, 10);
    expect<u32>(window()).toBe(1038);
  });

  it('gains a peer nothing that divides its ACKs', () => {
    for (let part: u32 = 1; part <= 100; part += 1) acks(part, 10);
    // As one ACK of 100: 10 at most.
    expect<u32>(window()).toBeLessThanOrEqual(1010);
  });

  it('grows by no more than a segment in a round trip', () => {
    for (let part: u32 = 1; part <= 10; part += 1) acks(part * 100, 10);
    // 10 + 9 * 9: 10000 / 1010 to 10000 / 1082 are all 9 and a bit.
    expect<u32>(window()).toBe(1091);
  });

  it('is slow start below the threshold', () => {
    connection().slowStartThreshold = 1001;
    acks(100, 10);
    expect<u32>(window()).toBe(1100);
    acks(200, 10);
    // 100 * 100 / 1100
    expect<u32>(window()).toBe(1109);
  });
});

describe('a timeout', () => {
  beforeEach(() => {
    hundreds();
    writes(4000);
    sent(0);
  });

  it('halves the threshold to what was under way, and leaves one segment', () => {
    expireAll(1000);
    expect<u32>(threshold()).toBe(500);
    expect<u32>(window()).toBe(100);
    expect<string>(sent(1000)).toBe('0+100');
    expect<u32>(statistics().timeouts).toBe(1);
  });

  it('leaves the threshold when it is the second of the same segment: (4)', () => {
    expireAll(1000);
    sent(1000);
    expireAll(3000);
    sent(3000);
    expireAll(7000);
    expect<u32>(threshold()).toBe(500);
    expect<u32>(window()).toBe(100);
  });

  it('is followed by slow start up to the threshold, then avoidance', () => {
    expireAll(1000);
    sent(1000);
    acks(100, 1100);
    expect<string>(sent(1100)).toBe('100+100 200+100');
    acks(200, 1200);
    acks(300, 1200);
    expect<u32>(window()).toBe(400);
    acks(400, 1300);
    expect<u32>(window()).toBe(500);
    // 100 * 100 / 500
    acks(500, 1300);
    expect<u32>(window()).toBe(520);
  });

  it('halves again when something was acknowledged meanwhile', () => {
    expireAll(1000);
    sent(1000);
    acks(500, 1100);
    expect<string>(sent(1100)).toBe('500+100 600+100');
    // No more than half of the 500 that are not acknowledged, and not less than two segments. Choice: half of the
    // window, of 200, since what was sent before the first timeout was taken for lost.
    expiresNext(1100);
    expect<u32>(threshold()).toBe(200);
  });

  it('leaves two segments at least as the threshold', () => {
    acks(1000, 10);
    hundreds();
    writes(300);
    sent(0);
    expireAll(1000);
    expect<u32>(threshold()).toBe(200);
  });

  it('is none when the window is closed: a probe says nothing of a loss', () => {
    hundreds();
    tells(0);
    acks(0, 0);
    writes(500);
    sent(0);
    expiresNext(0);
    expect<u32>(window()).toBe(1000);
    expect<u32>(threshold()).toBe(0x7fffffff);
    expect<u32>(statistics().timeouts).toBe(0);
  });
});
