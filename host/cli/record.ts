import { writeFile } from 'node:fs/promises';
import { loadModule } from '../core/file.js';
import { coverageOf, makeRecording, replay } from '../replay/index.js';
import type { Command } from './command.js';
import { boardModulePath, BUILT } from './modules.js';
import { print } from './output.js';
import { oneOf, UsageError, wholeNumber, type OptionTable } from './usage.js';

/** A recording has some 900 bytes for each. */
const MOST_FRAMES = 200_000;

const OPTIONS: OptionTable = {
  out: { type: 'string', value: 'FILE', help: 'where the recording goes (or as the first argument)' },
  seed: { type: 'string', value: 'N', help: 'the same number, the same recording (default 1)' },
  frames: { type: 'string', value: 'N', help: 'about how many frames pass; a few thousand at least (default 6000)' },
  profile: { type: 'string', value: 'NAME', help: `${BUILT.join(', ')} (default lan-apps)` },
};

/** "519 drops for 30 of 30 reasons" */
function dropsText(recording: Uint8Array): string {
  const counts = Object.values(coverageOf(recording).drops);
  const reasons = counts.filter((count) => count > 0).length;
  return `${counts.reduce((sum, count) => sum + count, 0)} drops for ${reasons} of ${counts.length} reasons`;
}

export const record: Command = {
  name: 'record',
  summary: 'Writes down a run of the simulated LAN: every call of one core, with what went in and what came out.',
  synopsis: 'FILE [--seed N] [--frames N] [--profile NAME]',
  options: OPTIONS,
  first: 'out',
  examples: [
    'firmshake record run.fsk --seed 7 --frames 20000',
    'firmshake replay run.fsk --on rv32   # the same calls in a firmware: is every byte of its answers the same?',
  ],
  async run(given) {
    const out = given.text('out');
    if (out === undefined) throw new UsageError('a FILE is needed: where the recording goes');
    const profile = oneOf('profile', given.text('profile') ?? 'lan-apps', BUILT);
    const seed = wholeNumber('seed', given.text('seed') ?? '1', 0, 0xffff_ffff);
    const frames = wholeNumber('frames', given.text('frames') ?? '6000', 1, MOST_FRAMES);
    const module = await loadModule(boardModulePath(profile));
    const recording = makeRecording(module, profile, { seed, frames });
    await writeFile(out, recording).catch((error: unknown) => {
      throw new UsageError(`${out} cannot be written: ${(error as Error).message}`);
    });
    const { calls, framesIn, framesOut, deadlines, events } = replay(module, recording, profile);
    const passed = `${framesIn} frames in, ${framesOut} frames out, ${dropsText(recording)}`;
    print(`${out}: ${recording.length} bytes, profile ${profile}, seed ${seed}`);
    print(`${calls} calls, ${passed}, ${deadlines} deadlines, ${events} events`);
    return 0;
  },
};
