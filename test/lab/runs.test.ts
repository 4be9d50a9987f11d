/** The lab's runs, without a page: what the acts say is what the core does. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadModule } from '../../host/core/file.js';
import { ACTS, actOf } from '../../host/lab/acts/index.js';
import { FORGED_FIELDS, readEdits, withEdit, writeEdits, type Edit } from '../../host/lab/run/edit.js';
import { fieldsOf } from '../../host/lab/run/fields.js';
import { forged } from '../../host/lab/run/forge.js';
import { readLink, writeLink, type View } from '../../host/lab/run/link.js';
import { momentAt, play, type Run } from '../../host/lab/run/run.js';
import { Story } from '../../host/lab/run/story.js';
import { conclusionText, textsOf } from '../../host/lab/texts/texts.js';
import { decode, type FrameRecord, type TcpFrame } from '../../host/trace/index.js';
import { segmentFrame } from '../../host/lan/index.js';

const module = await loadModule(new URL('../../build/lan.wasm', import.meta.url));
const run = (id: string, edits: readonly Edit[] = [], seed = 1): Run => play(module, actOf(id), seed, edits);

interface Segment {
  record: FrameRecord;
  frame: TcpFrame;
}

function segments({ trace }: Run, from?: string): Segment[] {
  return trace.records.flatMap((record) => {
    if (record.kind !== 'frame' || (from !== undefined && record.from !== from)) return [];
    const frame = decode(record.bytes);
    return frame.kind === 'tcp' ? [{ record, frame }] : [];
  });
}

const flagsOf = ({ frame }: Segment): string => [...frame.flags].join(' ');
const told = ({ trace }: Run, host: string): string[] =>
  trace.records.flatMap((record) => (record.kind === 'event' && record.host === host ? [record.event] : []));

describe('the acts', () => {
  test('are played the same each time, with any seed', () => {
    for (const { id } of ACTS) expect(run(id, [], 7), id).toEqual(run(id, [], 7));
    expect(segments(run('plain', [], 7))[0]?.frame.sequence).not.toBe(segments(run('plain', [], 8))[0]?.frame.sequence);
  });

  test('end as they mean to, with whatever seed', () => {
    const meant = {
      plain: 'established',
      both: 'established',
      'lost-first': 'established',
      'lost-second': 'established',
      'lost-third': 'established',
      'two-way': 'ghost',
      'four-way': 'same',
      flood: 'withstood',
      reboot: 'failed',
      'time-wait': 'taken',
    };
    for (const seed of [1, 2, 3, 99]) {
      expect(Object.fromEntries(ACTS.map(({ id }) => [id, run(id, [], seed).conclusion.key]))).toEqual(meant);
    }
  });

  test('plain: three packets, each number acknowledged', () => {
    const [syn, synAck, ack, ...rest] = segments(run('plain'));
    expect([syn, synAck, ack].map((one) => one && flagsOf(one))).toEqual(['SYN', 'SYN ACK', 'ACK']);
    expect(rest).toEqual([]);
    expect(synAck?.frame.acknowledgment).toBe(((syn?.frame.sequence ?? NaN) + 1) >>> 0);
    expect(ack?.frame.acknowledgment).toBe(((synAck?.frame.sequence ?? NaN) + 1) >>> 0);
  });

  test.each([
    ['lost-first', 'client', 'SYN'],
    ['lost-second', 'server', 'SYN ACK'],
    ['lost-third', 'client', 'ACK'],
  ])('%s: that packet is lost, and once', (id, from, flags) => {
    const lost = segments(run(id)).filter(({ record }) => record.lost !== undefined);
    expect(lost.map((one) => [one.record.from, flagsOf(one)])).toEqual([[from, flags]]);
  });

  test('lost-first: the SYN is made again after one second, to the millisecond', () => {
    const [first, second] = segments(run('lost-first'), 'client');
    expect((second?.record.at ?? 0) - (first?.record.at ?? 0)).toBe(1000);
  });

  test('two-way: the core tells its app of nothing and gives its entry back; the toy keeps its ghost', () => {
    const ghostly = run('two-way');
    expect(told(ghostly, 'server')).toEqual([]);
    const during = momentAt(ghostly.moments, 100)?.hosts.map(({ pools }) => pools);
    const after = momentAt(ghostly.moments, 40_000)?.hosts.map(({ pools }) => pools);
    expect(during?.map(({ halfOpen }) => halfOpen.used)).toEqual([0, 1]);
    expect(after?.map(({ halfOpen, connections }) => [halfOpen.used, connections.used])).toEqual([
      [0, 1],
      [0, 0],
    ]);
  });

  test('four-way: one packet more', () => {
    expect(run('four-way').conclusion.values).toMatchObject({ four: 4, three: 3 });
  });

  test('flood: every SYN to the core is answered, those beyond the 16 entries by cookies', () => {
    const { conclusion, trace } = run('flood');
    const answers = segments({ trace } as Run, 'server').filter((one) => flagsOf(one) === 'SYN ACK');
    // And the honest client's.
    expect(answers.length).toBeGreaterThanOrEqual(25);
    expect(conclusion.values).toMatchObject({ syns: 24, cookies: 24 + 1 - 16, accepted: 1 });
  });

  test('reboot: who had forgotten answers by RST, and the app is told', () => {
    const rebooted = run('reboot');
    expect(segments(rebooted, 'server').at(-1)?.frame.flags.has('RST')).toBe(true);
    expect(told(rebooted, 'client').at(-1)).toBe('FAILED');
  });

  test('time-wait: the new SYN is answered by a SYN-ACK at once', () => {
    const all = segments(run('time-wait'));
    const at = all.findIndex(({ record, frame }) => record.at === 100 && frame.flags.has('SYN'));
    expect(all.slice(at, at + 3).map(flagsOf)).toEqual(['SYN', 'SYN ACK', 'ACK']);
    expect(all[at + 1]?.record.at).toBe(101);
  });

  test('have words for every end, in every language', () => {
    for (const language of ['en', 'zh'] as const) {
      const texts = textsOf(language);
      for (const { id } of ACTS) {
        const text = conclusionText(texts, id, run(id).conclusion);
        expect(text, id).not.toMatch(/[{}]/);
        const lost = conclusionText(
          texts,
          id,
          run(id, [
            { frame: 1, kind: 'lose' },
            { frame: 2, kind: 'lose' },
          ]).conclusion,
        );
        expect(lost, id).not.toMatch(/[{}]/);
      }
    }
  });
});

describe('a hand on the wire', () => {
  test('a packet that is lost comes again, and nothing before it is different', () => {
    const before = segments(run('plain'));
    const after = segments(run('plain', [{ frame: 3, kind: 'lose' }]));
    expect(after.slice(0, 2)).toEqual(before.slice(0, 2));
    expect(after[2]?.record.lost).toBeDefined();
    // The server's SYN-ACK again after its second, and the client's answer.
    expect(after.slice(3).map(flagsOf)).toEqual(['SYN ACK', 'ACK']);
  });

  test('one that is delayed arrives so much later', () => {
    const [record] = segments(run('plain', [{ frame: 1, kind: 'delay', byMs: 20 }])).map((one) => one.record);
    expect((record?.arrivesAt ?? 0) - (record?.at ?? 0)).toBe(21);
  });

  test('one that is duplicated arrives twice, and there is one connection', () => {
    const twice = run('plain', [{ frame: 1, kind: 'duplicate' }]);
    expect(segments(twice).filter(({ record }) => record.duplicate === true)).toHaveLength(1);
    expect(told(twice, 'server').filter((event) => event === 'ACCEPTABLE')).toHaveLength(1);
  });

  test('a forged acknowledgment number makes no connection: only the right one does, which comes later', () => {
    const after = run('plain', [{ frame: 3, kind: 'forge', field: 'acknowledgment', value: 1 }]);
    const all = segments(after);
    // RFC 9293 §3.10.7.4: SYN-RECEIVED answers an unacceptable acknowledgment by RST, and RFC 5961 §3.2 the RST by an ACK.
    expect(all[2]?.record.dropped).toBe('ACK_UNACCEPTABLE');
    expect(all.slice(3).map(flagsOf)).toEqual(['RST', 'ACK']);
    const accepted = after.trace.records.find((record) => record.kind === 'event' && record.event === 'ACCEPTABLE');
    expect(accepted?.at).toBe(all[4]?.record.arrivesAt);
  });

  test('a forged segment has a checksum that is right, and differs in its field only', () => {
    const ends = { mac: '02:00:00:00:00:01', address: '10.0.0.1' };
    const fields = {
      sourcePort: 1,
      destinationPort: 2,
      sequence: 0xffff_ffff,
      acknowledgment: 7,
      flags: 'ACK',
      mss: 99,
    };
    fc.assert(
      fc.property(
        fc.constantFrom(...FORGED_FIELDS),
        fc.integer({ min: 0, max: 255 }),
        fc.uint8Array(),
        (name, value, payload) => {
          const frame = segmentFrame(ends, { ...ends, address: '10.0.0.2' }, { ...fields, payload });
          const made = decode(forged(frame, name, value)) as TcpFrame;
          expect(made.checksumOk).toBe(true);
          const sequence = name === 'sequence' ? (fields.sequence + value) >>> 0 : fields.sequence;
          const acknowledgment = name === 'acknowledgment' ? fields.acknowledgment + value : fields.acknowledgment;
          expect([made.sequence, made.acknowledgment]).toEqual([sequence, acknowledgment]);
          expect(made.window).toBe(name === 'window' ? value : 4096);
          expect([...made.payload]).toEqual([...payload]);
        },
      ),
    );
  });
});

const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ frame: fc.integer({ min: 1, max: 100_000 }), kind: fc.constantFrom('lose', 'duplicate') }),
  fc.record({
    frame: fc.integer({ min: 1, max: 9 }),
    kind: fc.constant('delay'),
    byMs: fc.integer({ min: 0, max: 600_000 }),
  }),
  fc.record({
    frame: fc.integer({ min: 1, max: 9 }),
    kind: fc.constant('forge'),
    field: fc.constantFrom(...FORGED_FIELDS),
    value: fc.integer({ min: 0, max: 0xffff_ffff }),
  }),
);

describe('a link', () => {
  const start: View = { act: 'plain', seed: 1, edits: [], atMs: 0, numbers: 'relative' };
  const view: fc.Arbitrary<View> = fc.record(
    {
      act: fc.constantFrom(...ACTS.map(({ id }) => id)),
      seed: fc.integer({ min: 0, max: 0xffff_ffff }),
      edits: fc.array(edit, { maxLength: 20 }),
      atMs: fc.integer({ min: 0, max: 40_000_000 }).map((us) => us / 1000),
      numbers: fc.constantFrom('relative' as const, 'absolute' as const),
      language: fc.constantFrom('en' as const, 'zh' as const),
      frame: fc.integer({ min: 1, max: 1000 }),
    },
    { requiredKeys: ['act', 'seed', 'edits', 'atMs', 'numbers'] },
  );

  test('says all that is seen', () => {
    fc.assert(
      fc.property(view, (seen) => {
        expect(readLink(writeLink(seen, start), start)).toEqual(seen);
      }),
    );
  });

  test.each([
    'edits=lose',
    'edits=lose-0',
    'edits=eat-1',
    'edits=delay-1-600001',
    'edits=forge-1-ttl-3',
    'edits=lose-1-2',
    't=-1',
    't=1e9',
    'seed=x',
    'numbers=roman',
    'lang=fr',
  ])('that nobody wrote is refused: %s', (text) => {
    expect(() => readLink(text, start)).toThrow(expect.objectContaining({ code: 'LAB_BAD_LINK' }));
  });

  test('any text is a link or is refused with a code', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          readLink(`edits=${encodeURIComponent(text)}`, start);
        } catch (error) {
          expect(error).toMatchObject({ code: 'LAB_BAD_LINK' });
        }
      }),
    );
  });

  test('an act that there is not is refused', () => {
    expect(() => actOf('nonsense')).toThrow(expect.objectContaining({ code: 'LAB_NO_ACT' }));
  });

  test('a frame is changed once in each way', () => {
    const edits = withEdit(withEdit(readEdits('lose-1,delay-2-5'), { frame: 2, kind: 'delay', byMs: 9 }), {
      frame: 1,
      kind: 'duplicate',
    });
    expect(writeEdits(edits)).toBe('lose-1,delay-2-9,duplicate-1');
  });
});

describe("the reader's clock", () => {
  test('has a place for every time, in order, and the time of every place', () => {
    const { trace, endMs } = run('lost-second');
    const story = new Story(trace, endMs);
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: endMs, noNaN: true }),
        fc.double({ min: 0, max: endMs, noNaN: true }),
        (a, b) => {
          const [early, late] = [Math.min(a, b), Math.max(a, b)];
          expect(story.placeOf(early)).toBeLessThanOrEqual(story.placeOf(late));
          expect(story.timeOf(story.placeOf(a))).toBeCloseTo(a, 3);
        },
      ),
    );
  });

  test('steps from moment to moment, and back', () => {
    const { trace, endMs } = run('plain');
    const story = new Story(trace, endMs);
    const there = [...story.moments].slice(1).map((_, index) => story.after(story.moments[index] ?? NaN));
    expect(there).toEqual(story.moments.slice(1));
    expect(story.before(story.moments[2] ?? NaN)).toBe(story.moments[1]);
    expect([story.before(0), story.after(endMs)]).toEqual([0, endMs]);
  });
});

describe('the fields of a frame', () => {
  const check = (frame: Uint8Array): void => {
    let at = 0;
    for (const field of fieldsOf(frame)) {
      expect(field.at, field.name).toBe(at);
      expect(field.bytes, field.name).toBeGreaterThan(0);
      at += field.bytes;
    }
    if (frame.length >= 14) expect(at).toBe(frame.length);
  };

  test('cover each byte of all frames of all acts once, in order', () => {
    for (const { id } of ACTS) {
      for (const record of run(id).trace.records) if (record.kind === 'frame') check(record.bytes);
    }
  });

  test('cover whatever bytes come', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), check));
    const [first] = segments(run('plain'));
    const whole = first?.record.bytes ?? new Uint8Array();
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.nat(whole.length), (at, value, length) => {
        const frame = whole.slice(0, length);
        frame[at] = value;
        check(frame);
      }),
    );
  });
});
