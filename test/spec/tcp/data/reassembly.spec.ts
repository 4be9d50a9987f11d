// First: the map of memory is to be seen before what it maps.
import {
  ACK,
  arrives,
  FIN,
  forges,
  sends,
  sentAcknowledgment,
  sentFlags,
  sentOption,
  sentOptions,
} from '../../support/peer';
import { connection, established, establishedFrom, ourFirst, peerNext } from '../../support/established';
import { arrived, comes, forgedBytes, pieces, readsAll } from '../../support/pieces';
import { State } from '../../../../assembly/pool/connection';
import { statistics } from '../../../../assembly/statistics';

/** Four pieces of 10 bytes, 100 apart. */
function fourPieces(): void {
  established();
  for (let piece = 1; piece <= 4; piece += 1) comes(piece * 100, 10);
}

describe('data beyond a hole', () => {
  beforeEach(established);

  it('is kept, and answered at once with what is missing', () => {
    expect<i32>(comes(100, 10)).toBeGreaterThanOrEqual(0);
    expect<string>(pieces()).toBe('100-110');
    expect<u32>(arrived()).toBe(0);
    sends(0);
    expect<u32>(sentFlags).toBe(ACK);
    expect<u32>(sentAcknowledgment).toBe(peerNext);
    expect<u32>(statistics().outOfOrder).toBe(1);
  });

  it('arrives with what fills the hole, which is answered at once', () => {
    comes(100, 10);
    sends(0);
    comes(0, 100);
    expect<string>(pieces()).toBe('');
    expect<u32>(arrived()).toBe(110);
    sends(0);
    expect<u32>(sentFlags).toBe(ACK);
    expect<u32>(sentAcknowledgment).toBe(peerNext + 110);
    expect<u32>(readsAll(0)).toBe(110);
    expect<string>(forgedBytes).toBe('');
  });

  it('stays kept while the hole is filled in part', () => {
    comes(100, 10);
    comes(0, 99);
    expect<u32>(arrived()).toBe(99);
    expect<string>(pieces()).toBe('100-110');
    comes(99, 1);
    expect<u32>(arrived()).toBe(110);
    expect<u32>(readsAll(0)).toBe(110);
  });

  it('is kept up to the end of the window, and cut there', () => {
    comes(4090, 10);
    expect<string>(pieces()).toBe('4090-4096');
    comes(4095, 10);
    expect<string>(pieces()).toBe('4090-4096');
    comes(1460, 1460);
    comes(2920, 1170);
    expect<string>(pieces()).toBe('1460-4096');
    comes(0, 1460);
    expect<u32>(arrived()).toBe(4096);
    expect<u32>(readsAll(0)).toBe(4096);
    expect<string>(forgedBytes).toBe('');
  });

  it('of one byte is kept as well', () => {
    comes(1, 1);
    comes(3, 1);
    expect<string>(pieces()).toBe('1-2 3-4');
    comes(2, 1);
    expect<string>(pieces()).toBe('1-4');
    comes(0, 1);
    expect<u32>(arrived()).toBe(4);
  });
});

describe('two pieces that touch become one', () => {
  beforeEach(() => {
    established();
    comes(100, 10);
    comes(200, 10);
    comes(300, 10);
  });

  it('from the left, where they lie side by side', () => {
    comes(190, 10);
    expect<string>(pieces()).toBe('100-110 190-210 300-310');
  });

  it('from the right, where they lie side by side', () => {
    comes(210, 10);
    expect<string>(pieces()).toBe('100-110 200-220 300-310');
  });

  it('not where a byte is missing between them', () => {
    comes(189, 10);
    expect<string>(pieces()).toBe('100-110 189-199 200-210 300-310');
    comes(211, 10);
    expect<string>(pieces()).toBe('100-110 189-199 200-210 211-221');
  });

  it('where they overlap, from either side', () => {
    comes(195, 10);
    expect<string>(pieces()).toBe('100-110 195-210 300-310');
    comes(205, 10);
    expect<string>(pieces()).toBe('100-110 195-215 300-310');
  });

  it('with what lies between them: three become one', () => {
    comes(110, 90);
    expect<string>(pieces()).toBe('100-210 300-310');
    comes(205, 100);
    expect<string>(pieces()).toBe('100-310');
  });

  it('with what covers several', () => {
    comes(90, 150);
    expect<string>(pieces()).toBe('90-240 300-310');
    comes(50, 300);
    expect<string>(pieces()).toBe('50-350');
  });

  it('with what covers one and reaches into the next', () => {
    comes(150, 155);
    expect<string>(pieces()).toBe('100-110 150-310');
  });

  it('and what is there already changes nothing', () => {
    comes(200, 10);
    comes(203, 4);
    comes(200, 1);
    comes(209, 1);
    expect<string>(pieces()).toBe('100-110 200-210 300-310');
  });

  it('with what comes in order and covers them', () => {
    comes(0, 205);
    expect<u32>(arrived()).toBe(210);
    expect<string>(pieces()).toBe('300-310');
    comes(200, 200);
    expect<u32>(arrived()).toBe(400);
    expect<string>(pieces()).toBe('');
    expect<u32>(readsAll(0)).toBe(400);
    expect<string>(forgedBytes).toBe('');
  });
});

describe('of bytes that come twice and differ, those that came first stay', () => {
  beforeEach(() => {
    established();
    comes(100, 10);
    comes(200, 10);
  });

  it('under what overlaps from the left', () => {
    forges();
    comes(0, 105);
    expect<u32>(readsAll(0)).toBe(110);
    expect<string>(forgedBytes).toBe('0-100');
  });

  it('under what covers one, and under what covers two', () => {
    forges();
    comes(90, 30);
    forges();
    comes(50, 200);
    expect<string>(pieces()).toBe('50-250');
    comes(0, 300);
    expect<u32>(readsAll(0)).toBe(300);
    // 90 to 120 came before 50 to 250, and 100 to 110 before both.
    expect<string>(forgedBytes).toBe('50-100 110-200 210-250');
  });

  it('under what overlaps from the right', () => {
    forges();
    comes(205, 15);
    comes(0, 300);
    readsAll(0);
    expect<string>(forgedBytes).toBe('210-220');
  });

  it('under what overlaps two from between', () => {
    forges();
    comes(105, 100);
    comes(0, 100);
    expect<u32>(readsAll(0)).toBe(210);
    expect<string>(forgedBytes).toBe('110-200');
  });

  it('under the same once more, and before RCV.NXT', () => {
    forges();
    comes(100, 10);
    comes(0, 100);
    forges();
    comes(50, 70);
    expect<u32>(arrived()).toBe(120);
    readsAll(0);
    expect<string>(forgedBytes).toBe('110-120');
  });
});

describe('when there are four pieces', () => {
  beforeEach(fourPieces);

  it('a fifth behind them is forgotten, and only answered', () => {
    sends(0);
    comes(500, 10);
    expect<string>(pieces()).toBe('100-110 200-210 300-310 400-410');
    sends(0);
    expect<u32>(sentFlags).toBe(ACK);
    expect<u32>(sentAcknowledgment).toBe(peerNext);
    comes(4000, 200);
    expect<string>(pieces()).toBe('100-110 200-210 300-310 400-410');
  });

  it('a fifth before or between them has the furthest forgotten', () => {
    comes(50, 10);
    expect<string>(pieces()).toBe('50-60 100-110 200-210 300-310');
    comes(150, 10);
    expect<string>(pieces()).toBe('50-60 100-110 150-160 200-210');
    comes(190, 5);
    expect<string>(pieces()).toBe('50-60 100-110 150-160 190-195');
  });

  it('a fifth just before the last takes its place', () => {
    comes(390, 9);
    expect<string>(pieces()).toBe('100-110 200-210 300-310 390-399');
  });

  it('what joins two makes room for another', () => {
    comes(110, 90);
    comes(500, 10);
    expect<string>(pieces()).toBe('100-210 300-310 400-410 500-510');
  });

  it('what extends the last is kept', () => {
    comes(410, 90);
    expect<string>(pieces()).toBe('100-110 200-210 300-310 400-500');
  });

  it('what was forgotten is not there: it has to come again, and then is what it then is', () => {
    comes(50, 10);
    forges();
    comes(0, 500);
    expect<u32>(readsAll(0)).toBe(500);
    expect<string>(forgedBytes).toBe('0-50 60-100 110-200 210-300 310-500');
  });

  it('holes are filled in order, one after the other', () => {
    comes(0, 100);
    expect<u32>(arrived()).toBe(110);
    expect<string>(pieces()).toBe('200-210 300-310 400-410');
    comes(110, 90);
    expect<u32>(arrived()).toBe(210);
    comes(210, 90);
    expect<u32>(arrived()).toBe(310);
    expect<string>(pieces()).toBe('400-410');
    comes(310, 90);
    expect<u32>(arrived()).toBe(410);
    expect<string>(pieces()).toBe('');
    expect<u32>(readsAll(0)).toBe(410);
    expect<string>(forgedBytes).toBe('');
  });

  it('one segment can fill all holes', () => {
    forges();
    comes(0, 450);
    expect<u32>(arrived()).toBe(450);
    expect<string>(pieces()).toBe('');
    readsAll(0);
    expect<string>(forgedBytes).toBe('0-100 110-200 210-300 310-400 410-450');
  });
});

describe('a FIN behind a hole', () => {
  it('is not taken before the hole is filled, but its data is kept', () => {
    established();
    arrives(FIN | ACK, peerNext + 100, ourFirst, 10, 0);
    expect<string>(pieces()).toBe('100-110');
    comes(0, 100);
    expect<u32>(arrived()).toBe(110);
    expect<u32>(connection().state).toBe(State.ESTABLISHED);
    arrives(FIN | ACK, peerNext + 100, ourFirst, 10, 0);
    expect<u32>(connection().state).toBe(State.CLOSE_WAIT);
    expect<u32>(arrived()).toBe(111);
    expect<u32>(readsAll(0)).toBe(110);
  });

  it('is taken with the data that fills it', () => {
    established();
    comes(100, 10);
    arrives(FIN | ACK, peerNext, ourFirst, 110, 0);
    expect<u32>(connection().state).toBe(State.CLOSE_WAIT);
    expect<u32>(arrived()).toBe(111);
    expect<u32>(readsAll(0)).toBe(110);
  });
});

describe('where the numbers wrap', () => {
  // In the middle of a piece, at its ends, in a hole: at 32 bits, at 16, and where only the upper half changes.
  it('pieces are joined all the same', () => {
    for (let back: u32 = 0; back <= 60; back += 1) {
      joins(0 - back);
      joins(0x10000 - back);
      joins(0x80000000 - back);
      joins(0xffff0000 - back);
    }
  });
});

function joins(irs: u32): void {
  establishedFrom(irs, 1460);
  comes(10, 10);
  comes(30, 10);
  comes(50, 10);
  expect<string>(pieces()).toBe('10-20 30-40 50-60', irs.toString());
  comes(15, 20);
  expect<string>(pieces()).toBe('10-40 50-60', irs.toString());
  comes(0, 10);
  expect<u32>(arrived()).toBe(40);
  expect<string>(pieces()).toBe('50-60', irs.toString());
  comes(38, 12);
  expect<string>(pieces()).toBe('', irs.toString());
  expect<u32>(readsAll(0)).toBe(60);
  expect<string>(forgedBytes).toBe('', irs.toString());
}

describe('what is told of pieces: SACK, RFC 2018 §4', () => {
  beforeEach(() => establishedFrom(0xffffff80, 1460, true));

  it('is the piece that came last, then the others', () => {
    comes(100, 10);
    expect<string>(told()).toBe('100-110');
    comes(300, 10);
    expect<string>(told()).toBe('300-310 100-110');
    comes(200, 10);
    expect<string>(told()).toBe('200-210 300-310 100-110');
    comes(310, 10);
    expect<string>(told()).toBe('300-320 100-110 200-210');
    comes(0, 100);
    expect<bool>(told().includes('200-210')).toBe(true);
    expect<u32>(sentAcknowledgment).toBe(peerNext + 110);
  });

  it('is nothing when there is none, or where the peer has not said that it wants it', () => {
    comes(10, 10);
    comes(0, 10);
    expect<string>(told()).toBe('');
    establishedFrom(1000, 1460, false);
    comes(10, 10);
    expect<string>(told()).toBe('');
  });

  it('is nothing of what was forgotten', () => {
    for (let piece = 1; piece <= 5; piece += 1) {
      sends(0);
      comes(piece * 100, 10);
    }
    const blocks = told();
    expect<bool>(blocks.includes('500-510')).toBe(false, blocks);
    expect<i32>(blocks.split(' ').length).toBe(4);
  });
});

/** The blocks of the ACK that is sent now, by their offsets. */
function told(): string {
  let all = '';
  sends(0);
  if (sentOptions == 0) return all;
  expect<u32>(sentOption(0) >> 8).toBe(0x010105);
  expect<u32>(sentOption(0) & 0xff).toBe(sentOptions - 2);
  for (let word: u32 = 1; word < sentOptions >> 2; word += 2) {
    if (all.length != 0) all += ' ';
    all += (sentOption(word) - peerNext).toString() + '-' + (sentOption(word + 1) - peerNext).toString();
  }
  return all;
}
