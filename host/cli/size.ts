import { readFile } from 'node:fs/promises';
import { buildProfile } from '../build/build-profile.js';
import { checkSizes, RANGES } from '../build/check-sizes.js';
import { completeSizes, LAN_SIZES, OPTION_NAMES, type ProfileSizes } from '../build/profile-sizes.js';
import { targetSizes } from '../build/targets.js';
import { Core } from '../core/index.js';
import { ENTRY_BYTES, STATISTICS_BYTES } from '../core/layout.js';
import type { Command } from './command.js';
import { modulePath, profileOf } from './modules.js';
import { print, printJson } from './output.js';
import { UsageError, wholeNumber, type Given, type OptionTable } from './usage.js';

const SIZE_HELP: Readonly<Record<keyof ProfileSizes, string>> = {
  connections: 'connections that are open at once',
  rxRing: 'bytes of a receive ring',
  txRing: 'bytes of a send ring',
  halfOpen: 'handshakes that peers have begun; beyond these: SYN cookies',
  timeWait: 'finished connections that are guarded',
  listeners: 'ports that are listened on',
  neighbours: 'hosts on the link whose MAC is known',
  timeWaitMs: 'how long TIME-WAIT lasts, in ms',
  apps: 'servers linked in: the sum of 1 echo, 2 discard, 4 status page',
  rtoMinMs: 'the shortest retransmission timeout, in ms',
};

const SIZE_NAMES = Object.keys(LAN_SIZES) as (keyof ProfileSizes)[];

const OPTIONS: OptionTable = {
  profile: { type: 'string', value: 'NAME', help: 'tiny, lan or gateway (default: all three)' },
  ...Object.fromEntries(
    SIZE_NAMES.map((name) => [OPTION_NAMES[name], { type: 'string', value: 'N', help: SIZE_HELP[name] } as const]),
  ),
  json: { type: 'boolean', help: 'as JSON' },
};

/** What a core takes, in bytes. */
interface Report {
  name: string;
  moduleBytes: number;
  memoryBytes: number;
  parts: { name: string; entries: number; entryBytes: number; bytes: number }[];
}

async function reportOf(name: string, wasm: Uint8Array<ArrayBuffer>, sizes: ProfileSizes): Promise<Report> {
  const core = new Core(await WebAssembly.compile(wasm));
  core.boot({ mac: '02:00:00:00:00:01', address: '10.73.0.2', prefixLength: 24, key: new Uint8Array(16).fill(1) }, 0);
  const pools = core.pools();
  const part = (label: string, entries: number, entryBytes: number): Report['parts'][number] => ({
    name: label,
    entries,
    entryBytes,
    bytes: entries * entryBytes,
  });
  const parts = [
    part('connections', pools.CONNECTIONS.capacity, ENTRY_BYTES.connection),
    part('half-open', pools.HALF_OPEN.capacity, ENTRY_BYTES.halfOpen),
    part('time-wait', pools.TIME_WAIT.capacity, ENTRY_BYTES.timeWait),
    part('listeners', pools.LISTENERS.capacity, ENTRY_BYTES.listener),
    part('neighbours', pools.NEIGHBOURS.capacity, ENTRY_BYTES.neighbour),
    part('rings (receive + send)', pools.CONNECTIONS.capacity, sizes.rxRing + sizes.txRing),
    part('frame buffers', 2, 1514),
    part('statistics', 1, STATISTICS_BYTES),
  ];
  const known = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  parts.push(part('indexes, deadlines, the rest', 1, core.memoryBytes - known));
  return { name, moduleBytes: wasm.length, memoryBytes: core.memoryBytes, parts };
}

function table({ name, moduleBytes, memoryBytes, parts }: Report): string {
  const number = (value: number): string => value.toLocaleString('en-US');
  const rows = parts.map(
    ({ name: label, entries, entryBytes, bytes }) =>
      `  ${label.padEnd(30)}${number(entries).padStart(8)} × ${number(entryBytes).padStart(7)}  ${number(bytes).padStart(11)}`,
  );
  const kib = (memoryBytes / 1024).toFixed(1);
  return [
    name,
    ...rows,
    `  ${'linear memory'.padEnd(30)}${`${kib} KiB`.padStart(18)}  ${number(memoryBytes).padStart(11)}`,
    `  ${'module'.padEnd(30)}${`${(moduleBytes / 1024).toFixed(1)} KiB`.padStart(18)}  ${number(moduleBytes).padStart(11)}`,
    '',
  ].join('\n');
}

/** The sizes that were asked for; undefined: none, so it is about the profiles that are built. */
function givenSizes(given: Given): Partial<ProfileSizes> | undefined {
  const entries = SIZE_NAMES.flatMap((name) => {
    const text = given.text(OPTION_NAMES[name]);
    return text === undefined ? [] : [[name, wholeNumber(OPTION_NAMES[name], text, ...RANGES[name])] as const];
  });
  if (entries.length === 0) return undefined;
  if (given.text('profile') !== undefined) throw new UsageError('--profile or sizes of your own: one of the two');
  return Object.fromEntries(entries);
}

export const size: Command = {
  name: 'size',
  summary: 'What a core takes: bytes of each pool, of linear memory, of the module.',
  synopsis: '[--profile NAME | --connections N --rx N …] [--json]',
  options: OPTIONS,
  examples: ['firmshake size', 'firmshake size --connections 2 --rx 1536 --tx 1536 --half-open 4'],
  async run(given) {
    const sizes = givenSizes(given);
    const reports: Report[] = [];
    if (sizes === undefined) {
      const named = given.text('profile');
      for (const profile of named === undefined ? (['tiny', 'lan', 'gateway'] as const) : [profileOf(named)]) {
        reports.push(
          await reportOf(profile, new Uint8Array(await readFile(modulePath(profile))), targetSizes(profile)),
        );
      }
    } else {
      checkSizes(completeSizes(sizes));
      process.stderr.write('building …\n');
      const built = await buildProfile(sizes);
      reports.push(await reportOf('custom', built.wasm, built.sizes));
    }
    if (given.flag('json')) printJson(reports);
    else for (const report of reports) print(table(report));
    return 0;
  },
};
