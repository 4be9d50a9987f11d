/** Runs of the simulator (host/simulation), as it writes them, held against the rules that spin has searched. */
import { expect, test } from 'vitest';
import { drawPlan, run, Steps, type Plan } from '../../host/simulation/index.js';
import { MOST_BYTES } from '../../host/simulation/plan/manners.js';
import { ChanceFates } from '../../host/simulation/world/fate.js';
import { cores } from '../simulation/seeds/modules.js';
import { follow } from './checker/follow.js';
import { readRules } from './checker/rules.js';

const RUNS = 100;

/**
 * The same plan, within what the model has: windows of one size that are never closed (apps read at once), no cookies (no strangers), and no
 * SYN that meets a connection which is still asking for its neighbour's MAC.
 */
function withinTheModel(plan: Plan): Plan {
  const tame = { readPauseMs: 0, readBytes: MOST_BYTES };
  const acts = plan.acts.flatMap((act): Plan['acts'] => {
    if (act.kind === 'meet' || act.kind === 'strangers' || act.kind === 'abandon') return [];
    if (act.kind === 'listen')
      return [{ ...act, acceptAfterMs: 0, manners: act.manners.map((one) => ({ ...one, ...tame })) }];
    return act.kind === 'connect' ? [{ ...act, manners: { ...act.manners, ...tame } }] : [act];
  });
  return { ...plan, acts, hosts: plan.hosts.map((host) => ({ ...host, module: 'lan' })) };
}

test(`${RUNS} runs of the simulator are what the model allows, step by step`, () => {
  const rules = readRules();
  let [checked, beyond, reboots] = [0, 0, 0];
  for (let seed = 1; seed <= RUNS; seed++) {
    const observer = new Steps();
    const outcome = run({
      plan: withinTheModel(drawPlan(seed)),
      fates: new ChanceFates(seed),
      cores: cores(),
      observers: [observer],
    });
    expect(outcome.failure).toBeUndefined();
    const { steps } = observer;
    const followed = follow(rules, steps);
    const at = followed.refused?.index ?? 0;
    const story = steps.slice(Math.max(0, at - 25), at + 1);
    expect(followed.refused, `seed ${seed}\n${story.map((step) => JSON.stringify(step)).join('\n')}`).toBeUndefined();
    checked += followed.checked;
    beyond += followed.beyond;
    reboots += steps.filter(({ kind }) => kind === 'reboots').length;
  }
  console.log(`model: ${RUNS} runs of the simulator, ${checked} steps checked, ${beyond} beyond the first FIN`);
  // Otherwise nothing would have happened in them.
  expect(checked).toBeGreaterThan(100 * RUNS);
  expect(reboots).toBeGreaterThan(RUNS / 10);
});
