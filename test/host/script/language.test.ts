/** The language of scripts: what is understood, and what is refused, with the place. */
import { describe, expect, test } from 'vitest';
import { parseScript, ScriptError } from '../../../host/script/index.js';

const read = (text: string) => parseScript(text, 'x.pkt');
const event = (line: string) => read(line).events[0];

describe('times', () => {
  test.for([
    ['0.5 < . 1:1(0)', { from: { seconds: 0.5, isRelative: false } }],
    ['+.25 < . 1:1(0)', { from: { seconds: 0.25, isRelative: true } }],
    ['* > . 1:1(0)', {}],
    ['1~2 > . 1:1(0)', { from: { seconds: 1, isRelative: false }, until: { seconds: 2, isRelative: false } }],
    ['+1~+2.5 > . 1:1(0)', { from: { seconds: 1, isRelative: true }, until: { seconds: 2.5, isRelative: true } }],
    [
      '0.1...0.2 read(4, ..., 1) = 1',
      { from: { seconds: 0.1, isRelative: false }, ends: { seconds: 0.2, isRelative: false } },
    ],
    ['0...1 read(4, ..., 1) = 1', { from: { seconds: 0, isRelative: false }, ends: { seconds: 1, isRelative: false } }],
  ] as const)('%s', ([line, when]) => {
    expect(JSON.parse(JSON.stringify(event(line)?.when))).toEqual(when);
  });
});

describe('segments', () => {
  test('flags, numbers, window, urgent pointer, options', () => {
    const options = '<mss 1460,nop,wscale 7,sackOK,TS val 1 ecr 2,sack 1:2 3:4,eol>';
    expect(event(`0 < FPU. 1:11(10) ack 5 win 100 urg 3 ${options}`)?.deed).toEqual({
      kind: 'in',
      segment: {
        flags: 'FPU.',
        sequence: 1,
        end: 11,
        length: 10,
        ack: 5,
        window: 100,
        urgent: 3,
        options: [
          { kind: 'mss', bytes: 1460 },
          { kind: 'nop' },
          { kind: 'wscale', shift: 7 },
          { kind: 'sackOK' },
          { kind: 'TS', value: 1, echo: 2 },
          {
            kind: 'sack',
            blocks: [
              { left: 1, right: 2 },
              { left: 3, right: 4 },
            ],
          },
          { kind: 'eol' },
        ],
      },
    });
  });

  test('any options; no flags; numbers that wrap', () => {
    expect(event('0 > S. 0:0(0) ack 1 <...>')?.deed).toMatchObject({ segment: { options: 'any' } });
    expect(event('0 < - 1:1(0)')?.deed).toMatchObject({ segment: { flags: '-', ack: undefined } });
    expect(event('0 < . 4294967290:4(10)')?.deed).toMatchObject({ segment: { length: 10 } });
  });

  test('ICMP', () => {
    expect(event('0 < icmp unreachable frag_needed mtu 1200 [1:1461(1460)]')?.deed).toEqual({
      kind: 'icmp',
      message: { code: 'frag_needed', mtu: 1200, sequence: 1, length: 1460 },
    });
  });
});

test('calls with names, lists, fields, errno and its words', () => {
  expect(
    event('+0 poll([{fd=3, events=POLLIN|POLLOUT, revents=0}], 1, -1) = -1 EINTR (Interrupted)')?.deed,
  ).toMatchObject({
    name: 'poll',
    args: [
      { kind: 'list', items: [{ kind: 'fields', fields: { events: { names: ['POLLIN', 'POLLOUT'] } } }] },
      { value: 1 },
      { value: -1 },
    ],
    result: { value: -1 },
    errno: 'EINTR',
  });
});

test('comments of three kinds, options, and lines that are one event', () => {
  const { options, events } = read(`# one
// two
/* three
   lines */
--tolerance_usecs=10000
--ip_version=ipv4
0 socket(..., SOCK_STREAM, 0) = 3 // behind
+0 < S 0:0(0) /* between */ win 100
`);
  expect(options.map(({ name, value }) => [name, value])).toEqual([
    ['tolerance_usecs', '10000'],
    ['ip_version', 'ipv4'],
  ]);
  expect(events.map(({ place }) => place.line)).toEqual([7, 8]);
});

describe('what is refused, with its place', () => {
  test.for([
    ['0 `sysctl -w x`', /^x\.pkt:1:1: shell commands are not run/],
    ['`../common/defaults.sh`', /^x\.pkt:1:1: shell commands are not run/],
    ['\n+0 %{ assert tcpi_state == 1 }%', /^x\.pkt:2:1: code between %\{ and \}% is not run/],
    ['0 < udp (4)', /^x\.pkt:1:3: UDP is not/],
    ['0 < . 1:11(5)', /^x\.pkt:1:7: from 1 to 11 there are 10 bytes, not 5/],
    ['0 < . 1:1(0)\n0 < Q 1:1(0)', /^x\.pkt:2:5: Expected .* but "Q" found/],
    ['0 read(4, ..., 1)', /^x\.pkt:1:18: Expected .*end of input/],
  ] as const)('%s', ([text, message]) => {
    expect(() => read(text)).toThrow(ScriptError);
    expect(() => read(text)).toThrow(message);
  });
});
