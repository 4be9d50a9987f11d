import type { TraceRecorder } from '../trace/index.js';
import type { Violation } from './errors.js';
import { invariants } from './invariants/index.js';
import type { Invariant, RunObserver } from './invariants/invariant.js';
import { END_MS, REST_MS } from './invariants/stuck.js';
import { violationOf } from './invariants/trap.js';
import type { Plan } from './plan/acts.js';
import { drawPlan } from './plan/draw.js';
import { ChanceFates, type Fates, type FrameRecord } from './world/fate.js';
import { perform } from './world/perform.js';
import { World, type CoreSource } from './world/world.js';
import { TraceHash } from './watch/hash.js';

export interface Failure {
  /** Which invariant was broken. */
  invariant: string;
  message: string;
  /** "h0" */
  host: string | undefined;
  atMs: number;
}

/** What became of a run. */
export interface Outcome {
  seed: number;
  failure: Failure | undefined;
  /** Two runs that went the same way have the same. */
  hash: string;
  frames: number;
  /** Ends of connections: connects, and what was accepted. */
  talks: number;
  /** How long it took in the simulation. */
  ms: number;
  /** Connections that an old cookie has opened once more: invariants/accepted.ts. */
  ghosts: number;
}

export interface RunOptions {
  plan: Plan;
  fates: Fates;
  cores: CoreSource;
  /** Besides the invariants. */
  observers?: readonly RunObserver[];
  /** Instead of all: for the tests of each. */
  invariants?: readonly Invariant[];
  recorder?: TraceRecorder | undefined;
}

/** Lets a plan happen, and looks at everything. */
export function run({ plan, fates, cores, observers = [], recorder, ...given }: RunOptions): Outcome {
  const { all, accepted, cookies } = invariants();
  const hash = new TraceHash();
  let world: World | undefined;
  let failure: Failure | undefined;
  try {
    const looking = [cookies, ...(given.invariants ?? all), hash, ...observers];
    world = new World({ plan, fates, cores, observers: looking, recorder });
    live(world);
  } catch (error) {
    const violation = violationOf(error);
    if (violation === undefined) throw error;
    failure = failureOf(violation, world?.timeMs ?? 0);
    world?.note(`${violation.invariant}: ${violation.message}`);
  }
  return {
    seed: plan.seed,
    failure,
    hash: hash.text,
    frames: world?.network.frames ?? 0,
    talks: world?.talks.length ?? 0,
    ms: world?.timeMs ?? 0,
    ghosts: accepted.ghosts,
  };
}

/** The run of a seed, with what befell its frames by chance: told again, it goes the same way. */
export function runSeed(
  seed: number,
  options: Omit<RunOptions, 'plan' | 'fates'>,
): Outcome & { plan: Plan; told: FrameRecord[] } {
  const plan = drawPlan(seed);
  const fates = new ChanceFates(seed);
  return { ...run({ ...options, plan, fates }), plan, told: fates.told };
}

/** The storm; then the network works, until nothing has reason to wait; then everybody lets go, until nothing is left. */
function live(world: World): void {
  const { plan, hosts } = world;
  for (const act of plan.acts) world.at(act.at, () => perform(world, act));
  world.runTo(plan.stormMs);
  world.network.heal();
  // Whoever is off has its own time.
  while (hosts.some(({ isOn }) => !isOn)) world.runTo(world.timeMs + 100);
  world.note('the network works, apps read all and say no more');
  world.phase = 'rest';
  world.healedAtMs = world.timeMs;
  for (const { apps } of hosts) apps.hurry();
  runUnlessIdle(world, REST_MS);
  world.watch.rested(world);
  world.note('all apps let go');
  world.phase = 'end';
  for (const { apps } of hosts) apps.releaseAll();
  runUnlessIdle(world, END_MS);
  world.watch.finished(world);
}

function runUnlessIdle(world: World, ms: number): void {
  if (!world.isIdle) world.runTo(world.timeMs + ms);
}

function failureOf({ invariant, message, host }: Violation, atMs: number): Failure {
  return { invariant, message, host, atMs };
}
