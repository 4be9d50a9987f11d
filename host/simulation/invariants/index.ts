import { Accepted } from './accepted.js';
import { Agreement } from './agreement.js';
import { Bytes } from './bytes.js';
import { Deadline } from './deadline.js';
import type { Invariant } from './invariant.js';
import { Pools } from './pools.js';
import { StatisticsAddUp } from './statistics.js';
import { Stuck } from './stuck.js';
import { Told } from './told.js';

/** All of them, as new, for one run. */
export function invariants(): { all: Invariant[]; accepted: Accepted } {
  const accepted = new Accepted();
  return {
    all: [
      new Deadline(),
      new Agreement(),
      accepted,
      new Bytes(),
      new Told(),
      new Pools(),
      new StatisticsAddUp(),
      new Stuck(),
    ],
    accepted,
  };
}
