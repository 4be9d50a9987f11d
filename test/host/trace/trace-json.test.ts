import { expect, test } from 'vitest';
import { ladder, TraceError, traceFromJson, TraceRecorder, traceToJson } from '../../../host/trace/index.js';
import { handshakeWithLostSyn, roughNetwork } from './scenes.js';

test('a trace comes back from JSON as it was, frames and damage too', () => {
  for (const { trace } of [handshakeWithLostSyn(), roughNetwork(), new TraceRecorder([], 1_700_000_000_000)]) {
    const again = traceFromJson(traceToJson(trace));
    expect(again).toEqual(trace);
    expect(ladder(again)).toBe(ladder(trace));
  }
});

test('one record is one line, so that traces can be compared with diff', () => {
  const { trace } = handshakeWithLostSyn();
  expect(traceToJson(trace).trimEnd().split('\n')).toHaveLength(trace.records.length + 2);
});

test.each([
  ['no JSON', '{', 'TRACE_BAD_JSON'],
  ['another version', '{"version":2,"hosts":[],"records":[]}', 'TRACE_BAD_JSON'],
  ['a host without an id', '{"version":1,"hosts":[{}],"records":[]}', 'TRACE_BAD_JSON'],
  ['a record without a time', '{"version":1,"hosts":[],"records":[{"kind":"note","text":""}]}', 'TRACE_BAD_RECORD'],
  ['an unknown kind', '{"version":1,"hosts":[],"records":[{"kind":"toString","at":0}]}', 'TRACE_BAD_RECORD'],
  [
    'a state of no host',
    '{"version":1,"hosts":[],"records":[{"kind":"state","at":0,"state":"X"}]}',
    'TRACE_BAD_RECORD',
  ],
  [
    'a connection that is a number',
    '{"version":1,"hosts":[],"records":[{"kind":"state","at":0,"host":"a","state":"X","connection":7}]}',
    'TRACE_BAD_RECORD',
  ],
  [
    'a pool that is nothing',
    '{"version":1,"hosts":[],"records":[{"kind":"pools","at":0,"host":"a","pools":[null]}]}',
    'TRACE_BAD_RECORD',
  ],
  [
    'a frame that is no hexadecimal',
    '{"version":1,"hosts":[],"records":[{"kind":"frame","at":0,"from":"a","to":"b","bytes":"0g"}]}',
    'TRACE_BAD_HEX',
  ],
])('%s is refused with a code', (_name, text, code) => {
  let error: unknown;
  try {
    traceFromJson(text);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(TraceError);
  expect(error).toMatchObject({ code });
});

test('a recorded frame does not change when its buffer is used again', () => {
  const recorder = new TraceRecorder();
  const buffer = Uint8Array.of(1, 2, 3);
  const record = recorder.frame(0, 'a', 'b', buffer);
  buffer.fill(0);
  expect(record.bytes).toEqual(Uint8Array.of(1, 2, 3));
});
