/**
 * A board that nobody answers, seen by dumpcap: `timer.ts CAPTURE FIRMWARE`. Prints a TimerReport.
 *
 * The kernel stamps a frame when the board hands it over: this process, which does nothing but lose it, is not in the times.
 */

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ip, systemPath } from '../../../host/tap/index.js';
import { readPcapng } from '../../../host/trace/pcapng.js';
import { ETHERTYPE, etherType, FLAG, segmentFrame, segmentIn } from '../../lan/helpers/packets.js';
import { BoardStage, KERNEL, TAP, told, until } from '../helpers/board.js';

const LISTENING = 77;
/** Where the board connects to, and who connects to the board. None of them says another word. */
const SILENT = [9001, 9002];
const STRANGERS = [40001, 40002, 40003, 40004, 40005, 40006, 40007, 40008];
/** Not a whole number of ms, so that they come at any time between two ticks of a clock. */
const BETWEEN_STRANGERS_MS = 97.3;
/** What is not answered is sent again so long after it was sent, or was to be sent. RFC 6298 §2.1, §5.5. */
const WAITS_MS = [1000, 2000, 4000];
const SCHEDULE_MS = 7000;

/** The device of the metronome, and the type of its frames. */
const CLOCK = 'clock0';
const CLOCK_TYPE = 0x88b6;

interface Stamped {
  atMs: number;
  frame: Uint8Array;
}

class Dumpcap {
  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
  ) {}

  static async start(...devices: string[]): Promise<Dumpcap> {
    const folder = await mkdtemp(path.join(tmpdir(), 'firmshake-timer-'));
    const args = ['-q', '-w', path.join(folder, 'capture'), ...devices.flatMap((device) => ['-i', device])];
    const env = { ...process.env, PATH: systemPath() };
    const child = spawn('dumpcap', args, { stdio: ['ignore', 'ignore', 'pipe'], env });
    const said: string[] = [];
    createInterface({ input: child.stderr }).on('line', (line) => said.push(line));
    await until('dumpcap captures', () => said.some((line) => line.startsWith('File: ')));
    return new Dumpcap(child, folder);
  }

  async end(): Promise<Stamped[]> {
    this.child.kill('SIGINT');
    await once(this.child, 'exit');
    const { packets } = readPcapng(await readFile(path.join(this.folder, 'capture')));
    await rm(this.folder, { recursive: true });
    return packets.map(({ atMs, data }) => ({ atMs: atMs ?? NaN, frame: data }));
  }
}

async function startMetronome(): Promise<ChildProcess> {
  await ip(`tuntap add dev ${CLOCK} mode tap`);
  await ip(`link set dev ${CLOCK} arp off up`);
  const script = fileURLToPath(new URL('metronome.ts', import.meta.url));
  const stdio = ['ignore', 'ignore', 'inherit'] as const;
  const child = spawn(process.execPath, [...process.execArgv, script, CLOCK], { stdio: [...stdio] });
  process.once('exit', () => child.kill());
  return child;
}

/** How late the metronome's frames were, ordered. What all of them are late by is the distance of two clocks. */
function jitterIn(frames: Stamped[]) {
  const distances = frames
    .filter(({ frame }) => etherType(frame) === CLOCK_TYPE)
    .map(({ atMs, frame }) => atMs - Number(new DataView(frame.buffer, frame.byteOffset).getBigUint64(14)) / 1e6)
    .sort((a, b) => a - b);
  const at = (share: number): number =>
    (distances[Math.ceil(share * distances.length) - 1] ?? NaN) - (distances[0] ?? NaN);
  return { frames: distances.length, halfMs: at(0.5), mostMs: at(0.99), worstMs: at(1) };
}

const isFromBoard = ({ frame }: Stamped, port: number, flags: number): boolean => {
  const segment = segmentIn(frame);
  return segment?.destinationPort === port && segment.flags === flags;
};

/** The kernel's MAC address, without which no SYN can be sent. */
const isArpReply = ({ frame }: Stamped): boolean => etherType(frame) === ETHERTYPE.arp && frame[21] === 2;

/** The board's SYNs: each is due so long after the one before it was sent. */
function syns(frames: Stamped[], port: number) {
  const times = frames.filter((one) => isFromBoard(one, port, FLAG.syn)).map(({ atMs }) => atMs);
  return {
    what: `SYN to ${port}`,
    sinceAskedMs: (times[0] ?? NaN) - (frames.find(isArpReply)?.atMs ?? NaN),
    times: sinceFirst(times),
    lateMs: times.slice(1).map((atMs, i) => atMs - (times[i] ?? NaN) - (WAITS_MS[i] ?? NaN)),
  };
}

/** The board's SYN-ACKs: each is due so long after the one before it was due. */
function synAcks(frames: Stamped[], port: number) {
  const asked = frames.find(({ frame }) => segmentIn(frame)?.sourcePort === port)?.atMs ?? NaN;
  const times = frames.filter((one) => isFromBoard(one, port, FLAG.syn | FLAG.ack)).map(({ atMs }) => atMs);
  const due = (count: number): number => WAITS_MS.slice(0, count).reduce((sum, ms) => sum + ms, times[0] ?? NaN);
  return {
    what: `SYN-ACK to ${port}`,
    sinceAskedMs: (times[0] ?? NaN) - asked,
    times: sinceFirst(times),
    lateMs: times.slice(1).map((atMs, i) => atMs - due(i + 1)),
  };
}

const sinceFirst = (times: number[]): number[] => times.map((atMs) => atMs - (times[0] ?? NaN));

const { capture, firmware } = told();
const metronome = await startMetronome();
let dumpcap: Dumpcap | undefined;
const stage = await BoardStage.open(firmware, {
  plan: [`listen=${LISTENING}`, ...SILENT.map((port) => `connect=${KERNEL}:${port}`), 'timeout=30000'].join(','),
  loses: (direction, frame) =>
    direction === 'out' && [...SILENT, ...STRANGERS].includes(segmentIn(frame)?.destinationPort ?? 0),
  plugged: async () => {
    dumpcap = await Dumpcap.start(TAP, CLOCK);
  },
});

const firstSyn = () => stage.segments(SILENT[0] ?? 0)[0]?.frame;
await until('the board connects', () => firstSyn() !== undefined);
for (const sourcePort of STRANGERS) {
  await sleep(BETWEEN_STRANGERS_MS);
  const to = { sourcePort, destinationPort: LISTENING, sequence: 7, flags: FLAG.syn, mss: 1460 };
  stage.give(segmentFrame({ like: firstSyn() as Uint8Array, ...to }));
}
await sleep(SCHEDULE_MS + 500);
const frames = (await dumpcap?.end()) ?? [];
metronome.kill();

const report = {
  jitter: jitterIn(frames),
  sent: [...SILENT.map((port) => syns(frames, port)), ...STRANGERS.map((port) => synAcks(frames, port))],
};
export type TimerReport = typeof report;
await stage.close(capture);
console.log(JSON.stringify(report));
process.exit(0);
