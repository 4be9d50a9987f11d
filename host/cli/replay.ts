import { readFile } from 'node:fs/promises';
import { BOARDS, ENGINES, REPLAY_PROGRAMS, replayOnBoard, type BoardName, type Engine } from '../boards/index.js';
import { loadModule } from '../core/file.js';
import { checkRecording, countsText, replay as replayHere, ReplayError } from '../replay/index.js';
import type { Command } from './command.js';
import { boardModulePath, BUILT } from './modules.js';
import { print } from './output.js';
import { firmwareOf } from './remote.js';
import { oneOf, UsageError, type OptionTable } from './usage.js';

const PLACES = ['node', ...BOARDS] as const;

const OPTIONS: OptionTable = {
  file: { type: 'string', value: 'FILE', help: 'what `firmshake record` wrote (or as the first argument)' },
  on: { type: 'string', value: 'WHERE', help: `${PLACES.join(', ')} (default node)` },
  engine: { type: 'string', value: 'NAME', help: 'of a board: interp (default) or aot, compiled ahead of time' },
};

/** @throws UsageError */
async function bytesOf(file: string): Promise<Uint8Array> {
  return await readFile(file).catch((error: unknown) => {
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}`);
  });
}

/** What is no recording, or none for this module, is bad input; what differs is what was asked about. */
function badInput(file: string, error: unknown): unknown {
  const isBad = error instanceof ReplayError && error.code !== 'REPLAY_DIFFERS';
  return isBad ? new UsageError(`${file}: ${error.message}`) : error;
}

/** The profile that it is of. @throws UsageError */
function profileOf(file: string, recording: Uint8Array): string {
  try {
    const { profile } = checkRecording(recording);
    if (BUILT.some((name) => name === profile)) return profile;
  } catch (error) {
    throw badInput(file, error);
  }
  throw new UsageError(`${file}: it is of another profile than are built here: ${BUILT.join(', ')}`);
}

async function inNode(file: string, recording: Uint8Array, profile: string): Promise<string> {
  const module = await loadModule(boardModulePath(profile));
  try {
    return countsText(replayHere(module, recording, profile));
  } catch (error) {
    throw badInput(file, error);
  }
}

async function onBoard(file: string, board: BoardName, engine: Engine, module: string): Promise<string> {
  const program = await firmwareOf({ board, engine, module, main: REPLAY_PROGRAMS[board] });
  const { outcome, line } = await replayOnBoard({ board, engine, program, file });
  if (outcome === 'refused') throw new UsageError(`${file}: ${line}`);
  if (outcome === 'differs') throw new ReplayError('REPLAY_DIFFERS', line);
  return line;
}

export const replay: Command = {
  name: 'replay',
  summary: 'Makes the calls of a recording anew, here or on a board: is every frame, deadline and event the same?',
  synopsis: 'FILE [--on node|linux|rv32|xtensa] [--engine interp|aot]',
  options: OPTIONS,
  first: 'file',
  examples: [
    'firmshake record run.fsk --seed 7',
    'firmshake replay run.fsk                          # in Node',
    'firmshake replay run.fsk --on linux               # under WAMR, as a program',
    'firmshake replay run.fsk --on rv32 --engine aot   # in a firmware, compiled ahead of time',
    '',
    'exit codes: 0 all is the same; 1 something differs, and the line says where; 2 this is no recording for it',
  ],
  async run(given) {
    const file = given.text('file');
    if (file === undefined) throw new UsageError('a FILE is needed: what `firmshake record` wrote');
    const place = oneOf('on', given.text('on') ?? 'node', PLACES);
    const engine = oneOf('engine', given.text('engine') ?? 'interp', ENGINES);
    if (place === 'node' && given.text('engine') !== undefined)
      throw new UsageError('--engine: of a board: --on linux, rv32 or xtensa');
    const recording = await bytesOf(file);
    const profile = profileOf(file, recording);
    print(place === 'node' ? await inNode(file, recording, profile) : await onBoard(file, place, engine, profile));
    return 0;
  },
};
