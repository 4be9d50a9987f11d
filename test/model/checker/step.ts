import type { Segment } from '../../../host/simulation/steps.js';

/** What a run is to the checker: plain data, which the simulator writes. */
export type { Segment, Step, Tuple } from '../../../host/simulation/steps.js';

export function describeSegment({ flags, seq, ack, length }: Segment): string {
  const parts = [
    flags,
    `seq ${seq}`,
    ...(flags.includes('ACK') ? [`ack ${ack}`] : []),
    ...(length ? [`len ${length}`] : []),
  ];
  return `<${parts.join(' ')}>`;
}
