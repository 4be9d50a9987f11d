import { EVERYBODY, type FrameRecord, type Trace, type TraceHost } from './trace.js';

/** The hosts of a trace, with those that only its records name put behind the declared ones. */
export function hostsOf(trace: Trace): TraceHost[] {
  const hosts = new Map(trace.hosts.map((host) => [host.id, host]));
  const mention = (id: string | undefined): void => {
    if (id !== undefined && id !== EVERYBODY && !hosts.has(id)) hosts.set(id, { id });
  };
  for (const record of trace.records) {
    if (record.kind === 'frame') {
      mention(record.from);
      mention(record.to);
    } else {
      mention(record.host);
    }
  }
  return [...hosts.values()];
}

/** Of the hosts with these ids, those that a frame was for. */
export function receiversOf(frame: FrameRecord, hostIds: readonly string[]): string[] {
  return frame.to === EVERYBODY ? hostIds.filter((id) => id !== frame.from) : [frame.to];
}
