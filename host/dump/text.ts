/** A dump for whoever wants to know why a board trapped: the most telling first. */
import { formatDue, formatDuration, hexLines, many, table, words } from './format.js';
import type { DumpReport } from './report.js';
import { connectionLines, holderText } from './text-connection.js';
import { formatEndpoint } from './state/tuple.js';

/** Of a pool, in the order of their interest, so many are shown: a gateway has thousands. */
const MOST = 64;

/** Ends without a newline. */
export function dumpText(report: DumpReport): string {
  return [head(report), ...sections(report), secrecy(report)].flat().join('\n');
}

function head({ board, trap, doubts }: DumpReport): string[] {
  const { identity, profile, abi, uptimeMs, restarts } = board;
  const who =
    identity === undefined
      ? 'not booted'
      : `${identity.address}/${identity.prefixLength}, ` +
        (identity.gateway === undefined ? 'no gateway, ' : `gateway ${identity.gateway}, `) +
        `MAC ${identity.mac}`;
  return [
    `trapped   in ${trap.call}: ${trap.reason}`,
    `board     profile ${profile}, ABI ${abi}; ${who}`,
    `clock     ${uptimeMs} ms, ${formatDuration(uptimeMs)}; trap ${restarts} since power-on`,
    ...doubts.slice(0, MOST).map((doubt) => `doubt     ${doubt}`),
    ...more(doubts.length),
  ];
}

function sections(report: DumpReport): string[] {
  const { pools } = report;
  const used = ({ capacity }: { capacity: number }, count: number): string => `${count} of ${capacity}`;
  return [
    ...section('last frame received', frameLines(report)),
    ...section(`connections: ${used(pools.CONNECTIONS, report.connections.length)}`, [
      ...report.connections.slice(0, MOST).flatMap(connectionLines),
      ...more(report.connections.length),
    ]),
    ...section(`half-open: ${used(pools.HALF_OPEN, report.halfOpen.length)}`, rows(halfOpenRows(report))),
    ...section(`time-wait: ${used(pools.TIME_WAIT, report.timeWait.length)}`, rows(timeWaitRows(report))),
    ...section(`listeners: ${used(pools.LISTENERS, report.listeners.length)}`, rows(listenerRows(report))),
    ...section(`neighbours: ${used(pools.NEIGHBOURS, report.neighbours.length)}`, rows(neighbourRows(report))),
    ...section('timers', rows(report.deadlines.map(({ inMs, what, of }) => [formatDue(inMs), what, of]))),
    ...section('pools', table(poolRows(report))),
    ...section('counters', table(countRows(report.counters))),
    ...section('dropped', table(countRows(report.drops))),
  ];
}

function section(title: string, lines: readonly string[]): string[] {
  return ['', title, ...(lines.length === 0 ? ['  none'] : lines.map((line) => `  ${line}`))];
}

/** As many of them as one reads. */
function rows(all: readonly (readonly string[])[]): string[] {
  return [...table(all.slice(0, MOST)), ...more(all.length)];
}

function more(count: number): string[] {
  return count > MOST ? [`and ${count - MOST} more, which --json has`] : [];
}

function frameLines({ lastFrame }: DumpReport): string[] {
  if (lastFrame === undefined) return [];
  const { from, to, text, length, hex, hasIpOptions } = lastFrame;
  return [
    `${from} → ${to}  ${text}`,
    ...(hasIpOptions ? ['its IP options may have been overwritten by what they come before'] : []),
    `${many(length, 'byte')}:`,
    ...hexLines(hex),
  ];
}

function halfOpenRows({ halfOpen }: DumpReport): string[][] {
  const waits = { acknowledgment: '', transmit: 'SYN-ACK to be sent again', room: 'complete, waits for room' };
  return halfOpen.map((one) => [
    formatEndpoint(one.local),
    formatEndpoint(one.remote),
    `ISS ${one.initialSendSequence}`,
    `IRS ${one.initialReceiveSequence}`,
    `MSS ${one.maximumSegmentSize}`,
    `${many(one.retransmissions, 'time')} sent again`,
    one.deadline === undefined ? waits[one.waitsFor] : `${one.deadline.what} ${formatDue(one.deadline.inMs)}`,
  ]);
}

function timeWaitRows({ timeWait }: DumpReport): string[][] {
  return timeWait.map((one) => [
    formatEndpoint(one.local),
    formatEndpoint(one.remote),
    `SND.NXT ${one.sendNext}`,
    `RCV.NXT ${one.receiveNext}`,
    `ends ${formatDue(one.deadline.inMs)}`,
  ]);
}

function listenerRows({ listeners }: DumpReport): string[][] {
  return listeners.map((one) => [
    `port ${one.port}`,
    `${one.queued} of ${one.backlog} to accept`,
    `${one.waitForRoom} wait for room`,
    holderText(one),
  ]);
}

function neighbourRows({ neighbours }: DumpReport): string[][] {
  return neighbours.map((one) => [
    one.address,
    one.mac ?? 'MAC not known',
    one.confirmedMsAgo === undefined ? '' : `confirmed ${formatDuration(one.confirmedMsAgo)} ago`,
    many(one.users, 'connection'),
    one.asking === 'no' && one.requests === 0 ? '' : `asked for ${many(one.requests, 'time')}`,
    one.asking === 'due'
      ? 'to be asked for'
      : one.deadline === undefined
        ? ''
        : `again ${formatDue(one.deadline.inMs)}`,
  ]);
}

function poolRows({ pools }: DumpReport): string[][] {
  const lines = Object.entries(pools).map(([name, { used, capacity, highWater, exhausted }]) => [
    words(name),
    ...[used, capacity, highWater, exhausted].map(String),
  ]);
  return [['', 'used', 'of', 'at most', 'none left'], ...lines];
}

/** Restarts are said at the head, with the trap that the counter does not know. */
function countRows(counts: Readonly<Record<string, number>>): string[][] {
  return Object.entries(counts)
    .filter(([name]) => name !== 'restarts')
    .map(([name, count]) => [String(count), words(name)]);
}

function secrecy({ board }: DumpReport): string[] {
  if (board.identity === undefined) return [];
  return [
    '',
    'The dump holds the key of that boot and who was connected: keep it as a secret. What they said is not in it.',
  ];
}
