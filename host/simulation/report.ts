import type { Plan } from './plan/acts.js';
import type { Failure } from './run.js';
import type { FrameFault, FrameRecord } from './world/fate.js';
import { noteOf } from './plan/words.js';

/** A failure for whoever mends it: what is wrong, and by what acts and faults it came about. */
export function failureText(seed: number, failure: Failure, plan: Plan, told: readonly FrameRecord[]): string {
  const { invariant, message, host, atMs } = failure;
  const used = new Set(plan.acts.flatMap((act) => ['host' in act ? act.host : -1, 'to' in act ? act.to : -1]));
  const hosts = plan.hosts.flatMap(({ module, rate, startTime }, index) =>
    used.has(index) ? [`  h${index}: ${module}, clock × ${rate}, which began at ${startTime}`] : [],
  );
  return [
    `seed ${seed}: ${invariant}${host === undefined ? '' : ` at ${host}`}, after ${Math.round(atMs)} ms: ${message}`,
    `storm of ${plan.stormMs} ms, latency ${plan.latencyMs} ms`,
    ...hosts,
    ...plan.acts.map((act) => `  ${act.at} ms  ${noteOf(act)}`),
    ...told.map(({ from, nth, to, fault }) => `  frame ${nth + 1} of h${from} to h${to}: ${faultText(fault)}`),
  ].join('\n');
}

function faultText(fault: FrameFault): string {
  switch (fault.kind) {
    case 'lose':
      return 'lost';
    case 'duplicate':
      return `twice, the second time ${fault.byMs} ms later`;
    case 'delay':
      return `held back by ${fault.byMs} ms`;
    case 'corrupt':
      return `byte ${fault.at} altered by 0x${fault.mask.toString(16)}`;
  }
}
