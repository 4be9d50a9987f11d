// First: the map of memory is to be seen before what it maps.
import { dropOf, routerRefuses } from '../../support/peer';
import {
  acks,
  connection,
  established,
  establishedFrom,
  handle,
  ourFirst,
  sent,
  writes,
} from '../../support/established';
import { expireAll, nextDeadline } from '../../../../assembly/core/deadline';
import { State } from '../../../../assembly/pool/connection';
import { Drop } from '../../../../assembly/statistics';
import { state } from '../../../../assembly/tcp/calls/status';

/** RFC 1191: a router says that a segment is too long for the next hop; RFC 5927: but is it of us? */

const TOO_LONG: u32 = 4;

/** 2,920 bytes are under way, the first 1,460 acknowledged: numbers 1,460 to 2,919. */
function underWay(): void {
  established();
  writes(2920);
  sent(0);
  acks(1460, 10);
}

function refused(offset: i32, mtu: u32): i32 {
  return dropOf(routerRefuses(TOO_LONG, ourFirst + offset, mtu, 20));
}

describe('a router that cannot forward a segment', () => {
  beforeEach(underWay);

  it('has what is under way sent again, smaller, at once, and all that follows', () => {
    expect<i32>(refused(1460, 576)).toBe(0);
    expect<string>(sent(20)).toBe('1460+536 1996+536 2532+388');
    acks(2920, 30);
    writes(1000);
    expect<string>(sent(30)).toBe('2920+536');
    expect<u32>(connection().maximumSegmentSize).toBe(536);
  });

  it('has nothing taken for lost by congestion', () => {
    refused(1460, 576);
    sent(20);
    expect<u32>(connection().congestionWindow).toBe(4096);
    expect<u32>(connection().slowStartThreshold).toBe(0x7fffffff);
  });

  it('has no round trip measured of what it made be sent again: Karn', () => {
    established();
    writes(1460);
    sent(0);
    refused(0, 576);
    sent(20);
    acks(1460, 500);
    expect<u32>(connection().smoothedRoundTrip).toBe(0);
  });

  it('is believed when it quotes the first or the last number under way', () => {
    expect<i32>(refused(2919, 576)).toBe(0);
    expect<u32>(connection().maximumSegmentSize).toBe(536);
  });

  it('is not believed when it quotes what is acknowledged, or was never sent: RFC 5927 §4.1', () => {
    expect<i32>(refused(1459, 576)).toBe(Drop.ICMP_IGNORED);
    expect<i32>(refused(2920, 576)).toBe(Drop.ICMP_IGNORED);
    expect<i32>(refused(0x40000000, 576)).toBe(Drop.ICMP_IGNORED);
    expect<string>(sent(20)).toBe('');
    expect<u32>(connection().maximumSegmentSize).toBe(1460);
    acks(2920, 30);
    expect<i32>(refused(2919, 576)).toBe(Drop.ICMP_IGNORED);
  });

  it('is not believed when it asks for more than is sent, or as much', () => {
    expect<i32>(refused(1460, 1500)).toBe(Drop.ICMP_IGNORED);
    expect<i32>(refused(1460, 65535)).toBe(Drop.ICMP_IGNORED);
    expect<string>(sent(20)).toBe('');
    expect<i32>(refused(1460, 1499)).toBe(0);
    expect<string>(sent(20)).toBe('1460+1459 2919+1');
  });

  it('that does not know the MTU has segments of 536 bytes sent', () => {
    expect<i32>(refused(1460, 0)).toBe(0);
    expect<u32>(connection().maximumSegmentSize).toBe(536);
  });

  it('has segments of 88 bytes sent at least', () => {
    expect<i32>(refused(1460, 41)).toBe(0);
    expect<u32>(connection().maximumSegmentSize).toBe(88);
    establishedFrom(1000, 88);
    writes(88);
    sent(0);
    expect<i32>(refused(0, 1)).toBe(Drop.ICMP_IGNORED);
  });

  it('has the timer run on as it was', () => {
    refused(1460, 576);
    sent(20);
    expect<i32>(nextDeadline(20)).toBeGreaterThan(0);
    expireAll(20 + nextDeadline(20));
    expect<string>(sent(1010)).toBe('1460+536');
  });
});

describe('a router that knows no way, or a host without the port', () => {
  it('does not end a connection that is established: RFC 5927 §5.2', () => {
    underWay();
    for (let code: u32 = 0; code <= 13; code += 1) {
      if (code != TOO_LONG) expect<i32>(dropOf(routerRefuses(code, ourFirst + 1460, 0, 20))).toBe(Drop.ICMP_IGNORED);
    }
    expect<i32>(state(handle)).toBe(State.ESTABLISHED);
    expect<string>(sent(20)).toBe('');
  });
});
