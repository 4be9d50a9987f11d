/** Firmware that is not to start: `refusals.ts CASES`. Starts one after the other, and prints how each of them ended. */

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { BoardName } from '../../../host/boards/index.js';
import { launch, MACHINES, QUIET } from '../../../host/boards/launch.js';
import { ip, monotonic, openTap, systemPath } from '../../../host/tap/index.js';
import { BOARD, BOARD_MAC, TAP } from '../helpers/board.js';
import type { Variant } from '../helpers/variants.js';

/** Whoever has not ended by then hangs. */
const LIMIT_MS = 5000;
/** A device that another program has. */
const BUSY = 'busy0';

/** What the board finds where its network should be, or its entropy. */
export type Lack =
  'no device' | 'busy device' | 'other device' | 'no descriptor' | 'no frames' | 'device goes' | 'no entropy';

export interface Case {
  name: string;
  board: Variant['board'];
  program: string;
  lacks?: Lack;
  /** A library with a getrandom(2) that fails, for Linux. */
  noEntropy?: string;
}

export interface Ended {
  name: string;
  /** Undefined: it did not. */
  code: number | undefined;
  lines: string[];
  tookMs: number;
}

/** Runs a command as it is. */
async function ends(
  command: string,
  args: string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<Omit<Ended, 'name'>> {
  const begun = monotonic();
  const lines: string[] = [];
  const env = { ...process.env, PATH: systemPath(), ...environment };
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env });
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => lines.push(line.trimEnd()));
  }
  const code = await limited(new Promise<number>((resolve) => child.on('close', (code) => resolve(code ?? -1))));
  if (code === undefined) child.kill('SIGKILL');
  return { code, lines, tookMs: monotonic() - begun };
}

async function limited(ended: Promise<number>): Promise<number | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), LIMIT_MS)));
  return await Promise.race([ended, late]).finally(() => clearTimeout(timer));
}

/** Starts it as every board is started, on a TAP device. `begun`: a line is on its log. */
async function starts({ board, program }: Case, begun: () => Promise<unknown> = () => Promise.resolve()) {
  const from = monotonic();
  const lines: string[] = [];
  const log = (line: string): void => {
    lines.push(line);
    if (lines.length === 1) void begun();
  };
  const running = await launch({ board, program, address: `${BOARD}/24`, mac: BOARD_MAC, plug: { tap: TAP }, log });
  const code = await limited(running.ended);
  if (code === undefined) await running.stop();
  return { code, lines, tookMs: monotonic() - from };
}

const linux = (program: string, ...link: string[]): [string, string[]] => [
  program,
  [...link, '--address', `${BOARD}/24`],
];

/** In a mount namespace of its own, where /dev is empty. */
const withoutDev = (...command: string[]): [string, string[]] => [
  'unshare',
  ['--mount', 'sh', '-c', 'mount -t tmpfs none /dev && exec "$@"', 'sh', ...command],
];

/** The machines that host/boards/launch.ts makes, without one of their devices. */
const TAP_NET = ['-netdev', `tap,id=net,ifname=${TAP},script=no,downscript=no`];
const WITHOUT: Readonly<Record<Exclude<BoardName, 'linux'>, (program: string, lacks: Lack) => [string, string[]]>> = {
  rv32: (program, lacks) => {
    const network = [...TAP_NET, '-device', 'virtio-net-device,netdev=net'];
    const devices = lacks === 'no entropy' ? network : ['-device', 'virtio-rng-device'];
    const { command, args } = MACHINES.rv32;
    return [command, [...args, ...QUIET, '-global', 'virtio-mmio.force-legacy=false', ...devices, '-kernel', program]];
  },
  xtensa: (program, lacks) => {
    const { command, args } = MACHINES.xtensa;
    const all = [command, ...args, ...QUIET, '-kernel', program];
    if (lacks === 'no device') return [command, [...all.slice(1), '-net', 'none']];
    // Its entropy is the host's /dev/urandom.
    const network = ['-netdev', 'user,id=net,restrict=on', '-net', 'nic,model=open_eth,netdev=net'];
    return withoutDev(...all, ...network);
  },
};

async function endOf(one: Case): Promise<Omit<Ended, 'name'>> {
  const { board, program, lacks, noEntropy = '' } = one;
  if (board !== 'linux') {
    if (lacks === undefined) return await starts(one);
    return await ends(...WITHOUT[board](program, lacks));
  }
  switch (lacks) {
    case 'no device':
      return await ends(...withoutDev(...linux(program, '--tap', TAP).flat()));
    case 'busy device':
      return await ends(...linux(program, '--tap', BUSY));
    case 'other device':
      return await ends(...linux(program, '--tap', 'lo'));
    case 'no descriptor':
      return await ends(...linux(program, '--fd', '77'));
    case 'no frames':
      return await ends(...linux(program, '--fd', '0'));
    case 'device goes':
      return await starts(one, () => ip(`link delete dev ${TAP}`));
    case 'no entropy':
      // The sanitizers' own library would like to be the first.
      return await ends(...linux(program, '--tap', TAP), {
        LD_PRELOAD: noEntropy,
        ASAN_OPTIONS: 'verify_asan_link_order=0',
      });
    default:
      return await starts(one);
  }
}

const [, , told = ''] = process.argv;
const busy = openTap({ name: BUSY });
const ended: Ended[] = [];
for (const one of JSON.parse(told) as Case[]) {
  await ip(`tuntap add dev ${TAP} mode tap`);
  ended.push({ name: one.name, ...(await endOf(one)) });
  if (one.lacks !== 'device goes') await ip(`tuntap delete dev ${TAP} mode tap`);
}
await busy.close();
console.log(JSON.stringify(ended));
