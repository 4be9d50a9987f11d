/** Runs a board's firmware: a Linux program as it is, bare metal in QEMU. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { systemPath } from '../tap/index.js';
import type { BoardName } from './boards.js';
import { BoardError } from './errors.js';
import { tool } from './tools.js';

/** Where the board is plugged in: a TAP device that exists, or QEMU's own network, which needs no privilege. */
export type Plug = { tap: string } | { userNet: readonly Forward[] };

/** A port of 127.0.0.1 that leads to one of the board. */
export interface Forward {
  hostPort: number;
  port: number;
}

export interface Launch {
  board: BoardName;
  program: string;
  /** With its prefix length. */
  address: string;
  gateway?: string;
  mac?: string;
  /** What it is to do: boards/apps/session.h. */
  plan?: string;
  plug: Plug;
  /** Where a trap's dump goes, on boards that have files. */
  dumpFile?: string;
  /** A line of the board's log. */
  log: (line: string) => void;
}

/** A board that is running. */
export interface Running {
  readonly pid: number;
  /** Resolves when it has ended, with its exit code; a signal is 128 and its number. */
  readonly ended: Promise<number>;
  stop(): Promise<void>;
}

/** @throws BoardError TOOL_MISSING, BOARD_FAILED */
export async function launch(options: Launch): Promise<Running> {
  const [command, args] = options.board === 'linux' ? linuxCommand(options) : qemuCommand(options);
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PATH: systemPath() },
  });
  const ended = endOf(child);
  let isStopping = false;
  for (const stream of [child.stdout, child.stderr]) {
    // That it was told to end is no news.
    createInterface({ input: stream }).on('line', (line) => isStopping || options.log(line.trimEnd()));
  }
  await Promise.race([once(child, 'spawn'), ended]).catch((cause: unknown) => {
    throw new BoardError('BOARD_FAILED', `cannot run ${command}: ${(cause as Error).message}`, { cause });
  });
  return {
    pid: child.pid ?? 0,
    ended,
    stop: async () => {
      isStopping = true;
      child.kill();
      await ended;
    },
  };
}

async function endOf(child: ChildProcess): Promise<number> {
  return await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 128 + 15));
  });
}

/** A port of 127.0.0.1 that nobody has, for `userNet`. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function linuxCommand({ program, address, gateway, mac, plan, plug, dumpFile }: Launch): [string, string[]] {
  if (!('tap' in plug))
    throw new BoardError('BOARD_FAILED', 'a Linux program has no network of QEMU: it runs on a TAP device');
  const optional = { gateway, mac, do: plan, dump: dumpFile };
  const rest = Object.entries(optional).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value]));
  return [program, ['--tap', plug.tap, '--address', address, ...rest]];
}

function qemuCommand({ program, address, gateway, mac, plan, plug }: Launch): [string, string[]] {
  const settings = Object.entries({ address, gateway, do: plan }).filter(([, value]) => value !== undefined);
  const append = settings.map(([name, value]) => `${name}=${value}`).join(' ');
  const network =
    'tap' in plug
      ? `tap,id=net,ifname=${plug.tap},script=no,downscript=no`
      : `user,id=net,restrict=on${plug.userNet.map(({ hostPort, port }) => `,hostfwd=tcp:127.0.0.1:${hostPort}-:${port}`).join('')}`;
  const card = `virtio-net-device,netdev=net${mac === undefined ? '' : `,mac=${mac}`}`;
  const machine = ['-machine', 'virt', '-bios', 'none', '-nographic', '-monitor', 'none', '-serial', 'stdio'];
  const devices = [
    '-global',
    'virtio-mmio.force-legacy=false',
    '-netdev',
    network,
    '-device',
    card,
    '-device',
    'virtio-rng-device',
  ];
  return [tool('qemu-system-riscv32'), [...machine, ...devices, '-append', append, '-kernel', program]];
}
