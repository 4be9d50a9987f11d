/**
 * The same inputs give the same frames: a run of the simulated LAN, written down in V8, is made anew in each engine of each board.
 * Every frame, deadline and event and in the end all of linear memory are compared, byte for byte, by the board.
 */

import { beforeAll, describe, expect, it } from 'vitest';
import type { CallName } from '../../host/core/exports.js';
import { coverageOf, makeRecording, replay } from '../../host/replay/index.js';
import { Content, HEADER, PROFILE_BYTES, RecordKind } from '../../host/replay/format.js';
import { lastBytes, turned, turnedResult } from '../host/replay/turned.js';
import { firmshake } from '../support/firmshake.js';
import { flashedModule, PROFILE, replayedInV8, Replayer, replayObstacle, SMALL_PROFILE } from './helpers/replay.js';
import { VARIANTS } from './helpers/variants.js';

const MODULE = await WebAssembly.compile(await flashedModule());
const RECORDING = makeRecording(MODULE, PROFILE, { seed: 1, frames: 20_000 });
/** What is damaged: copies are made of it. */
const SHORT = makeRecording(MODULE, PROFILE, { seed: 2, frames: 1 });
/** Building from nothing. */
const BUILD_MS = 300_000;

/** The last bytes of a kind that are long enough to have a middle. */
function bytesOf(kind: RecordKind, content: Content): { bytes: Uint8Array; calls: number } {
  const { record, calls } = lastBytes(
    SHORT,
    (one) => one.kind === kind && one.content === content && one.bytes.length > 5,
  );
  return { bytes: record.bytes, calls };
}

/** A recording with one byte turned, and the first call of which the board can notice it. */
interface Damage {
  recording: Uint8Array;
  atCall: number;
  /** What the board has to say of it, behind the call. */
  says: RegExp;
}

function expectedByte(content: Content): Damage {
  const { bytes, calls } = bytesOf(RecordKind.READ, content);
  const at = bytes.length - 2;
  return {
    recording: turned(SHORT, bytes, at),
    atCall: calls,
    says: new RegExp(`of ${bytes.length} bytes at \\d+: differs at byte ${at}: `),
  };
}

function expectedResult(name: CallName): Damage {
  return { ...turnedResult(SHORT, name), says: new RegExp(`^${name}\\([\\d, ]*\\): -?\\d+ expected, -?\\d+ came$`) };
}

/** A frame that comes in damaged is dropped. */
function inputByte(): Damage {
  const { record, calls } = lastBytes(
    SHORT,
    ({ kind, content, bytes }) => kind === RecordKind.WRITE && content === Content.FRAME && bytes.length > 1000,
  );
  const { bytes } = record;
  const recording = turned(SHORT, bytes, bytes.length - 1);
  return { recording, atCall: calls + 1, says: /^receive\(\d+, \d+\): -?\d+ expected, -?\d+ came$/ };
}

const DAMAGES: Readonly<Record<string, () => Damage>> = {
  'a frame that went out': () => expectedByte(Content.FRAME),
  'an event': () => expectedByte(Content.EVENT),
  'a counter': () => expectedByte(Content.STATISTICS),
  'the last page of memory': () => expectedByte(Content.MEMORY),
  'a deadline': () => expectedResult('next_deadline'),
  'what is pending': () => expectedResult('expire'),
  'an error': () => expectedResult('listen'),
  'a frame that came in': inputByte,
};

function patched(at: number, ...bytes: number[]): Uint8Array {
  const copy = SHORT.slice();
  copy.set(bytes, at);
  return copy;
}

function withMore(): Uint8Array {
  const copy = new Uint8Array(SHORT.length + 1);
  copy.set(SHORT);
  return copy;
}

/** What is no recording for this firmware. */
const REFUSED: Readonly<Record<string, Uint8Array>> = {
  'with another magic': patched(0, 0x66),
  'cut short in its header': SHORT.slice(0, HEADER.bytes - 1),
  'cut short in a record': SHORT.slice(0, SHORT.length >> 1),
  'without its end': SHORT.slice(0, SHORT.length - 4),
  'with something behind its end': withMore(),
  'of another profile': patched(HEADER.offsets.profile + PROFILE.length, 0x32, 0),
  'of a profile whose name has no end': patched(
    HEADER.offsets.profile,
    ...Array.from({ length: PROFILE_BYTES }, () => 0x78),
  ),
  'of other memory': patched(HEADER.offsets.memoryBytes, 1),
  'of more calls than it has': patched(HEADER.offsets.calls + 3, 1),
  'with a record of no kind': patched(HEADER.bytes, 9),
  'with a call that there is not': patched(HEADER.bytes + 1, 30),
  'with a record of all the bytes that there are': patched(HEADER.bytes + 2, 0xff, 0xff),
};

describe('a recorded run of the simulated LAN', () => {
  it('has thousands of frames, all drops, deadlines, events, and the wrap of the clock', () => {
    const { framesIn, framesOut, deadlines, events } = replay(MODULE, RECORDING, PROFILE);
    const { drops, clockWraps } = coverageOf(RECORDING);
    const dropped = Object.values(drops).reduce((sum, count) => sum + count, 0);
    const reasons = `${dropped} dropped for ${Object.keys(drops).length} reasons`;
    const passed = `${framesIn} frames in (${reasons}), ${framesOut} out`;
    console.log(`the recording: ${passed}, ${deadlines} deadlines, ${events} events, ${clockWraps} wraps of the clock`);
    expect(framesIn).toBeGreaterThan(10_000);
    expect(framesOut).toBeGreaterThan(5_000);
    expect(Object.entries(drops).filter(([, count]) => count === 0)).toEqual([]);
    expect(deadlines).toBeGreaterThan(10_000);
    expect(events).toBeGreaterThan(4_000);
    expect(clockWraps).toBeGreaterThan(1);
  });
});

for (const variant of VARIANTS) {
  const reason = replayObstacle(variant);
  const title = reason === undefined ? variant.name : `${variant.name} (skipped: ${reason})`;
  describe.skipIf(reason !== undefined)(title, () => {
    let board: Replayer;
    beforeAll(async () => {
      board = await Replayer.build(variant);
      return () => board.close();
    }, BUILD_MS);

    it('gives the same frames, deadlines, events and memory as V8, byte for byte', async () => {
      const begun = performance.now();
      const replayed = await board.replay(RECORDING);
      console.log(`${variant.name}: ${((performance.now() - begun) / 1000).toFixed(2)} s: ${replayed.line}`);
      expect(replayed).toEqual({ outcome: 'same', line: expect.stringMatching(/: identical$/) as string });
      expect(replayed).toEqual(replayedInV8(MODULE, RECORDING));
    });

    it('does so with a smaller profile, too', { timeout: BUILD_MS }, async () => {
      const module = await WebAssembly.compile(await flashedModule(SMALL_PROFILE));
      const recording = makeRecording(module, SMALL_PROFILE, { seed: 3, frames: 6_000 });
      const small = await Replayer.build(variant, SMALL_PROFILE);
      const replayed = await small.replay(recording);
      await small.close();
      expect(replayed.outcome, replayed.line).toBe('same');
      expect(replayed).toEqual(replayedInV8(module, recording, SMALL_PROFILE));
    });

    it.for(Object.keys(DAMAGES))('tells the place of a byte that is another: %s', async (name) => {
      const { recording, atCall, says } = (DAMAGES[name] as () => Damage)();
      const { outcome, line } = await board.replay(recording);
      expect(outcome).toBe('differs');
      const [, call, rest] = /^call (\d+): (.*)$/.exec(line) ?? [];
      expect(Number(call), line).toBe(atCall);
      expect(rest).toMatch(says);
      expect(line).toBe(replayedInV8(MODULE, recording).line);
    });

    it.for(Object.keys(REFUSED))('refuses a recording %s, as V8 does', async (name) => {
      const recording = REFUSED[name] as Uint8Array;
      const replayed = await board.replay(recording);
      expect(replayed.outcome).toBe('refused');
      expect(replayed).toEqual(replayedInV8(MODULE, recording));
    });

    // The command builds no other variant.
    if (variant.sanitize === true) return;
    it('does so for `firmshake replay`, whose exit code tells', async () => {
      const on = ['--on', variant.board, '--engine', variant.engine];
      const same = await firmshake('replay', await board.write(SHORT), ...on);
      expect(same).toMatchObject({ code: 0, stdout: `${replayedInV8(MODULE, SHORT).line}\n` });
      const { recording } = expectedByte(Content.FRAME);
      const other = await firmshake('replay', await board.write(recording), ...on);
      expect(other).toMatchObject({ code: 1, stdout: '' });
      expect(other.stderr).toContain(`firmshake replay: ${replayedInV8(MODULE, recording).line}\n`);
    });
  });
}
