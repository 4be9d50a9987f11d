/** The real LAN, each case in a network namespace of its own. */

import { existsSync, readlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

import { obstacle, resultOf, runScript, type Who } from './namespace.js';
import type { CoreReport } from './scripts/core.js';
import type { GoneReport } from './scripts/gone.js';
import type { Inside, Refused } from './scripts/own-namespace.js';
import type { WireReport } from './scripts/wire.js';

const TIMEOUT_MS = 40_000;

const CORE = fileURLToPath(new URL('../../build/lan.wasm', import.meta.url));

/** Replaces /dev/net/tun, in a mount namespace, by one that everybody may open: Debian's is like that. */
const TUN_FOR_ALL = 'mount -t tmpfs none /dev/net && mknod -m 666 /dev/net/tun c 10 200';
const TUN_FOR_NOBODY = 'mount -t tmpfs none /dev/net && mknod -m 600 /dev/net/tun c 10 200';
const FORBID = 'echo 1 > /proc/sys/user/max_user_namespaces && exec unshare --user --map-user=1000 -- "$@"';
const NO_TUN = 'mount -t tmpfs none /dev/net';

interface Case {
  title: string;
  as: Who;
  args: string[];
  kind: string;
  prepare?: string;
}

const cases: Case[] = [
  { title: 'a TAP device, as root', as: 'root', args: ['tap'], kind: 'tap' },
  { title: 'a veth pair, as root', as: 'root', args: ['veth'], kind: 'veth' },
  { title: 'no /dev/net/tun, as root', as: 'root', args: ['any'], kind: 'veth', prepare: NO_TUN },
  {
    title: 'a /dev/net/tun for all, as nobody',
    as: 'nobody',
    args: ['any'],
    kind: 'tap',
    prepare: TUN_FOR_ALL,
  },
  {
    title: 'a /dev/net/tun for root, as nobody',
    as: 'nobody',
    args: ['any'],
    kind: 'veth',
    prepare: TUN_FOR_NOBODY,
  },
];

/** The reason is in the title of a skipped test, where it is seen. */
function reasonToSkip(as: Who, prepare?: string): string | undefined {
  return obstacle(as) ?? (prepare === undefined ? undefined : obstacle('root'));
}

// Nearly all the time is spent waiting.
describe.concurrent('a real LAN', () => {
  for (const { title, as, args, kind, prepare } of cases) {
    const reason = reasonToSkip(as, prepare);
    describe.skipIf(reason)(
      `on a LAN by ${title}${reason ? ` (skipped: ${reason})` : ''}`,
      { concurrent: true },
      () => {
        // One run, many sentences about it.
        let run: Promise<WireReport & { exitMs: number }> | undefined;
        const report = () =>
          (run ??= resultOf<WireReport>('wire.ts', {
            as,
            args,
            ...(prepare === undefined ? {} : { prepare }),
          }).then((wire) => ({ ...wire, exitMs: Date.now() - wire.closedAt })));
        const it = (sentence: string, check: (wire: WireReport & { exitMs: number }) => void): void =>
          test(sentence, async () => check(await report()), TIMEOUT_MS);

        it('the way that the machine allows is taken, and said', (wire) => {
          expect(wire.kind).toBe(kind);
          expect(wire.description).toContain(kind === 'tap' ? 'TAP device lan0' : 'veth pair lan0');
          if (kind === 'veth' && args[0] === 'any') expect(wire.description).toContain('/dev/net/tun');
        });

        it("the kernel's ARP requests come in, and unanswered there is no ping", (wire) => {
          expect(wire.arpRequests).toBeGreaterThan(0);
          expect(wire.pingWhileSilent).toBe(false);
        });

        it('a ping is answered by frames sent out', (wire) => {
          expect(wire.pingWhileAnswering).toBe(true);
        });

        it("the kernel's SYN has its whole checksum", (wire) => {
          expect(wire.syn).toMatchObject({ destinationPort: 80, flags: 2, checksumsRight: true });
        });

        it("the kernel's data comes in frames of at most 1514 bytes, with whole checksums", (wire) => {
          expect(wire.data.segments).toBeGreaterThanOrEqual(10);
          expect(wire.data.longestFrameBytes).toBe(1514);
          expect(wire.data.wrongChecksums).toBe(0);
        });

        it('the kernel checks the checksums of what is sent to it', (wire) => {
          expect(wire.answersToRightChecksum).toBe(1);
          expect(wire.answersToWrongChecksum).toBe(0);
          expect(wire.checksumErrorsCounted).toBe(1);
        });

        it('a link that was down works again when it is up', (wire) => {
          expect(wire.pingAfterLinkWasDown).toBe(true);
        });

        it('nothing is heard that was sent here, and nothing of IPv6', (wire) => {
          expect(wire.ownFramesHeard).toBe(0);
          expect(wire.ipv6Frames).toBe(0);
        });

        it('promises and ticks of a handler run after it, not with the next event', (wire) => {
          expect(wire.longestTickMs).toBeLessThan(200);
        });

        it('every frame is counted', (wire) => {
          expect(wire.statistics.receivedFrames).toBe(wire.framesHeard);
          expect(wire.statistics.sentFrames).toBeGreaterThan(0);
          expect(wire.statistics.droppedFrames).toBe(0);
        });

        it('after close nothing is sent or heard, and the process ends by itself', (wire) => {
          expect(wire.sendAfterClose).toBe(false);
          expect(wire.heardAfterClose).toBe(0);
          expect(wire.exitMs).toBeLessThan(5000);
        });
      },
    );
  }

  const noCore = obstacle('root') ?? (existsSync(CORE) ? undefined : 'build/lan.wasm is not built');
  describe.skipIf(noCore)(`the core on a real LAN${noCore ? ` (skipped: ${noCore})` : ''}`, () => {
    test.each(['tap', 'veth'])(
      '%s: answers a ping, and its lost SYN-ACK is sent again after 1 s, with one wake-up',
      async (kind) => {
        const core = await resultOf<CoreReport>('core.ts', { args: [kind] });
        expect(core.pinged).toBe(true);
        expect(core.connected).toBe(true);
        expect(core.synAcks.map(({ lost }) => lost)).toEqual([true, false]);
        const [first, second] = core.synAcks;
        // the core counts whole milliseconds, of which the first may have been nearly over
        expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThan(998);
        expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeLessThan(1500); // other tests run beside this one
        expect(core.expirationsWhileConnecting).toBe(1);
        expect(core.expirationsWhileIdle).toBe(0);
      },
      TIMEOUT_MS,
    );
  });

  describe.skipIf(obstacle('root'))('an interface that is deleted while it is open', () => {
    test.each(['tap', 'veth'])(
      '%s: is noticed at the latest when a frame is sent, and nothing spins',
      async (kind) => {
        const gone = await resultOf<GoneReport>('gone.ts', { args: [kind] });
        expect(gone.sent).toBe(false);
        if (kind === 'tap') expect(gone.failure).toBe('INTERFACE_FAILED');
        expect(gone.busyMs).toBeLessThan(100);
      },
      TIMEOUT_MS,
    );
  });

  for (const as of ['root', 'nobody'] as const) {
    const reason = obstacle(as);
    describe.skipIf(reason)(
      `a process that puts itself into a namespace, as ${as}${reason ? ` (${reason})` : ''}`,
      () => {
        test(
          'is the same process, alone on a network, with its input, arguments and exit code',
          async () => {
            let pid = 0;
            const outcome = await runScript('own-namespace.ts', {
              as,
              namespace: false,
              args: ['exit', '7', "it's a=b"],
              input: 'typed',
              started: (started) => (pid = started),
            });
            expect(outcome).toMatchObject({ code: 7, stderr: '' });
            const inside = JSON.parse(outcome.stdout) as Inside;
            expect(inside.pid).toBe(pid);
            expect(inside.network).not.toBe(readlinkSync('/proc/self/ns/net'));
            expect(inside.links).toBe(1);
            expect(inside.argv).toEqual(['exit', '7', "it's a=b"]);
            expect(inside.input).toBe('typed');
            expect(inside.childExit).toBe(3);
            expect(inside.hint).toBe(
              `nsenter -t ${pid} ${as === 'root' ? '' : '-U --preserve-credentials '}-n nc 10.73.0.2 7`,
            );
          },
          TIMEOUT_MS,
        );

        test(
          'gets the signals that are sent to it',
          async () => {
            let timer: NodeJS.Timeout | undefined;
            const outcome = await runScript('own-namespace.ts', {
              as,
              namespace: false,
              args: ['wait'],
              started: (pid, output) => {
                timer = setInterval(() => {
                  if (output()) process.kill(pid, 'SIGTERM');
                }, 50);
              },
            });
            clearInterval(timer);
            expect(outcome.code).toBe(42);
          },
          TIMEOUT_MS,
        );
      },
    );
  }

  describe.skipIf(obstacle('root'))('what is missing is said in one line, with what to do about it', () => {
    // an empty directory hides a command; the sentence is the user's only help
    const without = (file: string): string => `mount --bind /dev/null "$(readlink -f "$(command -v ${file})")"`;

    test.each([
      ['unshare', 'UNSHARE_MISSING', 'apt install util-linux', ['exit', '0'], 'root' as const],
      ['ip', 'IP_MISSING', 'apt install iproute2', ['exit', '0'], 'root' as const],
    ])(
      'no %s command',
      async (command, code, advice, args, as) => {
        const refused = await resultOf<Refused>('own-namespace.ts', {
          as,
          namespace: false,
          args,
          prepare: without(command),
        });
        expect(refused.code).toBe(code);
        expect(refused.message).toContain(advice);
        expect(refused.message).not.toContain('\n');
      },
      TIMEOUT_MS,
    );

    test(
      'namespaces are forbidden',
      async () => {
        // a user, in a user namespace, in one that allows no second
        const refused = await resultOf<Refused>('own-namespace.ts', {
          namespace: false,
          args: ['exit', '0'],
          prepare: `exec unshare --user --map-root-user sh -c '${FORBID}' sh "$@" #`,
        });
        expect(refused.code).toBe('NAMESPACE_FORBIDDEN');
        expect(refused.message).toContain('sudo firmshake lan');
        expect(refused.message).not.toContain('\n');
      },
      TIMEOUT_MS,
    );

    test.each([
      ['missing', 'TUN_MISSING', 'modprobe tun', NO_TUN],
      ["root's alone", 'TUN_FORBIDDEN', 'chmod 666', TUN_FOR_NOBODY],
    ])(
      '/dev/net/tun is %s',
      async (_, code, advice, prepare) => {
        const refused = await resultOf<Refused>('own-namespace.ts', { as: 'nobody', args: ['tap'], prepare });
        expect(refused.code).toBe(code);
        expect(refused.message).toContain(advice);
      },
      TIMEOUT_MS,
    );
  });
});
