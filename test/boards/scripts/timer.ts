/**
 * A board that nobody answers, seen by dumpcap: `timer.ts CAPTURE FIRMWARE`. Prints a TimerReport.
 *
 * The kernel stamps a frame when the board hands it over, so this process, which does nothing but lose frames, is not in the times.
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
import { etherType, FLAG, segmentFrame, segmentIn } from '../../lan/helpers/packets.js';
import { BoardStage, KERNEL, TAP, told, until } from '../helpers/board.js';

const LISTENING = 77;
/** Where the board connects to, and whoever connects to the board: all of them silent. */
const SILENT = [9001, 9002];
const STRANGERS = [40001, 40002, 40003, 40004, 40005];
const CLOCK = 'clock0';
const CLOCK_TYPE = 0x88b6;
/** Not a whole number of any clock's ticks. */
const EVERY_MS = 137.3;
/** A segment, and three more of it: after 1, 2 and 4 s. */
const TIMES = 4;

const isSilent = (port: number): boolean => [...SILENT, ...STRANGERS].includes(port);

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

  async end() {
    this.child.kill('SIGINT');
    await once(this.child, 'exit');
    const capture = readPcapng(await readFile(path.join(this.folder, 'capture')));
    await rm(this.folder, { recursive: true });
    return capture.packets;
  }
}

const { capture, firmware } = told();
await ip(`tuntap add dev ${CLOCK} mode tap`);
await ip(`link set dev ${CLOCK} arp off up`);
const metronome = spawn(
  process.execPath,
  [...process.execArgv, fileURLToPath(new URL('metronome.ts', import.meta.url)), CLOCK],
  { stdio: ['ignore', 'ignore', 'inherit'] },
);
process.once('exit', () => metronome.kill());

const stage = await BoardStage.open(firmware, {
  plan: [`listen=${LISTENING}`, ...SILENT.map((port) => `connect=${KERNEL}:${port}`), 'timeout=30000'].join(','),
  loses: (direction, frame) => direction === 'out' && isSilent(segmentIn(frame)?.destinationPort ?? 0),
});

const ofTheBoard = () =>
  stage.heard.find(({ direction, frame }) => direction === 'out' && segmentIn(frame) !== undefined)?.frame;
await until('the board tries to connect', () => ofTheBoard() !== undefined);
const like = ofTheBoard() as Uint8Array;
await sleep(1500);
const dumpcap = await Dumpcap.start(TAP, CLOCK);
for (const sourcePort of STRANGERS) {
  await sleep(EVERY_MS);
  const to = { sourcePort, destinationPort: LISTENING, sequence: 7, flags: FLAG.syn, mss: 1460 };
  stage.give(segmentFrame({ like, ...to }));
}
await sleep(8000);
const packets = await dumpcap.end();
metronome.kill();
const ticks = packets
  .filter(({ data }) => etherType(data) === CLOCK_TYPE)
  .map(({ data, atMs }) => (atMs ?? NaN) - Number(Buffer.from(data).readBigUInt64BE(14)) / 1e6);
const least = Math.min(...ticks);
const late = ticks.map((t) => t - least).sort((a, b) => a - b);
console.error(
  firmware.name,
  'metronome',
  late.length,
  'median',
  late[late.length >> 1],
  'p99',
  late[Math.floor(late.length * 0.99)],
  'max',
  late.at(-1),
);
const seen = (port: number, times: (number | null)[]): void => {
  console.error(
    firmware.name,
    port,
    times
      .slice(1)
      .map((t, i) => ((t ?? NaN) - (times[i] ?? NaN)).toFixed(3))
      .join(' '),
  );
};
for (const port of [...SILENT, ...STRANGERS]) {
  const own = packets.filter(
    ({ data }) => segmentIn(data)?.destinationPort === port && (segmentIn(data)?.flags ?? 0) & FLAG.syn,
  );
  seen(
    port,
    own.map(({ atMs }) => atMs),
  );
  if (1) continue;
  const heard = stage.heard.filter(
    ({ direction, frame }) => direction === 'out' && segmentIn(frame)?.destinationPort === port,
  );
  seen(
    -port,
    heard.map(({ atMs }) => atMs),
  );
}
await stage.close(capture);
process.exit(0);
