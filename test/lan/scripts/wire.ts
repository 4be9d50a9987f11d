/** What goes over a real LAN, with this script in the core's place: `wire.ts tap|veth|any`. Prints a WireReport. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import {
  ip,
  openLan,
  openPacket,
  systemPath,
  type Interface,
  type InterfaceStatistics,
} from '../../../host/tap/index.js';
import {
  arpReply,
  arpTarget,
  CORE_MAC,
  echoReply,
  ETHERTYPE,
  etherType,
  FLAG,
  isEchoRequest,
  segmentFrame,
  segmentIn,
  type Segment,
} from '../helpers/packets.js';

export interface WireReport {
  kind: string;
  description: string;
  arpRequests: number;
  pingWhileSilent: boolean;
  pingWhileAnswering: boolean;
  syn: Segment;
  data: { segments: number; longestFrameBytes: number; wrongChecksums: number };
  answersToRightChecksum: number;
  answersToWrongChecksum: number;
  checksumErrorsCounted: number;
  pingAfterLinkWasDown: boolean;
  ownFramesHeard: number;
  ipv6Frames: number;
  statistics: InterfaceStatistics;
  framesHeard: number;
  sendAfterClose: boolean;
  heardAfterClose: number;
  /** From a frame to what its handler left to `process.nextTick`. */
  longestTickMs: number;
  closedAt: number;
}

const CORE = '10.73.0.2';
const STATIC = '10.73.0.3';

const kind = process.argv[2];
const lan = await openLan({
  kernelAddress: '10.73.0.1/24',
  ...(kind === 'tap' || kind === 'veth' ? { only: kind } : {}),
});
const link: Interface = lan.interface;
const heard: Uint8Array[] = [];
let longestTickMs = 0;
let answering = false;
let answer: (frame: Uint8Array) => void = () => {};

link.receive((frame) => {
  heard.push(frame.slice());
  const at = performance.now();
  process.nextTick(() => (longestTickMs = Math.max(longestTickMs, performance.now() - at)));
  if (answering && arpTarget(frame) === CORE) link.send(arpReply(frame));
  if (answering && isEchoRequest(frame)) link.send(echoReply(frame));
  answer(frame);
});

async function ping(): Promise<boolean> {
  const child = spawn('ping', ['-c', '1', '-W', '1', CORE], { stdio: 'ignore', env: { PATH: systemPath() } });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code === 0;
}

/** The segments that arrive while `during` runs. */
async function segmentsDuring(during: () => Promise<void>): Promise<{ segment: Segment; frame: Uint8Array }[]> {
  const from = heard.length;
  await during();
  return heard.slice(from).flatMap((frame) => {
    const segment = segmentIn(frame);
    return segment ? [{ segment, frame }] : [];
  });
}

/** The kernel connects and sends more than one frame's worth; only its first flight is waited for. */
async function kernelSends(): Promise<{ segment: Segment; frame: Uint8Array }[]> {
  await ip(
    `neighbour replace ${STATIC} lladdr ${Buffer.from(CORE_MAC)
      .toString('hex')
      .replace(/(..)(?!$)/g, '$1:')} dev lan0`,
  );
  answer = (frame) => {
    const segment = segmentIn(frame);
    if (segment?.flags !== FLAG.syn) return;
    link.send(
      segmentFrame({
        like: frame,
        sourcePort: segment.destinationPort,
        destinationPort: segment.sourcePort,
        sequence: 1000,
        acknowledgment: segment.sequence + 1,
        flags: FLAG.syn | FLAG.ack,
        mss: 1460,
      }),
    );
  };
  return await segmentsDuring(async () => {
    const socket = net.connect(80, STATIC);
    await once(socket, 'connect');
    socket.write(new Uint8Array(100_000).fill(7));
    await sleep(150);
    socket.destroy();
    answer = () => {};
  });
}

/** A SYN to a port where the kernel has no listener: it answers with RST, unless it finds the checksum wrong. */
async function answersToSyn(like: Uint8Array, right: boolean): Promise<number> {
  const sourcePort = right ? 5001 : 5002;
  const frame = segmentFrame({ like, sourcePort, destinationPort: 9, sequence: 1, flags: FLAG.syn });
  if (!right) frame[51] = (frame[51] ?? 0) ^ 0x55;
  const answers = await segmentsDuring(async () => {
    link.send(frame);
    await sleep(100);
  });
  return answers.filter(({ segment }) => segment.flags & FLAG.rst && segment.destinationPort === sourcePort).length;
}

function checksumErrors(): number {
  const [names = [], values = []] = readFileSync('/proc/net/snmp', 'latin1')
    .split('\n')
    .filter((line) => line.startsWith('Tcp:'))
    .map((line) => line.split(' '));
  return Number(values[names.indexOf('InCsumErrors')]);
}

const pingWhileSilent = await ping();
const arpRequests = heard.filter((frame) => arpTarget(frame) === CORE).length;
answering = true;
// The kernel asks once a second and no sooner while it is still asking; what it knows of the first ping is forgotten.
await ip('neighbour flush dev lan0');
const pingWhileAnswering = await ping();

const sent = await kernelSends();
const [first] = sent;
if (!first) throw new Error('the kernel sent no SYN');
const data = sent.filter(({ segment }) => segment.payloadBytes > 0);
const errorsBefore = checksumErrors();
const answersToRightChecksum = await answersToSyn(first.frame, true);
const answersToWrongChecksum = await answersToSyn(first.frame, false);
const checksumErrorsCounted = checksumErrors() - errorsBefore;

// Both ends: only the core's own end, when it goes down, has an error reported on its socket.
for (const end of link.kind === 'veth' ? ['lan0', 'lan0-core'] : ['lan0']) {
  await ip(`link set dev ${end} down`);
  await sleep(100);
  await ip(`link set dev ${end} up`);
}
const pingAfterLinkWasDown = await ping();

if (link.kind === 'veth') {
  // What somebody else sends at the core's end goes to the kernel; the core is not to take it for a frame to it.
  const other = openPacket({ name: 'lan0-core' });
  const frame = new Uint8Array(60).fill(0xff, 0, 6);
  frame.set(CORE_MAC, 6);
  other.send(frame);
  await sleep(50);
  await other.close();
}

const framesHeard = heard.length;
const statistics = { ...link.statistics };
await link.close();
const sendAfterClose = link.send(first.frame);
await sleep(50);

const report: WireReport = {
  kind: link.kind,
  description: lan.description,
  arpRequests,
  pingWhileSilent,
  pingWhileAnswering,
  syn: first.segment,
  data: {
    segments: data.length,
    longestFrameBytes: Math.max(...heard.map((frame) => frame.length)),
    wrongChecksums: sent.filter(({ segment }) => !segment.checksumsRight).length,
  },
  answersToRightChecksum,
  answersToWrongChecksum,
  checksumErrorsCounted,
  pingAfterLinkWasDown,
  ownFramesHeard: heard.filter((frame) => CORE_MAC.every((byte, i) => frame[6 + i] === byte)).length,
  ipv6Frames: heard.filter((frame) => etherType(frame) === ETHERTYPE.ipv6).length,
  statistics,
  framesHeard,
  sendAfterClose,
  heardAfterClose: heard.length - framesHeard,
  longestTickMs,
  closedAt: Date.now(),
};
console.log(JSON.stringify(report)); // and no process.exit: nothing may be left that keeps it alive
