/** Scripts that fail say what they expected, what there was instead, and when. */
import { describe, expect, test } from 'vitest';
import { loadModule } from '../../../host/core/file.js';
import { parseScript, play, ScriptError } from '../../../host/script/index.js';

const MODULE = await loadModule(new URL('../../../build/conformance.wasm', import.meta.url));
const run = (text: string, isStrict = false) =>
  play({ script: parseScript(text, 'x.pkt'), name: 'x.pkt', module: MODULE, isStrict });

const OPEN = `0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
+0 bind(3, ..., ...) = 0
+0 listen(3, 1) = 0
+0 < S 0:0(0) win 65535 <mss 1460>
+0 > S. 0:0(0) ack 1 <mss 1460>
+0 < . 1:1(0) ack 1 win 65535
+0 accept(3, ..., ...) = 4
`;

test('a script that holds', () => {
  expect(run(OPEN, true).failure).toBeUndefined();
});

describe('what is not as expected', () => {
  test.for([
    [
      'a flag',
      '+0 < P. 1:11(10) ack 1 win 1000\n+.04 > P. 1:1(0) ack 11',
      '> P. 1:1(0) ack 11',
      /^> \. 1:1\(0\) ack 11/,
    ],
    ['a number', '+0 < P. 1:11(10) ack 1 win 1000\n+.04 > . 2:2(0) ack 11', '> . 2:2(0) ack 11', /^> \. 1:1\(0\)/],
    ['an acknowledgment', '+0 < P. 1:11(10) ack 1 win 1000\n+.04 > . 1:1(0) ack 12', '> . 1:1(0) ack 12', /ack 11/],
    [
      'a window',
      '+0 < P. 1:11(10) ack 1 win 1000\n+.04 > . 1:1(0) ack 11 win 7',
      '> . 1:1(0) ack 11 win 7',
      /win 65525/,
    ],
    [
      'an option',
      '+0 < P. 1:11(10) ack 1 win 1000\n+.04 > . 1:1(0) ack 11 <nop,nop,sack 1:2>',
      '> . 1:1(0) ack 11 <sack 1:2>',
      /ack 11 win/,
    ],
    [
      'a time that is too soon',
      '+0 < P. 1:11(10) ack 1 win 1000\n+.06 > . 1:1(0) ack 11',
      'it at 0.060 s',
      /^it came at 0\.040 s/,
    ],
    [
      'a time that is too late',
      '+0 < P. 1:11(10) ack 1 win 1000\n+.03 > . 1:1(0) ack 11',
      '> . 1:1(0) ack 11',
      /^nothing was sent until 0\.034 s/,
    ],
    ['a range', '+0 < P. 1:11(10) ack 1 win 1000\n+.05~+.06 > . 1:1(0) ack 11', 'it at 0.050 s to 0.060 s', /0\.040 s/],
    ['silence', '+1 > . 1:1(0) ack 1', '> . 1:1(0) ack 1', /^nothing was sent until 1\.004 s/],
    ['silence, whenever', '* > . 1:1(0) ack 1', '> . 1:1(0) ack 1', /^nothing was sent until 3600\.004 s/],
    ['a result', '+0 < P. 1:11(10) ack 1 win 1000\n+0 read(4, ..., 5) = 6', '6', /^5$/],
    ['an errno', '+0 read(9, ..., 5) = -1 EAGAIN', '-1 EAGAIN', /^-1 EBADF$/],
    ['a call that blocks', '+0 read(4, ..., 5) = 5', '5', /^it blocks$/],
    [
      'a call that returns too late',
      '1...1.1 read(4, ..., 5) = 5\n1.2 < P. 1:6(5) ack 1 win 1000',
      'it to return at 1.100 s',
      /^it returned at 1\.200 s/,
    ],
    ['a call that never returns', '1...1.1 read(4, ..., 5) = 5', '5', /^it blocks still/],
    ['what poll tells', '+0 poll([{fd=4, events=POLLIN|POLLOUT, revents=POLLIN}], 1, 0) = 1', '1', /revents POLLOUT/],
    ['SIOCINQ', '+0 ioctl(4, SIOCINQ, [3]) = 0', '0', /\[0\]/],
    ['SO_ERROR', '+0 getsockopt(4, SOL_SOCKET, SO_ERROR, [ECONNRESET], [4]) = 0', '0', /SO_ERROR 0/],
  ] as const)('%s', ([, lines, expected, actual]) => {
    const { failure } = run(OPEN + lines);
    expect(failure?.expected).toBe(expected);
    expect(failure?.actual).toMatch(actual);
    expect(failure?.where).toMatch(/^x\.pkt:(8|9)$/);
  });

  test('what nobody has asked about: only where it is strict', () => {
    const extra = `${OPEN}+0 < S 5:5(0) win 1000\n+1 ioctl(4, SIOCINQ, [0]) = 0`;
    expect(run(extra).failure).toBeUndefined();
    expect(run(extra, true).failure?.actual).toMatch(/^> \. 1:1\(0\) ack 1/);
  });
});

test('tolerance is what the script says', () => {
  const late = '+0 < P. 1:11(10) ack 1 win 1000\n+.03 > . 1:1(0) ack 11';
  expect(run(OPEN + late).failure).toBeDefined();
  expect(run(`--tolerance_usecs=20000\n${OPEN}${late}`).failure).toBeUndefined();
});

test('addresses are what the script says', () => {
  const { trace } = run(`--local_ip=10.1.2.3\n--remote_ip=10.1.2.4\n${OPEN}`);
  expect(trace.hosts.map(({ address }) => address)).toEqual(['10.1.2.3', '10.1.2.4']);
});

describe('what the core does not have is refused, with the line', () => {
  test.for([
    ['--mtu=9000', /^x\.pkt:1:1: --mtu: the MTU is 1500/],
    ['--foo=1', /^x\.pkt:1:1: --foo: allowed are/],
    ['--local_ip=300.1.1.1', /^x\.pkt:1:1: --local_ip/],
    ['0 fork() = 0', /^x\.pkt:1: no call fork; there are: accept/],
    ['0 socket(..., SOCK_DGRAM, 0) = 3', /^x\.pkt:1: socket: SOCK_STREAM/],
    ['0 setsockopt(3, SOL_TCP, TCP_CORK, [1], 4) = 0', /^x\.pkt:1: setsockopt: the core has no TCP_CORK/],
  ] as const)('%s', ([text, message]) => {
    expect(() => run(text)).toThrow(ScriptError);
    expect(() => run(text)).toThrow(message);
  });
});
