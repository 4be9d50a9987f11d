/** A connection in a few lines, and who holds it. */
import { formatDue, many } from './format.js';
import type { ConnectionReport } from './state/connection.js';
import type { Holder, OwnedReport } from './state/owned.js';
import { formatEndpoint } from './state/tuple.js';

const HOLDERS: Readonly<Record<Holder, string>> = {
  app: 'held by the app',
  'linked app': 'held by an app in the module',
  nobody: 'held by nobody',
};

/** What the slow start threshold is before the first loss: no window is so large. */
const NO_THRESHOLD = 0x7fffffff;

/** Flags that the other lines say already. */
const TOLD = ['HELD', 'LINKED', 'INDEXED', 'DELAYED', 'OUTSTANDING', 'EVENT_LISTED'];

export function connectionLines(connection: ConnectionReport): string[] {
  const { state, local, remote, failure, neighbour, send, receive, flags } = connection;
  const about = [holderText(connection), ...(failure === undefined ? [] : [`ended by ${failure}`])];
  const left = flags.filter((flag) => !TOLD.includes(flag)).map((flag) => flag.replaceAll('_', '-').toLowerCase());
  return [
    `${state}  ${formatEndpoint(local)} ⇄ ${formatEndpoint(remote)}  ${about.join(', ')}`,
    `  SND.UNA ${send.unacknowledged}  SND.NXT ${send.next}${highest(connection)}  SND.WND ${send.window}  ` +
      `${send.queued} of ${send.ring} bytes in the ring`,
    `  RCV.NXT ${receive.next}  RCV.WND ${receive.window}  ${receive.queued} of ${receive.ring} bytes in the ring`,
    ...receive.pieces.map(({ from, to }) => `  beyond a hole ${from} to ${to}, ${many((to - from) >>> 0, 'byte')}`),
    `  ${pathText(connection)}${neighbour === undefined ? '' : `, by ${neighbour}`}`,
    ...connection.deadlines.map(({ what, inMs }) => `  ${what} ${formatDue(inMs)}`),
    ...(left.length === 0 ? [] : [`  ${left.join(', ')}`]),
  ];
}

/** Who has the handle, and what he is to be told. */
export function holderText({ holder, handle, events }: OwnedReport): string {
  const held = holder === 'nobody' ? HOLDERS[holder] : `${HOLDERS[holder]} as ${handle}`;
  return events.length === 0 ? held : `${held}, to be told ${events.join(', ')}`;
}

/** What was sent before a timeout said that all is lost. */
function highest({ send }: ConnectionReport): string {
  return send.maximum === send.next ? '' : ` (${send.maximum} before)`;
}

function pathText({ send, timing, isSackPermitted }: ConnectionReport): string {
  const { smoothedRoundTripMs, roundTripVariationMs, retransmissionTimeoutMs, retransmissions } = timing;
  return [
    `MSS ${send.maximumSegmentSize}`,
    `cwnd ${send.congestionWindow}`,
    ...(send.slowStartThreshold >= NO_THRESHOLD ? [] : [`ssthresh ${send.slowStartThreshold}`]),
    isSackPermitted ? 'SACK' : 'no SACK',
    ...(smoothedRoundTripMs === undefined ? [] : [`SRTT ${smoothedRoundTripMs} ms`]),
    ...(roundTripVariationMs === undefined ? [] : [`RTTVAR ${roundTripVariationMs} ms`]),
    `RTO ${retransmissionTimeoutMs} ms`,
    ...(retransmissions === 0 ? [] : [`sent again ${many(retransmissions, 'time')}`]),
  ].join(', ');
}
