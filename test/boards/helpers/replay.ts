/** Programs that replay, the module that they embed, and recordings as files. */

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inject } from 'vitest';
import { buildFirmware, replayOnBoard, REPLAY_PROGRAMS, type BoardReplayed } from '../../../host/boards/index.js';
import { targetSizes } from '../../../host/build/targets.js';
import { boardModulePath } from '../../../host/cli/modules.js';
import { countsText, replay, ReplayError } from '../../../host/replay/index.js';
import { machineMissing } from './machines.js';
import type { Variant } from './variants.js';
import './variants.js';

export const PROFILE = 'lan-apps';
/** Another, for which bare-metal boards have less of everything, too. */
export const SMALL_PROFILE = 'tiny';
/** A replay takes a second in QEMU. */
const LIMIT_MS = 20_000;

/** Why nothing can run here, or undefined. No privilege is needed: there is no network in it. */
export function replayObstacle({ board }: Variant): string | undefined {
  const { missing } = inject('firmwares');
  if (missing !== undefined) return missing;
  return machineMissing(board);
}

/** The module as it is flashed. */
export async function flashedModule(profile = PROFILE): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await readFile(boardModulePath(profile)));
}

/** A board that replays recordings. */
export class Replayer {
  private constructor(
    private readonly variant: Variant,
    private readonly program: string,
    private readonly folder: string,
  ) {}

  static async build(variant: Variant, profile = PROFILE): Promise<Replayer> {
    const { board, engine, sanitize } = variant;
    const { rxRing, txRing } = targetSizes(profile);
    const program = await buildFirmware({
      board,
      engine,
      ...(sanitize === undefined ? {} : { sanitize }),
      profile,
      wasm: await flashedModule(profile),
      rxRing,
      txRing,
      program: REPLAY_PROGRAMS[board],
    });
    return new Replayer(variant, program, await mkdtemp(path.join(tmpdir(), 'firmshake-replay-')));
  }

  async replay(recording: Uint8Array): Promise<BoardReplayed> {
    const { board, engine } = this.variant;
    const file = await this.write(recording);
    return await replayOnBoard({ board, engine, program: this.program, file, signal: AbortSignal.timeout(LIMIT_MS) });
  }

  /** Gives the file. The next goes into the same. */
  async write(recording: Uint8Array): Promise<string> {
    const file = path.join(this.folder, 'recording');
    await writeFile(file, recording);
    return file;
  }

  async close(): Promise<void> {
    await rm(this.folder, { recursive: true });
  }
}

/** What V8 finds, in the same words. */
export function replayedInV8(module: WebAssembly.Module, recording: Uint8Array, profile = PROFILE): BoardReplayed {
  try {
    return { outcome: 'same', line: countsText(replay(module, recording, profile)) };
  } catch (error) {
    if (!(error instanceof ReplayError)) throw error;
    return { outcome: error.code === 'REPLAY_DIFFERS' ? 'differs' : 'refused', line: error.message };
  }
}
