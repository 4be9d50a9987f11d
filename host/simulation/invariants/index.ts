import { Accepted } from './accepted.js';
import { Agreement } from './agreement.js';
import { Bytes } from './bytes.js';
import { Cookies } from './cookies.js';
import { Deadline } from './deadline.js';
import type { Invariant } from './invariant.js';
import { Pools } from './pools.js';
import { StatisticsAddUp } from './statistics.js';
import { Stuck } from './stuck.js';
import { Told } from './told.js';

/** All of them, as new, for one run. */
export function invariants(): { all: Invariant[]; accepted: Accepted; cookies: Cookies } {
  const cookies = new Cookies();
  const accepted = new Accepted(cookies);
  return {
    all: [
      new Deadline(),
      new Agreement(cookies),
      accepted,
      new Bytes(cookies),
      new Told(),
      new Pools(),
      new StatisticsAddUp(),
      new Stuck(),
    ],
    accepted,
    cookies,
  };
}
