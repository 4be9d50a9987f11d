/** Hosts that do as they like over a network that does wrong, by one seed; and what must hold all the while. */
export { coreSource, type Modules } from './cores.js';
export { Violation } from './errors.js';
export { invariants } from './invariants/index.js';
export type { Invariant, RunObserver } from './invariants/invariant.js';
export { MODULE_NAMES, type Act, type ModuleName, type Plan } from './plan/acts.js';
export { drawPlan } from './plan/draw.js';
export { failureText } from './report.js';
export { run, runSeed, type Failure, type Outcome } from './run.js';
export { least, shrink, type Shrunk } from './shrink.js';
export { Steps, type Segment, type Step, type Tuple } from './steps.js';
export { Coverage, EVENTS } from './watch/coverage.js';
export { ENDLESS, sail } from './fleet/fleet.js';
export type { Seeds, Tally } from './fleet/search.js';
