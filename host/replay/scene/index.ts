import { ACTS, RARE_ACTS, type Act } from './acts.js';
import { World } from './world.js';

export interface RecordingOptions {
  /** Everything random comes from it: the same seed gives the same recording. */
  seed: number;
  /** How many frames pass at least, to the recorded host or from it. */
  frames: number;
}

/**
 * A recording of a host on a simulated LAN on which all goes wrong that can. Everything in `ACTS` happens at least once,
 * however few frames are asked for.
 * @throws CoreError, RangeError: no core, or no name of a profile
 */
export function makeRecording(
  module: WebAssembly.Module,
  profile: string,
  { seed, frames }: RecordingOptions,
): Uint8Array<ArrayBuffer> {
  const world = new World(module, profile, seed);
  do {
    const acts = shuffled(world, deck());
    acts.splice(acts.length / 2, 0, ...RARE_ACTS);
    for (const act of acts) {
      world.calm();
      act(world);
      // What was told is known to whoever was told.
      for (const { host } of world.apps) host.events.length = 0;
    }
  } while (world.frames < frames);
  return world.recorder.finish();
}

function deck(): Act[] {
  return ACTS.flatMap(([act, times]) => Array.from({ length: times }, () => act));
}

function shuffled({ random }: World, acts: Act[]): Act[] {
  for (let i = acts.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [acts[i], acts[j]] = [acts[j] as Act, acts[i] as Act];
  }
  return acts;
}
