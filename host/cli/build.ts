import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { BOARD_KINDS, BOARDS, buildFirmware, ENGINES, type BoardName } from '../boards/index.js';
import { buildProfile, type Aim } from '../build/build-profile.js';
import { checkSizes } from '../build/check-sizes.js';
import { completeSizes, type ProfileSizes } from '../build/profile-sizes.js';
import { targetSizes } from '../build/targets.js';
import type { Command } from './command.js';
import { boardModulePath, BUILT, modulePath } from './modules.js';
import { print } from './output.js';
import { sizeReport, sizeTable } from './size-report.js';
import { givenSizes, SIZE_OPTIONS } from './sizes.js';
import { oneOf, type Given, type OptionTable } from './usage.js';

const AIMS = ['size', 'speed'] as const;

const OPTIONS: OptionTable = {
  board: { type: 'string', value: 'NAME', help: `${BOARDS.join(' or ')} (default: the module alone)` },
  engine: { type: 'string', value: 'NAME', help: 'interp (default) or aot: compiled ahead of time' },
  profile: { type: 'string', value: 'NAME', help: `${BUILT.join(', ')} (default lan-apps)` },
  ...SIZE_OPTIONS,
  optimize: { type: 'string', value: 'AIM', help: 'size, or speed: 60 % larger (default: speed with --board)' },
  out: { type: 'string', value: 'FILE', help: 'where the result goes (default: build/, and where it is told)' },
};

/** A module to be embedded, and what the firmware has to know of it. */
interface Built {
  profile: string;
  wasm: Uint8Array<ArrayBuffer>;
  sizes: ProfileSizes;
}

async function moduleOf(given: Given, aim: Aim): Promise<Built> {
  const own = givenSizes(given);
  if (own === undefined) {
    const profile = oneOf('profile', given.text('profile') ?? 'lan-apps', BUILT);
    return {
      profile,
      wasm: new Uint8Array(await readFile(aim === 'speed' ? boardModulePath(profile) : modulePath(profile))),
      sizes: targetSizes(profile),
    };
  }
  const sizes = completeSizes(own);
  checkSizes(sizes);
  process.stderr.write('building the module\n');
  const { wasm } = await buildProfile(sizes, aim);
  return { profile: 'custom', wasm, sizes };
}

async function firmwareFile(board: BoardName, given: Given, { profile, wasm, sizes }: Built): Promise<string> {
  const engine = oneOf('engine', given.text('engine') ?? 'interp', ENGINES);
  const { rxRing, txRing } = sizes;
  const firmware = { board, engine, profile, wasm, rxRing, txRing };
  return await buildFirmware(firmware, (line) => process.stderr.write(`${line}\n`));
}

export const build: Command = {
  name: 'build',
  summary: 'Makes a module of the sizes that you want, and a firmware around it.',
  synopsis: '[--board NAME [--engine NAME]] [--profile NAME | --connections N --rx N …] [--out FILE]',
  options: OPTIONS,
  examples: [
    'firmshake build --connections 2 --rx 1536 --tx 1536       # the module: what it takes, and where it is',
    'firmshake build --board linux                             # a program for a TAP device',
    'firmshake build --board rv32 --engine aot --profile tiny  # bare metal, compiled ahead of time',
  ],
  async run(given) {
    const named = given.text('board');
    const board = named === undefined ? undefined : oneOf('board', named, BOARDS);
    if (given.text('engine') !== undefined) oneOf('engine', given.text('engine') ?? '', ENGINES);
    const aim = oneOf('optimize', given.text('optimize') ?? (board === undefined ? 'size' : 'speed'), AIMS);
    const built = await moduleOf(given, aim);
    print(sizeTable(await sizeReport(built.profile, built.wasm, built.sizes)));

    const out = given.text('out');
    let file: string;
    if (board === undefined) {
      file = out ?? path.join('build', `${built.profile}.wasm`);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, built.wasm);
    } else {
      file = await firmwareFile(board, given, built);
      if (out !== undefined) await copyFile(file, out);
    }
    print(
      `${board === undefined ? 'module' : BOARD_KINDS[board].summary}: ${out ?? path.relative(process.cwd(), file)}`,
    );
    return 0;
  },
};
