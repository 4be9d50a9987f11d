/** Has a board make the calls of a recording anew, and compare: boards/apps/replay.h. */
import { spawn } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { systemPath } from '../tap/index.js';
import { BOARD_KINDS, type BoardName, type Engine } from './boards.js';
import { BoardError } from './errors.js';
import { MACHINES, QUIET } from './launch.js';
import { tool } from './tools.js';

/** The program that replays, as the board's project makes it. */
export const REPLAY_PROGRAMS: Readonly<Record<BoardName, string>> = {
  linux: 'firmshake-linux-replay',
  rv32: 'firmshake-rv32-replay.elf',
  xtensa: 'firmshake-xtensa-replay.elf',
};

export interface BoardReplay {
  board: BoardName;
  engine: Engine;
  /** What `buildFirmware` made of one of `REPLAY_PROGRAMS`. */
  program: string;
  /** The recording. */
  file: string;
  /** Given up then. */
  signal?: AbortSignal;
}

/** What a board found, in its own words. */
export interface BoardReplayed {
  /** identical, the first difference, or why it could not be replayed. */
  outcome: 'same' | 'differs' | 'refused';
  line: string;
}

/** The program's exit codes. */
const OUTCOMES = ['same', 'differs', 'refused'] as const;
const SAYS = 'replay: ';

/** @throws BoardError TOOL_MISSING; BOARD_FAILED: it has ended without a word, or with other words than these */
export async function replayOnBoard(replay: BoardReplay): Promise<BoardReplayed> {
  const { board, engine, program, file, signal } = replay;
  const [command, args] = board === 'linux' ? [program, [file]] : await qemuCommand(board, program, file);
  const { code, end, lines } = await ended(command, args, signal);
  const outcome = code === null ? undefined : OUTCOMES[code];
  const [line = ''] = lines;
  // A firmware that hangs is reset by its watchdog, and QEMU calls that a success: so there must be the line, and no other.
  const isIt = line.startsWith(SAYS) && lines.length === 1 && line.endsWith(': identical') === (outcome === 'same');
  if (isIt && outcome !== undefined) return { outcome, line: line.slice(SAYS.length) };
  const said = lines.length === 0 ? 'nothing' : lines.join('; ');
  const name = BOARD_KINDS[board].name;
  throw new BoardError('BOARD_FAILED', `${name} (${engine}) ended with ${end} and said: ${said}`);
}

/** QEMU puts the file behind the first half of the memory, and a device tree at its end. Xtensa's has 128 MB at most. */
async function qemuCommand(
  board: Exclude<BoardName, 'linux'>,
  program: string,
  file: string,
): Promise<[string, string[]]> {
  const { size } = await stat(file);
  const megabytes = Math.max(128, Math.ceil((4 * size) / 2 ** 20));
  const { command, args } = MACHINES[board];
  const machine = [...args, '-m', `${megabytes}M`, '-no-reboot'];
  return [tool(command), [...machine, ...QUIET, '-initrd', file, '-kernel', program]];
}

function ended(
  command: string,
  args: readonly string[],
  signal: AbortSignal | undefined,
): Promise<{ code: number | null; end: string; lines: string[] }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, PATH: systemPath(), LC_ALL: 'C' },
      ...(signal === undefined ? {} : { signal, killSignal: 'SIGKILL' }),
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (more: string) => (text += more));
    }
    child.on('error', reject);
    child.on('close', (code, killed) => {
      const lines = text.split(/\r?\n/).filter((line) => line !== '');
      resolve({ code, end: killed ?? `exit code ${code ?? 'unknown'}`, lines });
    });
  });
}
