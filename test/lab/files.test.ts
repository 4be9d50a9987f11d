/** Files that come to the lab: what it wrote itself, what tshark and boards wrote, and what is neither. */
import { describe, expect, test } from 'vitest';
import { loadModule } from '../../host/core/file.js';
import { Core } from '../../host/core/index.js';
import { actOf } from '../../host/lab/acts/index.js';
import { traceOf } from '../../host/lab/run/capture.js';
import { play } from '../../host/lab/run/run.js';
import { Recorder } from '../../host/replay/recorder.js';
import { traceToPcapng, wireToPcapng, type Trace } from '../../host/trace/index.js';

const module = await loadModule(new URL('../../build/lan.wasm', import.meta.url));
const { trace } = play(module, actOf('lost-first'), 1, []);

/** What a reader sees of a frame. */
function framesOf({ records }: Trace) {
  const start = records.find(({ kind }) => kind === 'frame')?.at ?? 0;
  return records.flatMap((record) =>
    record.kind === 'frame' ? [{ at: record.at - start, bytes: [...record.bytes] }] : [],
  );
}

describe('a capture', () => {
  test('that the lab saved has the same frames at the same times, and those that were lost do not arrive', () => {
    const read = traceOf(module, traceToPcapng(trace)).trace;
    expect(framesOf(read)).toEqual(framesOf(trace));
    const arrived = read.records.map((record) => record.kind === 'frame' && record.arrivesAt !== undefined);
    expect(arrived).toEqual(
      trace.records.flatMap((one) => (one.kind === 'frame' ? [one.arrivesAt !== undefined] : [])),
    );
  });

  test('of a wire has each frame once, from and to addresses', () => {
    const read = traceOf(module, wireToPcapng(trace)).trace;
    expect(framesOf(read)).toEqual(framesOf(trace));
    expect(read.records[0]).toMatchObject({ from: '10.0.0.1', to: '10.0.0.2' });
  });
});

describe('a recording of a core', () => {
  const identity = { mac: '02:00:0a:00:00:02', address: '10.0.0.2', prefixLength: 24, key: new Uint8Array(16).fill(1) };

  /** A core that is recorded, and what a witness of its wire has seen. */
  function recorded() {
    const core = new Core(module);
    const recorder = new Recorder(core, 'lan');
    const seen: { at: number; bytes: number[] }[] = [];
    const sends = (now: number): void => {
      for (const frame of core.drain(now)) seen.push({ at: now - 5_000, bytes: [...frame] });
    };
    core.boot(identity, 5_000);
    sends(5_000);
    core.listen(80, 4);
    const [syn = new Uint8Array()] = framesIn(trace);
    core.receive(syn, 5_010);
    seen.push({ at: 10, bytes: [...syn] });
    sends(5_010);
    const due = 5_010 + core.nextDeadline(5_010);
    core.expire(due);
    sends(due);
    return { bytes: recorder.finish(), seen, due: due - 5_000 };
  }

  function framesIn({ records }: Trace): Uint8Array[] {
    return records.flatMap((record) => (record.kind === 'frame' ? [record.bytes] : []));
  }

  test('shows what came and went, and what was in the core', () => {
    const { bytes, seen, due } = recorded();
    const { trace: read, moments } = traceOf(module, bytes);
    expect(framesOf(read)).toEqual(seen);
    const before = moments.findLast(({ atMs }) => atMs < 10)?.hosts[0];
    const after = moments.find(({ atMs }) => atMs === 10)?.hosts[0];
    expect([before?.pools.halfOpen.used, after?.pools.halfOpen.used]).toEqual([0, 1]);
    expect([before?.timerMs, after?.timerMs]).toEqual([undefined, due]);
  });

  test('cut short, or of another profile, is refused with the reason', async () => {
    const { bytes: whole } = recorded();
    const refused = { code: 'LAB_BAD_FILE' };
    expect(() => traceOf(module, whole.subarray(0, whole.length - 3))).toThrow(expect.objectContaining(refused));
    const tiny = await loadModule(new URL('../../build/tiny.wasm', import.meta.url));
    expect(() => traceOf(tiny, whole)).toThrow(expect.objectContaining(refused));
  });
});

test.each([
  ['nothing', ''],
  ['text', 'GET / HTTP/1.1'],
])('a file that is %s is refused', (_, text) => {
  const refused = { code: 'LAB_BAD_FILE' };
  expect(() => traceOf(module, new TextEncoder().encode(text))).toThrow(expect.objectContaining(refused));
});
