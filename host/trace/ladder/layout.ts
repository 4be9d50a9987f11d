import type { Trace, TraceHost } from '../trace.js';
import type { ConnectionNames } from './connections.js';
import { widthOf } from './text.js';

/** Where things are: time, the first host's states, lifelines with lanes between them, the last host's states. */
export interface Layout {
  hosts: TraceHost[];
  width: number;
  timeWidth: number;
  /** The lifelines' columns, one per host. */
  lifelines: number[];
  leftGutter: number;
  rightGutter: number;
}

const TIME_WIDTH = 9;
const LANE_AT_LEAST = 24;
const GUTTER_AT_LEAST = 8;

/** Wide enough for SYN-RECEIVED. */
const STEADY_GUTTER = 12;

/** `isSteady`: the columns do not depend on what happens, for a trace that grows while it is drawn. */
export function layoutOf(
  trace: Trace,
  hosts: TraceHost[],
  names: ConnectionNames,
  width: number,
  isSteady: boolean,
): Layout {
  const limit = Math.floor(width / 5);
  const [first, last] = [hosts[0]?.id, hosts.at(-1)?.id];
  const gutter = (host: string | undefined): number => (isSteady ? STEADY_GUTTER : gutterOf(trace, host, names, limit));
  const leftGutter = gutter(first);
  const rightGutter = hosts.length > 1 ? gutter(last) : 0;
  const start = TIME_WIDTH + 1 + leftGutter + 1;
  const room = width - start - hosts.length - (rightGutter > 0 ? rightGutter + 1 : 0);
  const lanes = Math.max(1, hosts.length - 1);
  const lane = Math.max(LANE_AT_LEAST, Math.floor(room / lanes));
  const lifelines = hosts.map((_, index) => start + index * (lane + 1));
  return { hosts, width, timeWidth: TIME_WIDTH, lifelines, leftGutter, rightGutter };
}

/** As wide as the widest state of that host with its connection's name, if that leaves the arrows room. */
function gutterOf(trace: Trace, host: string | undefined, names: ConnectionNames, limit: number): number {
  let widest = GUTTER_AT_LEAST;
  for (const record of trace.records) {
    if (record.kind !== 'state' || record.host !== host) continue;
    const name = names.ofReference(record.host, record.connection);
    const oneLine = widthOf(name === '' ? record.state : `${name} ${record.state}`);
    const needed = oneLine <= limit ? oneLine : Math.min(limit, Math.max(widthOf(name), widthOf(record.state)));
    widest = Math.max(widest, needed);
  }
  return widest;
}
