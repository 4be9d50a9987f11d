/** `firmshake lan` as it is typed: the built command, which makes its own namespace. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

import { readPcapng } from '../../host/trace/pcapng.js';
import { expectInOrder, MAIN, runCommand, type Outcome } from '../support/firmshake.js';
import { needs, type Need } from '../support/needs.js';
import { obstacle, type Who } from './namespace.js';

const TIMEOUT_MS = 30_000;
/** Runs a line of a shell's on the LAN. */
const shell = (line: string): string[] => ['--', 'sh', '-c', line];
const NC = ['--', 'nc', '-zv', '10.73.0.2', '7'];

function firmshakeLan(as: Who, ...args: string[]): Promise<Outcome> {
  const isRoot = process.getuid?.() === 0;
  const drop = as === 'nobody' && isRoot ? ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'] : [];
  const [command = '', ...rest] = [...drop, process.execPath, MAIN, 'lan', ...args];
  return runCommand(command, ...rest);
}

function reasonToSkip(as: Who, ...wanted: Need[]): string | undefined {
  const { ok, reason } = needs('linux', 'ip', 'unshare', ...wanted);
  return ok ? obstacle(as) : reason;
}

const self: Who = process.getuid?.() === 0 ? 'root' : 'nobody';

describe.concurrent('firmshake lan', () => {
  for (const as of ['root', 'nobody'] as const) {
    const reason = reasonToSkip(as, 'nc');
    test.skipIf(reason)(
      `as ${as}: nc connects, the ladder shows how, and it ends with nc's exit code${reason ? ` (skipped: ${reason})` : ''}`,
      async () => {
        const { code, stdout, stderr } = await firmshakeLan(as, '--listen', '7', ...NC);
        expect(stderr).toMatch(/10\.73\.0\.2 7 .*succeeded/);
        expect(code).toBe(0);
        expect(stdout).toMatch(/core 10\.73\.0\.2 on the .*lan0/);
        expect(stdout).toMatch(/nsenter -t \d+ .*-n nc 10\.73\.0\.2 7/);
        expectInOrder(
          stdout,
          'LISTEN',
          /├── SYN  seq 0 .*▶│/,
          /│◀.* SYN ACK  seq 0  ack 1 .*┤/,
          /├── ACK .*▶│/,
          'ESTABLISHED',
        );
        expectInOrder(stdout, 'ESTABLISHED', /├── FIN ACK .*▶│/, 'PEER_CLOSED', /│◀.* FIN ACK .*┤/, 'CLOSED');
      },
      TIMEOUT_MS,
    );
  }

  const reason = reasonToSkip(self);
  const noNc = reasonToSkip(self, 'nc');
  const because = (why: string | undefined): string => (why ? ` (skipped: ${why})` : '');

  test.skipIf(reason)(
    `--connect to where nobody listens: ECONNREFUSED in the ladder, and exit code 1${because(reason)}`,
    async () => {
      const { code, stdout, stderr } = await firmshakeLan(self, '--connect', '10.73.0.1:9');
      expect(code).toBe(1);
      expect(stderr).toBe('');
      expectInOrder(stdout, 'SYN-SENT', 'SYN  seq 0', 'RST', 'FAILED', 'ECONNREFUSED');
      expect(stdout).not.toContain('ESTABLISHED');
    },
    TIMEOUT_MS,
  );

  test.skipIf(reason)(
    `--connect to nobody: EHOSTUNREACH at the --timeout, and exit code 1${because(reason)}`,
    async () => {
      const begun = performance.now();
      const { code, stdout } = await firmshakeLan(self, '--connect', '10.73.0.77:9', '--timeout', '1500');
      expect(code).toBe(1);
      expect(performance.now() - begun).toBeGreaterThan(1500);
      expect(stdout).toContain('EHOSTUNREACH');
    },
    TIMEOUT_MS,
  );

  test.skipIf(noNc)(
    `--lose ack: ESTABLISHED only after the second SYN-ACK; --pcap has every frame${because(noNc)}`,
    async () => {
      const folder = mkdtempSync(path.join(tmpdir(), 'firmshake-lan-'));
      try {
        const file = path.join(folder, 'run.pcapng');
        // nc waits for the end of its input, so that its FIN does not repair the handshake.
        const wait = ['--', 'sh', '-c', 'sleep 1.5 | nc -N 10.73.0.2 7'];
        const { code, stdout } = await firmshakeLan(self, '--listen', '7', '--lose', 'ack', '--pcap', file, ...wait);
        expect(code).toBe(0);
        expectInOrder(
          stdout,
          'SYN  seq 0',
          'SYN ACK  seq 0',
          /├── ACK .*lost/,
          /SYN ACK .*2nd try/,
          /├── ACK/,
          'ESTABLISHED',
        );
        expect(stdout.indexOf('ESTABLISHED')).toBeGreaterThan(stdout.indexOf('2nd try'));
        expect(readPcapng(readFileSync(file)).packets.length).toBeGreaterThanOrEqual(8);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
    TIMEOUT_MS,
  );

  test.skipIf(noNc)(
    `--lose syn, --lose syn-ack: the connection comes up all the same${because(noNc)}`,
    async () => {
      const [syn, synAck] = await Promise.all([
        firmshakeLan(self, '--listen', '7', '--lose', 'syn', ...NC),
        firmshakeLan(self, '--listen', '7', '--lose', 'syn-ack', ...NC),
      ]);
      expect([syn.code, synAck.code]).toEqual([0, 0]);
      expectInOrder(syn.stdout, /├── SYN .*lost/, /├── SYN .*2nd try/, 'SYN ACK', 'ESTABLISHED');
      expectInOrder(synAck.stdout, /├── SYN /, /lost.* SYN ACK/, /2nd try/, 'ESTABLISHED');
    },
    TIMEOUT_MS,
  );

  test.skipIf(noNc)(
    `--json: the statistics and no ladder${because(noNc)}`,
    async () => {
      const { code, stdout } = await firmshakeLan(self, '--listen', '7', '--json', ...NC);
      expect(code).toBe(0);
      const { counters, pools } = JSON.parse(stdout) as {
        counters: Record<string, number>;
        pools: Record<string, { used: number }>;
      };
      expect(counters).toMatchObject({ passiveOpens: 1, established: 1 });
      expect(pools['CONNECTIONS']).toMatchObject({ used: 0 });
    },
    TIMEOUT_MS,
  );

  const noCurl = reasonToSkip(self, 'curl', 'nc');
  test.skipIf(noCurl)(
    `serves the apps where nothing else is asked for, and says how to reach them${because(noCurl)}`,
    async () => {
      const { code, stdout, stderr } = await firmshakeLan(
        self,
        ...shell('curl -sS http://10.73.0.2/ && echo echoed | nc -N 10.73.0.2 7'),
      );
      expect(stderr).toBe('');
      expectInOrder(stdout, /nsenter -t \d+ .*-n curl http:\/\/10\.73\.0\.2\/\n/, /nsenter .*-n nc 10\.73\.0\.2 7\n/);
      expectInOrder(stdout, '<title>Firmshake</title>', 'echoed');
      // The ladder is drawn while they talk, so their lines are among its own; a second connection has names drawn anew.
      expectInOrder(stdout, 'SYN  seq 0', 'SYN-RECEIVED', /├── .*PSH ACK .* len 7 /, /│◀.* PSH ACK .* len 7 /);
      expect(code).toBe(0);
    },
    TIMEOUT_MS,
  );

  test.skipIf(noCurl)(
    `--profile gateway has apps too; --no-apps has none: refused${because(noCurl)}`,
    async () => {
      const [gateway, none] = await Promise.all([
        firmshakeLan(self, '--profile', 'gateway', ...shell('curl -sS http://10.73.0.2/status.json')),
        firmshakeLan(self, '--no-apps', ...shell('nc -zv 10.73.0.2 80')),
      ]);
      expect(gateway.stdout).toMatch(/"CONNECTIONS":.*1024/);
      expect(gateway.code).toBe(0);
      expect(none.stdout).not.toContain('status page');
      expect(none.stderr).toContain('refused');
      expect(none.code).toBe(1);
    },
    TIMEOUT_MS,
  );

  test.skipIf(noNc)(
    `--listen reads and forgets: 5 MB come at once, the ladder draws the beginning and the end${because(noNc)}`,
    async () => {
      const folder = mkdtempSync(path.join(tmpdir(), 'firmshake-lan-'));
      try {
        const file = path.join(folder, 'run.pcapng');
        const send = shell('head -c 5000000 /dev/zero | nc -N 10.73.0.2 7');
        const { code, stdout, stderr } = await firmshakeLan(self, '--listen', '7', '--pcap', file, ...send);
        expect(code).toBe(0);
        expectInOrder(
          stdout,
          'ESTABLISHED',
          'seq 1  ack 1  len 1460',
          /… frames not drawn: [\d,]+, with [\d.]+ MB of data/,
        );
        expectInOrder(stdout, 'frames not drawn', /├── FIN/, 'PEER_CLOSED', '5.0 MB came from 10.73.0.1:');
        expect(stdout.split('\n').length).toBeLessThan(300);
        expect(stderr).toMatch(/^transferred 5\.\d MB in [\d.]+ m?s, [\d.]+ MB\/s$/m);
        expect(readPcapng(readFileSync(file)).packets.length).toBeGreaterThan(5_000_000 / 1460);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
    TIMEOUT_MS,
  );

  test.skipIf(reason)(
    `--pcap where no file can be: one line, and exit code 1${because(reason)}`,
    async () => {
      const { code, stderr } = await firmshakeLan(self, '--listen', '7', '--pcap', '/no-such-folder/run.pcapng');
      expect(stderr).toMatch(/^firmshake lan: ENOENT.*no-such-folder.*\n$/);
      expect(code).toBe(1);
    },
    TIMEOUT_MS,
  );

  test.skipIf(reason)(
    `ends with the exit code of its command, and after --seconds${because(reason)}`,
    async () => {
      const [exit, missing, seconds] = await Promise.all([
        firmshakeLan(self, '--listen', '7', '--', 'sh', '-c', 'exit 3'),
        firmshakeLan(self, '--listen', '7', '--', 'no-such-command'),
        firmshakeLan(self, '--listen', '7', '--seconds', '1'),
      ]);
      expect(exit.code).toBe(3);
      expect(missing.code).toBe(2);
      expect(missing.stderr.trim().split('\n')).toHaveLength(1);
      expect(missing.stderr).toContain('no-such-command');
      expect(seconds.code).toBe(0);
    },
    TIMEOUT_MS,
  );

  test.skipIf(reason)(
    `--interface: one that is there, with the kernel's address as it is${because(reason)}`,
    async () => {
      const make =
        'ip link add v0 type veth peer name v1; ip addr add 10.73.0.1/24 dev v0; ip link set v0 up; ip link set v1 up';
      const { code, stdout, stderr } = await inNamespace(make, '--interface', 'v1', '--connect', '10.73.0.1:9');
      expect(stderr).toBe('');
      expect(code).toBe(1);
      expect(stdout).toContain('ECONNREFUSED');
    },
    TIMEOUT_MS,
  );

  test.skipIf(reason)(
    `--interface: one that is not there is named, in one line${because(reason)}`,
    async () => {
      const { code, stderr } = await inNamespace('true', '--interface', 'nosuch', '--listen', '7');
      expect(code).not.toBe(0);
      expect(stderr).toMatch(/^firmshake lan: .*nosuch.*\n$/);
      expect(stderr).toMatch(/does not exist|no interface|Cannot find|no such/i);
    },
    TIMEOUT_MS,
  );
});

/** In a namespace that was there before, with what `make` makes. */
function inNamespace(make: string, ...args: string[]): Promise<Outcome> {
  const unshare = ['--net', ...(self === 'root' ? [] : ['--user', '--map-root-user']), '--'];
  const run = ['sh', '-c', `${make}; exec "$@"`, 'sh', process.execPath, MAIN, 'lan', ...args];
  return runCommand('unshare', ...unshare, ...run);
}
