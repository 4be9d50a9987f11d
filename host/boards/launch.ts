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
  /** Files that are the flash and the key of a program with a slot. */
  slot?: { file: string; key?: string };
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

function linuxCommand({ program, address, gateway, mac, plan, plug, dumpFile, slot }: Launch): [string, string[]] {
  if (!('tap' in plug))
    throw new BoardError('BOARD_FAILED', 'a Linux program has no network of QEMU: it runs on a TAP device');
  const optional = { gateway, mac, do: plan, dump: dumpFile, slot: slot?.file, key: slot?.key };
  const rest = Object.entries(optional).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value]));
  return [program, ['--tap', plug.tap, '--address', address, ...rest]];
}

/** The machine of QEMU that a board is, without its network, its settings and its program. */
export const MACHINES: Readonly<Record<Exclude<BoardName, 'linux'>, { command: string; args: readonly string[] }>> = {
  rv32: { command: 'qemu-system-riscv32', args: ['-machine', 'virt', '-bios', 'none'] },
  // It has no source of entropy and no exit status: -semihosting lends the host's.
  xtensa: { command: 'qemu-system-xtensa', args: ['-machine', 'lx60', '-semihosting'] },
};
export const QUIET: readonly string[] = ['-nographic', '-monitor', 'none', '-serial', 'stdio'];

function qemuCommand({ board, program, address, gateway, mac, plan, plug }: Launch): [string, string[]] {
  if (board === 'linux') throw new BoardError('BOARD_FAILED', 'a Linux program does not run in QEMU');
  // A controller of OpenCores has no MAC of its own: the firmware is told.
  const settings = { address, gateway, do: plan, ...(board === 'xtensa' ? { mac } : {}) };
  const given = Object.entries(settings).filter(([, value]) => value !== undefined);
  const append = given.map(([name, value]) => `${name}=${value}`).join(' ');
  const network =
    'tap' in plug
      ? `tap,id=net,ifname=${plug.tap},script=no,downscript=no`
      : `user,id=net,restrict=on${plug.userNet.map(({ hostPort, port }) => `,hostfwd=tcp:127.0.0.1:${hostPort}-:${port}`).join('')}`;
  const { command, args } = MACHINES[board];
  const all = [...args, ...QUIET, ...NETWORKS[board](network, mac), '-append', append, '-kernel', program];
  return [tool(command), all];
}

/** How a board's network interface is plugged into QEMU's. */
const NETWORKS: Readonly<Record<Exclude<BoardName, 'linux'>, (network: string, mac: string | undefined) => string[]>> =
  {
    rv32: (network, mac) => {
      const card = `virtio-net-device,netdev=net${mac === undefined ? '' : `,mac=${mac}`}`;
      const legacy = ['-global', 'virtio-mmio.force-legacy=false'];
      return [...legacy, '-netdev', network, '-device', card, '-device', 'virtio-rng-device'];
    },
    xtensa: (network) => ['-netdev', network, '-net', 'nic,model=open_eth,netdev=net'],
  };
