/** The acts, in the order in which they are told. */
import type { Act } from '../run/act.js';
import { LabError } from '../run/errors.js';
import { reboot, timeWait } from './endings.js';
import { both, lostFirst, lostSecond, lostThird, plain } from './handshakes.js';
import { flood, fourWay, twoWay } from './why-not.js';

export const ACTS: readonly Act[] = [
  plain,
  both,
  lostFirst,
  lostSecond,
  lostThird,
  twoWay,
  fourWay,
  flood,
  reboot,
  timeWait,
];

/** @throws LabError LAB_NO_ACT */
export function actOf(id: string): Act {
  const act = ACTS.find((one) => one.id === id);
  if (act === undefined) throw new LabError('LAB_NO_ACT', `there is no act "${id.slice(0, 40)}"`);
  return act;
}
