import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { Core } from '../../../host/core/core.js';
import { CALL_NAMES } from '../../../host/core/exports.js';
import { loadModule } from '../../../host/core/file.js';
import { coverageOf, makeRecording, replay, ReplayError } from '../../../host/replay/index.js';
import { Content, HEADER, RecordKind, type BytesRecord } from '../../../host/replay/format.js';
import { readRecords } from '../../../host/replay/reader.js';
import { isBytes, lastBytes, turned } from './turned.js';

const moduleOf = (profile: string): Promise<WebAssembly.Module> =>
  loadModule(new URL(`../../../build/${profile}.wasm`, import.meta.url));

const MODULE = await moduleOf('lan-apps');
const RECORDING = makeRecording(MODULE, 'lan-apps', { seed: 1, frames: 6000 });

/** Where the module's memory begins: asconfig.json. */
const MEMORY_BASE = 16;

const hash = (bytes: Uint8Array): string => createHash('sha1').update(bytes).digest('hex');

/** What a replay of a recording is refused with. */
function refusal(recording: Uint8Array, profile = 'lan-apps', module = MODULE): { code: string; message: string } {
  try {
    replay(module, recording, profile);
  } catch (error) {
    if (error instanceof ReplayError) return { code: error.code, message: error.message };
    throw error;
  }
  return { code: 'none', message: '' };
}

test('a new core does the same as the one that was recorded, frame for frame and byte for byte', () => {
  const counts = replay(MODULE, RECORDING, 'lan-apps');
  expect(counts.framesIn + counts.framesOut).toBeGreaterThan(6000);
  expect(counts.deadlines).toBeGreaterThan(1000);
  expect(counts.events).toBeGreaterThan(500);
  expect(counts.bytesRead).toBeGreaterThan(100_000);
});

/** Calls that tell where something lies. */
const PLACES = ['config', 'rx_frame', 'tx_frame', 'send_at', 'received_at', 'next_event', 'statistics'];

/** What a core was given and gave, wherever it has it in its memory. */
function exchanged(recording: Uint8Array): unknown[] {
  return [...readRecords(recording)].flatMap((record): unknown[] => {
    if (isBytes(record)) return record.content === Content.MEMORY ? [] : [[record.content, hash(record.bytes)]];
    if (record.kind === RecordKind.END) return [];
    const name = CALL_NAMES[record.call] ?? '';
    return [[name, record.args, PLACES.includes(name) ? record.result !== 0 : record.result]];
  });
}

test('the module with assertions and without optimization does the same as the small one', async () => {
  // It has guards between its regions, so they lie elsewhere.
  const recording = makeRecording(await moduleOf('debug-apps'), 'lan-apps', { seed: 1, frames: 6000 });
  expect(exchanged(recording)).toEqual(exchanged(RECORDING));
});

test.for(['tiny', 'lan', 'lan-apps'])(
  'the module that is built for speed, which boards get, does the same as the small one: %s',
  async (profile) => {
    const [small, fast] = await Promise.all([moduleOf(profile), moduleOf(`${profile}-fast`)]);
    const recording = makeRecording(small, profile, { seed: 9, frames: 6000 });
    expect(replay(fast, recording, profile)).toEqual(replay(small, recording, profile));
    // The simulated LAN goes another way as soon as one frame is another.
    expect(Buffer.compare(makeRecording(fast, profile, { seed: 9, frames: 6000 }), recording)).toBe(0);
  },
);

test('at its end a recording has all of the memory that the module uses', () => {
  let nextAt: number | undefined;
  let isComplete = false;
  for (const record of readRecords(RECORDING)) {
    if (record.kind === RecordKind.CALL) nextAt = MEMORY_BASE;
    if (isBytes(record) && record.content === Content.MEMORY) {
      expect(record.address).toBe(nextAt);
      nextAt = record.address + record.bytes.length;
    }
    isComplete = record.kind === RecordKind.END && nextAt === new Core(MODULE).memoryBytes;
  }
  expect(isComplete).toBe(true);
});

test.for(['tiny', 'lan', 'conformance'])('another profile can be recorded: %s', async (profile) => {
  const module = await moduleOf(profile);
  const recording = makeRecording(module, profile, { seed: 5, frames: 1 });
  expect(replay(module, recording, profile).framesOut).toBeGreaterThan(500);
});

test('the same seed gives the same recording, and another seed another', () => {
  const made = (seed: number): Uint8Array => makeRecording(MODULE, 'lan-apps', { seed, frames: 1 });
  expect(Buffer.compare(made(2), made(2))).toBe(0);
  expect(Buffer.compare(made(2), made(3))).not.toBe(0);
});

test('a recording reaches every export, every reason to drop a frame, every counter, and the wrap of the clock', () => {
  const recording = makeRecording(MODULE, 'lan-apps', { seed: 1, frames: 20_000 });
  const { calls, drops, counters, clockWraps } = coverageOf(recording);
  const reached = { ...calls, ...drops, ...counters };
  const missed = Object.entries(reached).filter(([, count]) => count === 0);
  // A core cannot count how often its host has started it anew after a trap.
  expect(missed.map(([name]) => name)).toEqual(['restarts']);
  expect(clockWraps).toBeGreaterThan(1);
});

test('an input byte that is another shows in what comes of it', () => {
  const data = lastBytes(RECORDING, ({ kind, content }) => kind === RecordKind.WRITE && content === Content.DATA);
  const { code, message } = refusal(turned(RECORDING, data.record.bytes, 0));
  expect(code).toBe('REPLAY_DIFFERS');
  expect(message).toMatch(
    /^call \d+: \w+\([\d, ]*\): \w+ of \d+ bytes at \d+: differs at byte \d+: .* expected, .* came$/,
  );
  expect(Number(/^call (\d+)/.exec(message)?.[1])).toBeGreaterThan(data.calls);
});

test('an input frame that is damaged is dropped where the right one was not', () => {
  const isLong = ({ kind, content, bytes }: BytesRecord): boolean =>
    kind === RecordKind.WRITE && content === Content.FRAME && bytes.length > 1000;
  const { record, calls } = lastBytes(RECORDING, isLong);
  const { code, message } = refusal(turned(RECORDING, record.bytes, record.bytes.length - 1));
  expect(code).toBe('REPLAY_DIFFERS');
  expect(message).toMatch(new RegExp(`^call ${calls + 1}: receive\\(\\d+, \\d+\\): -?\\d+ expected, -?\\d+ came$`));
});

test.for([Content.FRAME, Content.EVENT, Content.DATA, Content.STATISTICS, Content.MEMORY])(
  'an expected byte that is another is told with its place (Content %i)',
  (content) => {
    const { record, calls } = lastBytes(
      RECORDING,
      (other) => other.kind === RecordKind.READ && other.content === content && other.bytes.length > 7,
    );
    const at = record.bytes.length - 2;
    const { code, message } = refusal(turned(RECORDING, record.bytes, at));
    const hex = [...record.bytes.subarray(at)].map((byte) => byte.toString(16).padStart(2, '0'));
    const right = hex.join(' ');
    const wrong = [((record.bytes[at] ?? 0) ^ 1).toString(16).padStart(2, '0'), ...hex.slice(1)].join(' ');
    expect(code).toBe('REPLAY_DIFFERS');
    expect(message).toMatch(new RegExp(`^call ${calls}: \\w+\\(`));
    const where = `of ${record.bytes.length} bytes at ${record.address}: differs at byte ${at}`;
    expect(message).toContain(`${where}: ${wrong} expected, ${right} came`);
  },
);

test('a frame of another length is told with both lengths, and with where the bytes differ', () => {
  const { record, calls } = lastBytes(
    RECORDING,
    ({ kind, content, bytes }) => kind === RecordKind.READ && content === Content.FRAME && bytes.length > 100,
  );
  // Between the call's result and the frame lie its one argument and the header of the frame's record.
  const length = record.bytes.length;
  const longer = turned(RECORDING, record.bytes, 38);
  new DataView(longer.buffer).setInt32(record.bytes.byteOffset - RECORDING.byteOffset - 16, length + 6, true);
  expect(refusal(longer)).toEqual({
    code: 'REPLAY_DIFFERS',
    message: expect.stringMatching(
      new RegExp(
        `^call ${calls}: transmit\\(\\d+\\): ${length + 6} bytes expected, ${length} came; differs at byte 38$`,
      ),
    ) as string,
  });
});

test('a recording that is cut short is told as one, wherever it was cut', () => {
  const { calls } = replay(MODULE, RECORDING);
  const short = 'the recording is cut short: it ends';
  for (const length of [8, HEADER.bytes - 1]) {
    expect(refusal(RECORDING.slice(0, length)), `${length}`).toEqual({
      code: 'REPLAY_CUT_SHORT',
      message: `${short} in its header`,
    });
  }
  for (const [length, behind] of [
    [HEADER.bytes, 0],
    [HEADER.bytes + 3, 0],
    [RECORDING.length - 1, calls],
    [RECORDING.length - 4, calls],
  ] as const) {
    expect(refusal(RECORDING.slice(0, length)), `${length}`).toEqual({
      code: 'REPLAY_CUT_SHORT',
      message: `${short} behind call ${behind} of ${calls}`,
    });
  }
});

test('zeros where records should be are damage, and so is anything behind the end', () => {
  const zeros = RECORDING.slice();
  zeros.fill(0, HEADER.bytes);
  expect(refusal(zeros).code).toBe('REPLAY_DAMAGED');
  const more = new Uint8Array(RECORDING.length + 1);
  more.set(RECORDING);
  const message = 'the recording is damaged: something follows its end';
  expect(refusal(more)).toEqual({ code: 'REPLAY_DAMAGED', message });
});

test('a recording of another profile, or of a module with other memory, is refused before any call', async () => {
  expect(refusal(RECORDING, 'lan')).toEqual({
    code: 'REPLAY_OTHER_MODULE',
    message: 'the recording is of profile lan-apps, not lan',
  });
  const { code, message } = refusal(RECORDING, 'lan-apps', await moduleOf('tiny'));
  expect(code).toBe('REPLAY_OTHER_MODULE');
  expect(message).toMatch(/^the recording is of a module with \d+ bytes of memory, not \d+$/);
});

test('what is no recording is refused', () => {
  for (const bytes of [new Uint8Array(), new Uint8Array(100), new TextEncoder().encode('FSKREPL2 and more of it')]) {
    expect(refusal(bytes)).toEqual({
      code: 'REPLAY_NO_RECORDING',
      message: 'no recording: it does not begin with FSKREPL1',
    });
  }
});

test('a call has the same number on boards', async () => {
  const text = await readFile(new URL('../../../boards/common/core.h', import.meta.url), 'utf8');
  const names = [...text.matchAll(/CALL\((\w+), \d\)/g)].map(([, name]) => name);
  expect(names).toEqual(CALL_NAMES);
});
