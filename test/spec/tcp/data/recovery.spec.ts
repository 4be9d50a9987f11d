// First: the map of memory is to be seen before what it maps.
import { ACK, arrives, FIN, saysSack, tells } from '../../support/peer';
import {
  acks,
  connection,
  established,
  establishedFrom,
  handle,
  ourFirst,
  peerNext,
  peerSays,
  sent,
  writes,
} from '../../support/established';
import { expireAll, nextDeadline } from '../../../../assembly/core/deadline';
import { statistics } from '../../../../assembly/statistics';
import { shutdown } from '../../../../assembly/tcp/calls/close';

/**
 * Losses that duplicate ACKs tell of: RFC 5681 §3.2 with RFC 6582 (NewReno), RFC 3042 (limited transmit) and RFC 5827
 * (early retransmit). Segments of 100 bytes; ten are under way at first.
 */

function window(): u32 {
  return connection().congestionWindow;
}

function threshold(): u32 {
  return connection().slowStartThreshold;
}

/** So many bytes are written, and the first of ten segments is lost. */
function flies(written: u32): void {
  establishedFrom(1000, 100);
  writes(written);
  sent(0);
}

/** What is sent upon a duplicate ACK of so many bytes. */
function duplicate(acknowledged: u32): string {
  acks(acknowledged, 10);
  return sent(10);
}

/** Three duplicates; 1,200 bytes are then under way, two segments of them by limited transmit. */
function loses(written: u32): void {
  flies(written);
  duplicate(0);
  duplicate(0);
  duplicate(0);
}

describe('three duplicate ACKs', () => {
  it('have what is missing sent again at once', () => {
    flies(1000);
    expect<string>(duplicate(0)).toBe('');
    expect<string>(duplicate(0)).toBe('');
    expect<string>(duplicate(0)).toBe('0+100');
    // FlightSize / 2, and three segments more, which have left the network.
    expect<u32>(threshold()).toBe(500);
    expect<u32>(window()).toBe(800);
    expect<u32>(statistics().fastRetransmits).toBe(1);
    expect<u32>(statistics().timeouts).toBe(0);
  });

  it('do so once: the timer sees to the rest', () => {
    flies(1000);
    for (let time = 0; time < 3; time += 1) duplicate(0);
    for (let time = 0; time < 20; time += 1) expect<string>(duplicate(0)).toBe('');
    expect<u32>(statistics().fastRetransmits).toBe(1);
    expect<u32>(threshold()).toBe(500);
  });

  it('leave two segments at least as the threshold', () => {
    establishedFrom(1000, 100);
    writes(300);
    sent(0);
    duplicate(0);
    duplicate(0);
    expect<u32>(threshold()).toBe(200);
  });

  it('are none with data, with another window, with a FIN, or of less than was acknowledged', () => {
    flies(1000);
    for (let time = 0; time < 4; time += 1) peerSays(10, 0, 10);
    for (let time: u32 = 0; time < 4; time += 1) {
      tells(8000 + time);
      acks(0, 10);
    }
    expect<string>(sent(10)).toBe('1000+0');
    acks(100, 20);
    for (let time = 0; time < 4; time += 1) acks(50, 20);
    arrives(FIN | ACK, peerNext, ourFirst + 100, 0, 20);
    expect<string>(sent(20)).toBe('1000+0');
    expect<u32>(statistics().fastRetransmits).toBe(0);
    expect<u32>(window()).toBe(1100);
  });

  it('are none when nothing is under way', () => {
    establishedFrom(1000, 100);
    for (let time = 0; time < 5; time += 1) expect<string>(duplicate(0)).toBe('');
    writes(300);
    expect<string>(sent(20)).toBe('0+100 100+100 200+100');
    expect<u32>(window()).toBe(1000);
  });

  it('begin to count anew with each ACK of something new', () => {
    flies(1000);
    duplicate(0);
    duplicate(0);
    acks(100, 10);
    expect<string>(duplicate(100)).toBe('');
    expect<string>(duplicate(100)).toBe('');
    expect<string>(duplicate(100)).toBe('100+100');
  });

  it('count with another window where they tell what came out of order: RFC 6675 §2', () => {
    flies(1000);
    for (let time: u32 = 0; time < 3; time += 1) {
      tells(8000 - time);
      saysSack(ourFirst + 100, ourFirst + 200 + time * 100);
      acks(0, 10);
    }
    expect<string>(sent(10)).toBe('0+100');
  });
});

describe('limited transmit, RFC 3042', () => {
  it('lets one new segment out for each of the first two duplicates', () => {
    flies(2000);
    expect<string>(duplicate(0)).toBe('1000+100');
    expect<string>(duplicate(0)).toBe('1100+100');
    expect<u32>(window()).toBe(1000);
    expect<string>(duplicate(0)).toBe('0+100');
  });

  it('does not count what it has let out when the threshold is halved: RFC 5681 §3.2, 2', () => {
    loses(2000);
    expect<u32>(threshold()).toBe(500);
    expect<u32>(window()).toBe(800);
  });

  it('lets nothing out beyond the window of the peer', () => {
    establishedFrom(1000, 100);
    tells(1050);
    acks(0, 0);
    writes(2000);
    sent(0);
    expect<string>(duplicate(0)).toBe('');
    expect<string>(duplicate(0)).toBe('');
    expect<string>(duplicate(0)).toBe('0+100');
  });

  it('ends with an ACK of something new', () => {
    flies(3000);
    duplicate(0);
    duplicate(0);
    // 1000 + 100 from 100 on: no more than up to 1200, which is there.
    acks(100, 10);
    expect<string>(sent(10)).toBe('');
    acks(200, 10);
    expect<string>(sent(10)).toBe('1200+100 1300+100');
  });
});

describe('fast recovery', () => {
  it('lets a new segment out for each duplicate once half of the window has left the network', () => {
    loses(3000);
    // 1,200 bytes are under way, and the window is 800.
    for (let time = 0; time < 4; time += 1) expect<string>(duplicate(0)).toBe('');
    expect<u32>(window()).toBe(1200);
    expect<string>(duplicate(0)).toBe('1200+100');
    expect<string>(duplicate(0)).toBe('1300+100');
  });

  it('ends by the ACK of all that was under way when it began, with what then is, and a segment', () => {
    loses(3000);
    acks(1200, 20);
    // min(500, max(0, 100) + 100)
    expect<u32>(window()).toBe(200);
    expect<string>(sent(20)).toBe('1200+100 1300+100');
  });

  it('ends with the threshold at most', () => {
    loses(3000);
    for (let time = 0; time < 10; time += 1) duplicate(0);
    // From 1,200 to 1,800; min(500, 600 + 100)
    acks(1200, 20);
    expect<u32>(window()).toBe(500);
  });

  it('goes on by a partial ACK, which has the next hole sent at once, with what it says less and a segment more', () => {
    loses(2000);
    acks(300, 20);
    // 800 - 300 + 100
    expect<u32>(window()).toBe(600);
    expect<string>(sent(20)).toBe('300+100');
    expect<string>(duplicate(300)).toBe('');
    expect<u32>(window()).toBe(700);
    acks(500, 30);
    // 700 - 200 + 100
    expect<u32>(window()).toBe(600);
    expect<string>(sent(30)).toBe('500+100');
    acks(1200, 40);
    // min(500, max(0, 100) + 100)
    expect<u32>(window()).toBe(200);
    expect<u32>(statistics().fastRetransmits).toBe(1);
  });

  it('sends what was missing with what goes along behind it, and that not a second time', () => {
    loses(2000);
    acks(1150, 20);
    // 50 of the last segment, and 50 that are new; the window, of 100, lets no more out.
    expect<string>(sent(20)).toBe('1150+100');
    acks(1250, 30);
    expect<string>(sent(30)).toBe('1250+100 1350+100');
  });

  it('adds no segment for a partial ACK of less than one', () => {
    loses(2000);
    acks(50, 20);
    expect<u32>(window()).toBe(750);
    expect<string>(sent(20)).toBe('50+100');
  });

  it('leaves one segment at least after a partial ACK', () => {
    loses(2000);
    acks(1100, 20);
    // 800 - 1100 + 100 would be less than nothing.
    expect<u32>(window()).toBe(100);
    expect<string>(sent(20)).toBe('1100+100');
  });

  it('has the timer begin anew by a partial ACK', () => {
    loses(2000);
    acks(300, 900);
    sent(900);
    expireAll(1000);
    expect<string>(sent(1000)).toBe('');
    expect<i32>(nextDeadline(1000)).toBeGreaterThan(0);
  });

  it('ends by a timeout', () => {
    loses(2000);
    expireAll(1000);
    expect<u32>(window()).toBe(100);
    expect<string>(sent(1000)).toBe('0+100');
    acks(300, 1100);
    // Slow start, not a partial ACK.
    expect<u32>(window()).toBe(200);
    expect<string>(sent(1100)).toBe('300+100 400+100');
  });
});

describe('duplicates of what was sent again needlessly begin no recovery: RFC 6582 §3.2, 2', () => {
  it('while all before the last loss is not acknowledged, and a byte behind', () => {
    loses(3000);
    acks(1200, 20);
    sent(20);
    for (let time = 0; time < 3; time += 1) duplicate(1200);
    expect<u32>(statistics().fastRetransmits).toBe(1);
    acks(1300, 30);
    sent(30);
    for (let time = 0; time < 3; time += 1) duplicate(1300);
    expect<u32>(statistics().fastRetransmits).toBe(2);
  });

  it('after a timeout', () => {
    flies(3000);
    expireAll(1000);
    sent(1000);
    acks(100, 1100);
    sent(1100);
    for (let time = 0; time < 5; time += 1) duplicate(100);
    expect<u32>(statistics().fastRetransmits).toBe(0);
  });

  it('and let two new segments out at most, by limited transmit', () => {
    loses(3000);
    acks(1200, 20);
    expect<string>(sent(20)).toBe('1200+100 1300+100');
    expect<string>(duplicate(1200)).toBe('1400+100');
    expect<string>(duplicate(1200)).toBe('1500+100');
    for (let time = 0; time < 3; time += 1) expect<string>(duplicate(1200)).toBe('');
  });

  it('but those that tell of something behind do', () => {
    loses(3000);
    acks(1200, 20);
    sent(20);
    for (let time: u32 = 0; time < 3; time += 1) {
      saysSack(ourFirst + 1300, ourFirst + 1400);
      acks(1200, 20);
      sent(20);
    }
    expect<u32>(statistics().fastRetransmits).toBe(2);
  });

  it('and those that tell of something before do not', () => {
    loses(3000);
    acks(1200, 20);
    sent(20);
    for (let time: u32 = 0; time < 3; time += 1) {
      saysSack(ourFirst + 200, ourFirst + 300);
      acks(1200, 20);
      sent(20);
    }
    expect<u32>(statistics().fastRetransmits).toBe(1);
  });
});

describe('early retransmit, RFC 5827 §3.1: ceiling(under way / MSS) - 1 duplicates', () => {
  /** How many duplicates it takes until something is sent again, when so many bytes are under way and no more. */
  it('is after one of two segments, two of three, three of four and more', () => {
    expect<u32>(duplicatesFor(200)).toBe(1);
    expect<u32>(duplicatesFor(101)).toBe(1);
    expect<u32>(duplicatesFor(201)).toBe(2);
    expect<u32>(duplicatesFor(300)).toBe(2);
    expect<u32>(duplicatesFor(301)).toBe(3);
    expect<u32>(duplicatesFor(400)).toBe(3);
    expect<u32>(duplicatesFor(900)).toBe(3);
  });

  it('is not of one segment alone: no duplicate can tell of it', () => {
    expect<u32>(duplicatesFor(1)).toBeGreaterThanOrEqual(3);
    expect<u32>(duplicatesFor(100)).toBeGreaterThanOrEqual(3);
  });

  it('is not while more can be sent, for which duplicates will come', () => {
    establishedFrom(1000, 100);
    connection().congestionWindow = 300;
    writes(1000);
    expect<string>(sent(0)).toBe('0+100 100+100 200+100');
    expect<string>(duplicate(0)).toBe('300+100');
    expect<string>(duplicate(0)).toBe('400+100');
    expect<string>(duplicate(0)).toBe('0+100');
  });

  it('is where the window of the peer lets no more out', () => {
    establishedFrom(1000, 100);
    tells(300);
    acks(0, 0);
    writes(1000);
    expect<string>(sent(0)).toBe('0+100 100+100 200+100');
    expect<string>(duplicate(0)).toBe('');
    expect<string>(duplicate(0)).toBe('0+100');
  });
});

/** How many duplicates it takes until something is sent again, when so many bytes are under way and no more; 5: more. */
function duplicatesFor(bytes: u32): u32 {
  establishedFrom(1000, 100);
  // All of it may go, the last part too.
  connection().flags |= 32768;
  writes(bytes);
  sent(0);
  for (let count: u32 = 1; count < 5; count += 1) {
    const first = min<u32>(bytes, 100);
    if (duplicate(0) == `0+${first.toString()}`) return count;
  }
  return 5;
}

describe('a FIN that is alone under way', () => {
  it('is not sent again because of ACKs that do not acknowledge it, but by its timer', () => {
    established();
    shutdown(handle);
    expect<string>(sent(0)).toBe('0+0');
    acks(0, 10);
    expect<string>(sent(10)).toBe('');
    // What is then sent is an ACK behind it.
    peerSays(10, 0, 20);
    peerSays(10, 0, 20);
    expect<string>(sent(20)).toBe('1+0');
  });
});
