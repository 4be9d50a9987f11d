// First: the map of memory is to be seen before what it maps.
import {
  ACK,
  arrives,
  FIN,
  PSH,
  sendsOne,
  sentAcknowledgment,
  sentFlags,
  sentLength,
  sentSequence,
  tells,
} from '../support/peer';
import {
  acks,
  connection,
  established,
  establishedFrom,
  expiresNext,
  handle,
  ourFirst,
  peerNext,
  peerSays,
  sent,
  writes,
} from '../support/established';
import { expireAll, nextDeadline } from '../../../assembly/core/deadline';
import { State } from '../../../assembly/pool/connection';
import { shutdown } from '../../../assembly/tcp/calls/close';
import { Option, setOption } from '../../../assembly/tcp/calls/option';
import { state } from '../../../assembly/tcp/calls/status';

/** When data is sent, and with what. RFC 9293 §3.7.4, §3.8.6.2.1, §3.9.1.2. */

/** The flags of each segment that is sent now, as letters, one after the other: "- P PF". */
function flagsSent(now: u32): string {
  let all = '';
  while (sendsOne(now)) {
    if (all.length != 0) all += ' ';
    all += (sentFlags & PSH ? 'P' : '') + (sentFlags & FIN ? 'F' : '') + (sentFlags & (PSH | FIN) ? '' : '-');
  }
  return all;
}

describe('segments are as long as the peer takes them', () => {
  it('of what its SYN says, up to what Ethernet has room for', () => {
    establishedFrom(1000, 700);
    writes(2100);
    expect<string>(sent(0)).toBe('0+700 700+700 1400+700');
    establishedFrom(1000, 9000);
    writes(2920);
    expect<string>(sent(0)).toBe('0+1460 1460+1460');
  });

  it('of 536 bytes where it says nothing: MUST-15', () => {
    establishedFrom(1000, 0);
    writes(1072);
    expect<string>(sent(0)).toBe('0+536 536+536');
  });

  it('of 88 bytes where it says less', () => {
    establishedFrom(1000, 1);
    writes(176);
    expect<string>(sent(0)).toBe('0+88 88+88');
  });
});

describe('Nagle: a small segment', () => {
  beforeEach(established);

  it('is sent at once when nothing is under way', () => {
    writes(1);
    expect<string>(sent(0)).toBe('0+1');
  });

  it('waits while something is under way, and goes with all that has come meanwhile', () => {
    writes(1);
    sent(0);
    writes(10);
    expect<string>(sent(10)).toBe('');
    writes(20);
    expect<string>(sent(20)).toBe('');
    acks(1, 30);
    expect<string>(sent(30)).toBe('1+30');
  });

  it('waits until all under way is acknowledged, not a part of it', () => {
    writes(2920);
    sent(0);
    writes(10);
    acks(1460, 10);
    expect<string>(sent(10)).toBe('');
    acks(2920, 20);
    expect<string>(sent(20)).toBe('2920+10');
  });

  it('goes as soon as there is enough for a whole one', () => {
    writes(1);
    sent(0);
    writes(1459);
    expect<string>(sent(10)).toBe('');
    writes(1);
    expect<string>(sent(10)).toBe('1+1460');
  });

  it('waits behind whole ones that are sent', () => {
    writes(1461);
    expect<string>(sent(0)).toBe('0+1460');
    acks(1460, 10);
    expect<string>(sent(10)).toBe('1460+1');
  });

  it('waits for a peer whose window is small, too', () => {
    establishedFrom(1000, 1460, false, 1000);
    writes(400);
    expect<string>(sent(0)).toBe('0+400');
    // Half of the largest window, but something is under way: the bracket of rule (3).
    writes(500);
    expect<string>(sent(0)).toBe('');
    acks(400, 10);
    expect<string>(sent(10)).toBe('400+500');
  });

  it('does not wait where the app has said so, from then on: MUST-17', () => {
    writes(1);
    sent(0);
    setOption(handle, Option.NO_DELAY, 1, 0);
    writes(10);
    expect<string>(sent(10)).toBe('1+10');
    writes(20);
    expect<string>(sent(10)).toBe('11+20');
    setOption(handle, Option.NO_DELAY, 0, 0);
    writes(30);
    expect<string>(sent(10)).toBe('');
  });
});

describe('silly windows: of what has no room for all that is to be sent', () => {
  it('less than half of the largest window and less than a segment is not sent', () => {
    establishedFrom(1000, 1460, false, 1000);
    tells(499);
    acks(0, 0);
    writes(2000);
    expect<string>(sent(0)).toBe('');
    tells(500);
    acks(0, 10);
    expect<string>(sent(10)).toBe('0+500');
  });

  it('a whole segment is sent', () => {
    established();
    tells(1459);
    acks(0, 0);
    writes(2000);
    expect<string>(sent(0)).toBe('');
    tells(1460);
    acks(0, 10);
    expect<string>(sent(10)).toBe('0+1460');
    acks(0, 20);
    expect<string>(sent(20)).toBe('');
  });

  it('is not sent where the app lets small segments go, either', () => {
    established();
    setOption(handle, Option.NO_DELAY, 1, 0);
    tells(1000);
    acks(0, 0);
    writes(1001);
    expect<string>(sent(0)).toBe('');
    tells(1001);
    acks(0, 10);
    expect<string>(sent(10)).toBe('0+1001');
  });

  it('is sent all the same when nothing moves for the retransmission timeout: (4)', () => {
    established();
    tells(100);
    acks(0, 0);
    writes(2000);
    expect<string>(sent(0)).toBe('');
    expect<i32>(nextDeadline(0)).toBe(1000);
    const now = expiresNext(0);
    expect<string>(sent(now)).toBe('0+100');
  });

  it('what has room for all is sent, however small', () => {
    established();
    tells(100);
    acks(0, 0);
    writes(100);
    expect<string>(sent(0)).toBe('0+100');
  });
});

describe('a window', () => {
  beforeEach(established);

  it('is used up to its edge, and then nothing goes until it moves', () => {
    tells(2920);
    acks(0, 0);
    writes(4096);
    expect<string>(sent(0)).toBe('0+1460 1460+1460');
    acks(1460, 10);
    expect<string>(sent(10)).toBe('');
    acks(2920, 10);
    expect<string>(sent(10)).toBe('2920+1176');
  });

  it('that shrinks lets nothing new go, and takes back nothing: MUST-34, SHLD-15', () => {
    writes(2920);
    sent(0);
    tells(1000);
    acks(0, 10);
    writes(1000);
    expect<string>(sent(10)).toBe('');
    // An ACK of what was beyond it is right all the same.
    tells(8192);
    acks(2920, 20);
    expect<string>(sent(20)).toBe('2920+1000');
  });

  it('that shrinks has what is in it sent again, and nothing beyond: SHLD-16', () => {
    writes(2920);
    sent(0);
    tells(1000);
    acks(0, 10);
    expireAll(1000);
    expect<string>(sent(1000)).toBe('0+1000');
  });

  it('is that of the segment with the highest sequence number', () => {
    writes(1460);
    sent(0);
    peerSays(100, 0, 10);
    peerSays(100, 0, 10);
    tells(0);
    // Older than the last: its window is not taken. §3.10.7.4, fifth: SND.WL1.
    arrives(ACK, peerNext - 101, ourFirst, 150, 20);
    expect<u32>(connection().sendWindow).toBe(8192);
    arrives(ACK, peerNext - 100, ourFirst, 160, 20);
    expect<u32>(connection().sendWindow).toBe(0);
  });
});

describe('PSH', () => {
  beforeEach(established);

  it('is on the segment that ends what there is, and on no other: MUST-61', () => {
    writes(2921);
    expect<string>(flagsSent(0)).toBe('- -');
    acks(2920, 10);
    expect<string>(flagsSent(10)).toBe('P');
  });

  it('is on a whole segment that ends it', () => {
    writes(2920);
    expect<string>(flagsSent(0)).toBe('- P');
  });

  it('is on none without data', () => {
    peerSays(10, 0, 0);
    peerSays(10, 0, 0);
    expect<string>(flagsSent(0)).toBe('-');
    shutdown(handle);
    expect<string>(flagsSent(0)).toBe('F');
  });
});

describe('our FIN', () => {
  beforeEach(established);

  it('goes with the last byte, however small the segment is', () => {
    writes(1470);
    shutdown(handle);
    expect<string>(flagsSent(0)).toBe('- PF');
    expect<u32>(sentLength).toBe(10);
  });

  it('goes alone where all is sent already', () => {
    writes(100);
    sent(0);
    shutdown(handle);
    expect<bool>(sendsOne(0)).toBe(true);
    expect<u32>(sentFlags).toBe(FIN | ACK);
    expect<u32>(sentSequence).toBe(ourFirst + 100);
    expect<u32>(sentLength).toBe(0);
  });

  it('waits behind data that has no room yet', () => {
    tells(1460);
    acks(0, 0);
    writes(2000);
    shutdown(handle);
    expect<string>(flagsSent(0)).toBe('-');
    acks(1460, 10);
    expect<string>(flagsSent(10)).toBe('PF');
    acks(2000, 20);
    expect<i32>(state(handle)).toBe(State.FIN_WAIT_1);
    acks(2001, 20);
    expect<i32>(state(handle)).toBe(State.FIN_WAIT_2);
  });

  it('needs no room: it goes into a closed window when all data is there', () => {
    tells(0);
    acks(0, 0);
    shutdown(handle);
    expect<string>(flagsSent(0)).toBe('F');
    acks(1, 10);
    expect<i32>(state(handle)).toBe(State.FIN_WAIT_2);
  });

  it('goes with a byte that probes a closed window, where that is the last', () => {
    tells(0);
    acks(0, 0);
    writes(2);
    shutdown(handle);
    expect<string>(flagsSent(0)).toBe('');
    let now = expiresNext(0);
    expect<string>(flagsSent(now)).toBe('-');
    acks(1, now);
    now = expiresNext(now);
    expect<string>(flagsSent(now)).toBe('PF');
    acks(3, now);
    expect<i32>(state(handle)).toBe(State.FIN_WAIT_2);
  });

  it('goes again with the data that goes again', () => {
    writes(100);
    shutdown(handle);
    sent(0);
    expireAll(1000);
    expect<string>(flagsSent(1000)).toBe('PF');
    acks(100, 1010);
    expireAll(1010 + nextDeadline(1010));
    expect<string>(sent(3010)).toBe('100+0');
    acks(101, 3020);
    expect<i32>(state(handle)).toBe(State.FIN_WAIT_2);
  });
});

describe('an acknowledgment that can wait', () => {
  beforeEach(established);

  it('goes with data', () => {
    peerSays(10, 0, 0);
    writes(5);
    expect<string>(sent(0)).toBe('0+5');
    expect<u32>(sentAcknowledgment).toBe(peerNext);
    expireAll(40);
    expect<string>(sent(40)).toBe('');
  });

  it('goes after 40 ms, alone, and not before: §3.8.6.3', () => {
    peerSays(10, 0, 100);
    expect<i32>(nextDeadline(100)).toBe(40);
    expireAll(139);
    expect<string>(sent(139)).toBe('');
    expireAll(140);
    expect<string>(sent(140)).toBe('0+0');
    expect<i32>(nextDeadline(140)).toBe(-1);
  });

  it('goes at once with the second segment, every time: SHLD-19', () => {
    for (let time: u32 = 0; time < 3; time += 1) {
      peerSays(1, 0, time);
      expect<string>(sent(time)).toBe('');
      peerSays(1, 0, time);
      expect<string>(sent(time)).toBe('0+0');
      expect<u32>(sentAcknowledgment).toBe(peerNext);
    }
    expect<i32>(nextDeadline(3)).toBe(-1);
  });

  it('goes in time across the wrap of the 16 bits that its beginning is kept in', () => {
    peerSays(10, 0, 65530);
    expect<i32>(nextDeadline(65530)).toBe(40);
    expireAll(65569);
    expect<string>(sent(65569)).toBe('');
    expireAll(65570);
    expect<string>(sent(65570)).toBe('0+0');
  });

  it('is at once for a FIN, for data that came before, and for data that has no place', () => {
    arrives(ACK, peerNext - 10, ourFirst, 10, 0);
    expect<string>(sent(0)).toBe('0+0');
    peerSays(10, 0, 0);
    arrives(FIN | ACK, peerNext, ourFirst, 0, 0);
    expect<string>(sent(0)).toBe('0+0');
    expect<u32>(sentAcknowledgment).toBe(peerNext + 1);
  });
});
