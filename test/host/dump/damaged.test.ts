/** Dumps that are none, or that say what cannot be. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DumpError, dumpText, findDumps, openDump, type DumpReport } from '../../../host/dump/index.js';
import { memoryMap } from '../../../host/dump/layout.js';
import { dumpOfScene, linesOf, playScene, type HeaderFields } from './scene.js';

const scene = playScene();
const whole = dumpOfScene(scene);
const { exports } = scene.board.core;

/** What is refused, with its code and what the one line says. */
const REFUSED: [string, Partial<HeaderFields>, string, RegExp][] = [
  ['another magic', { magic: 'FSKDUMP2' }, 'DUMP_MISSING', /does not begin with FSKDUMP1/],
  ['another ABI', { abi: 2 }, 'DUMP_OTHER_MODULE', /ABI 2.*reads ABI 1/],
  ['no ABI', { abi: 0 }, 'DUMP_OTHER_MODULE', /ABI 0/],
  ['a header that is too short', { headerBytes: 159 }, 'DUMP_DAMAGED', /header of 159 bytes/],
  ['a header without an end', { headerBytes: 0xffffffff }, 'DUMP_DAMAGED', /header of 4294967295 bytes/],
  ['more memory than there is', { memoryBytes: 60_000 }, 'DUMP_CUT_SHORT', /58840 of 60168 bytes/],
  ['memory without an end', { memoryBytes: 0xffffffff }, 'DUMP_CUT_SHORT', /of 4294967463 bytes/],
  [
    'less memory than there is',
    { memoryBytes: 50_000 },
    'DUMP_DAMAGED',
    /58840 bytes are there, and it should have 50168/,
  ],
  [
    'more left out than there is',
    { leftOutAt: 58_000, leftOutBytes: 1000 },
    'DUMP_DAMAGED',
    /1000 bytes left out at 58000/,
  ],
  ['all left out from nowhere', { leftOutAt: 0xffffffff, leftOutBytes: 1 }, 'DUMP_DAMAGED', /left out at 4294967295/],
  ['a frame longer than any', { rxLength: 1515 }, 'DUMP_DAMAGED', /1515 bytes, and 1514/],
  ['no receive rings', { rxRing: 0 }, 'DUMP_DAMAGED', /receive rings of 0 bytes/],
  ['rings of odd lengths', { txRing: 4097 }, 'DUMP_DAMAGED', /send rings of 4097 bytes/],
  ['other rings than the map has', { rxRing: 2048 }, 'DUMP_OTHER_MODULE', /another memory map: .*58672/],
  ['larger rings than the map has', { txRing: 8192 }, 'DUMP_OTHER_MODULE', /another memory map: .*58672/],
  ['a boot record elsewhere', { configAt: exports.config() + 16 }, 'DUMP_OTHER_MODULE', /another memory map/],
  ['a boot record nowhere', { configAt: 0xffffff00 }, 'DUMP_OTHER_MODULE', /another memory map/],
  ['a boot record at 0', { configAt: 0 }, 'DUMP_OTHER_MODULE', /another memory map/],
  ['frames elsewhere', { rxFrameAt: exports.rx_frame() - 2 }, 'DUMP_OTHER_MODULE', /another memory map/],
  ['frames to send elsewhere', { txFrameAt: 0 }, 'DUMP_OTHER_MODULE', /another memory map/],
  ['counters beyond its end', { statisticsAt: 0x7fffffff }, 'DUMP_OTHER_MODULE', /another memory map/],
];

function refused(bytes: Uint8Array): DumpError {
  try {
    openDump(bytes);
  } catch (error) {
    if (error instanceof DumpError) return error;
    throw error;
  }
  throw new Error('it was opened');
}

/** The whole dump with a number of 32 bits of its memory changed. */
function withWord(at: number, value: number): Uint8Array {
  const bytes = whole.slice();
  new DataView(bytes.buffer).setUint32(168 + at, value, true);
  return bytes;
}

describe('a dump is refused', () => {
  it.each(REFUSED)('with %s', (_, fields, code, message) => {
    const error = refused(dumpOfScene(scene, fields));
    expect(error).toMatchObject({ code, name: 'DumpError' });
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain('\n');
  });

  it('with counters of another length', () => {
    expect(refused(withWord(exports.statistics(), 324))).toMatchObject({ code: 'DUMP_OTHER_MODULE' });
  });

  it('with pools that no module can have, or not in so much memory', () => {
    const capacityAt = exports.statistics() + 124;
    expect(refused(withWord(capacityAt, 0))).toMatchObject({ code: 'DUMP_DAMAGED' });
    expect(refused(withWord(capacityAt, 0xffffffff))).toMatchObject({ code: 'DUMP_DAMAGED' });
    expect(refused(withWord(capacityAt, 7))).toMatchObject({ code: 'DUMP_OTHER_MODULE' });
    expect(refused(withWord(capacityAt + 2 * 16, 500))).toMatchObject({ code: 'DUMP_OTHER_MODULE' });
  });

  it('that is cut short, wherever', () => {
    const isNear = (length: number): boolean => length < 200 || length > whole.length - 100;
    for (let length = 8; length < whole.length; length += isNear(length + 996) ? 1 : 997) {
      expect(refused(whole.subarray(0, length))).toMatchObject({ code: 'DUMP_CUT_SHORT' });
    }
  });

  it('whose memory ends in the middle of it, and it says so', () => {
    for (const memoryBytes of [0, 16, 1000, exports.statistics(), exports.statistics() + 300, 10_000]) {
      const bytes = dumpOfScene(scene, { memoryBytes }).subarray(0, 168 + memoryBytes);
      expect(['DUMP_DAMAGED', 'DUMP_OTHER_MODULE']).toContain(refused(bytes).code);
    }
  });

  it.each([16, 8, 1])('whose memory begins %d bytes too late, where no module has it', (bytes) => {
    const [configAt, rxFrameAt, txFrameAt, statisticsAt] = [
      exports.config() - bytes,
      exports.rx_frame() - bytes,
      exports.tx_frame() - bytes,
      exports.statistics() - bytes,
    ];
    const fields = { configAt, rxFrameAt, txFrameAt, statisticsAt, memoryBytes: whole.length - 168 - bytes };
    const moved = dumpOfScene(scene, fields);
    const error = refused(new Uint8Array(Buffer.concat([moved.subarray(0, 168), moved.subarray(168 + bytes)])));
    expect(error).toMatchObject({ code: 'DUMP_OTHER_MODULE' });
  });

  it('that is longer than it says', () => {
    expect(refused(Buffer.concat([whole, Buffer.alloc(1)]))).toMatchObject({ code: 'DUMP_DAMAGED' });
  });
});

describe('a memory that contradicts itself is opened, and what is wrong is told:', () => {
  const doubtsOf = (bytes: Uint8Array): string => openDump(bytes).doubts.join('\n');
  const statisticsAt = exports.statistics();
  /** `Heads` lie behind the counters (328 bytes and padding) and 16 bytes of the outbox: assembly/memory.ts. */
  const headsAt = statisticsAt + 336 + 16;
  /** Behind the heads (100 bytes) and the event record, each padded to 16. */
  const connectionsAt = headsAt + 112 + 16;

  it('a pool of which more is used than was given out', () => {
    expect(doubtsOf(withWord(statisticsAt + 124 + 4, 6))).toMatch(
      /connections: 6 are counted as used, and 5 are not free/,
    );
  });

  it('a list of free entries that leads elsewhere, or never ends', () => {
    const entries = new DataView(whole.buffer).getUint32(168 + headsAt, true);
    expect(entries & 0xffff).toBe(0);
    for (const reference of [
      1,
      8,
      0xfff0,
      statisticsAt,
      connectionsAt + 8,
      connectionsAt + 5 * 144,
      connectionsAt + 6 * 144,
    ]) {
      expect(doubtsOf(withWord(headsAt, (entries & 0xffff0000) | reference))).toMatch(/list of free entries is broken/);
    }
    const round = withWord(headsAt, (entries & 0xffff0000) | connectionsAt);
    new DataView(round.buffer).setUint16(168 + connectionsAt + 8, connectionsAt, true);
    expect(doubtsOf(round)).toMatch(/list of free entries is broken/);
  });

  it('more entries than the pool has', () => {
    expect(doubtsOf(withWord(headsAt, 0x00070000))).toMatch(/connections: 7 entries were ever taken, of 6/);
  });

  it('a heap of deadlines that counts others, or has others in it', () => {
    expect(doubtsOf(withWord(headsAt + 76, 3))).toMatch(/deadlines: 3 are counted, and 2 connections have one/);
    expect(doubtsOf(withWord(headsAt + 76, 0xffffffff))).toMatch(/deadlines: 4294967295 are counted/);
    const pools = { CONNECTIONS: 6, HALF_OPEN: 16, TIME_WAIT: 64, LISTENERS: 4, NEIGHBOURS: 16 };
    const sizes = { ...pools, RX_RING: 4096, TX_RING: 4096, APPS: 4, GUARD_BYTES: 0 };
    const { deadlineHeap } = memoryMap(exports.config() - memoryMap(0, sizes).bootRecord, sizes);
    const places = new DataView(whole.buffer).getUint32(168 + deadlineHeap, true);
    expect(doubtsOf(withWord(deadlineHeap, (places & 0xffff0000) | 7))).toBe(
      'deadlines: place 0 of the heap is of no connection: 0x7',
    );
    expect(doubtsOf(withWord(deadlineHeap, (places & 0xffff) * 0x10001))).toBe(
      'deadlines: place 1 of the heap is of a connection that is elsewhere in it',
    );
    const dueAt = (places & 0xffff) + 24;
    const late = new DataView(whole.buffer).getUint32(168 + dueAt, true) + 100_000;
    expect(doubtsOf(withWord(dueAt, late))).toBe('deadlines: place 1 of the heap is due before the place above it');
  });

  it('names and numbers that it does not know are told as they are', () => {
    const state = openDump(withWord(connectionsAt + 28, 0x4d0001)).connections[0]?.state;
    expect(state).toBe('state 77');
  });

  it('text that would move the cursor of a terminal is not passed on', () => {
    const report = openDump(dumpOfScene(scene, { reason: 'a\u001b[2J\r\nb\u009b', profile: '\u0007'.repeat(24) }));
    expect(report.trap.reason).toBe('a?[2J??b?');
    expect(dumpText(report)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  });
});

describe('whatever the bytes are', () => {
  /** Anything but a report or a DumpError is a bug. */
  function tried(open: () => DumpReport[]): void {
    try {
      for (const report of open()) {
        dumpText(report);
        JSON.stringify(report);
      }
    } catch (error) {
      if (!(error instanceof DumpError)) throw error;
      expect(error.message).toMatch(/^[^\n]+$/);
    }
  }

  const flips = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 200 });
  /** Where the lists, the pools and the header are: what is elsewhere is data, and seldom read. */
  const closeFlips = fc.array(fc.tuple(fc.nat(9000), fc.nat(255)), { minLength: 1, maxLength: 60 });
  const flipped = (changes: [number, number][], bytes = whole): Uint8Array => {
    const copy = bytes.slice();
    for (const [at, value] of changes) copy[at] = value;
    return copy;
  };

  it('a dump with bytes changed is opened, or refused in one line', () => {
    fc.assert(
      fc.property(fc.oneof(flips, closeFlips), (changes) => tried(() => findDumps(flipped(changes)).map(openDump))),
      { numRuns: 400 },
    );
  });

  it('a dump whose state is noise is opened', () => {
    const state = fc.uint8Array({ minLength: 500, maxLength: 4000 });
    const begin = 168 + exports.statistics() + 336 + 16;
    fc.assert(
      fc.property(state, (noise) => {
        const bytes = whole.slice();
        bytes.set(noise, begin);
        tried(() => [openDump(bytes)]);
        expect(openDump(bytes).trap.call).toBe('receive');
      }),
      { numRuns: 200 },
    );
  });

  it('a log with lines lost and letters changed is opened, or refused in one line', () => {
    const log = Buffer.from(linesOf(whole).join('\n'));
    const letters = fc.array(fc.tuple(fc.nat(log.length - 1), fc.nat(255)), { maxLength: 30 });
    fc.assert(
      fc.property(letters, fc.nat(log.length), (changes, end) => {
        tried(() => findDumps(flipped(changes, new Uint8Array(log)).subarray(0, end)).map(openDump));
      }),
      { numRuns: 100 },
    );
  });

  it('bytes of chance behind the magic are refused in one line', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5000 }), (noise) => {
        const bytes = Buffer.concat([Buffer.from('FSKDUMP1'), noise]);
        expect(refused(new Uint8Array(bytes)).message).toMatch(/^[^\n]+$/);
      }),
    );
  });
});
