/** Builds a board's firmware around a module. */
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ROOT } from '../build/constants.js';
import { compileAot } from './aot.js';
import { BOARD_KINDS, type BoardName, type Engine } from './boards.js';
import { alone } from './lock.js';
import { writeModule, type Embedded } from './module.js';
import { shapeOf } from './shape.js';
import { buildStep, tool } from './tools.js';
import { wamrSource } from './wamr.js';

export interface Firmware {
  board: BoardName;
  engine: Engine;
  /** A name for the result, and for the log: the profile's. */
  profile: string;
  wasm: Uint8Array<ArrayBuffer>;
  rxRing: number;
  txRing: number;
  /** With AddressSanitizer and UndefinedBehaviorSanitizer; Linux only. */
  sanitize?: boolean;
  /** Which of the board's mains; the product's is the default. */
  program?: string;
  /** For tests: instead of what the module would be embedded as. */
  embedded?: Uint8Array;
  /** For tests: instead of the board's own. */
  poolBytes?: number;
}

/**
 * Gives the path of the program. Takes half a minute the first time, seconds when only the module is another.
 * @throws BoardError TOOL_MISSING, WAMR_MISSING, BUILD_FAILED, MODULE_INVALID
 */
export function buildFirmware(firmware: Firmware, progress: (line: string) => void = () => {}): Promise<string> {
  // One at a time in one folder: the next waits for its turn, and so does another process.
  const folder = folderOf(firmware);
  const turn = (turns.get(folder) ?? Promise.resolve())
    .catch(() => {})
    .then(() => alone(folder, () => build(folder, firmware, progress)));
  turns.set(folder, turn);
  return turn;
}

const turns = new Map<string, Promise<unknown>>();

/** What the next profile changes little of is built in the same folder. */
function folderOf({ board, engine, profile, sanitize }: Firmware): string {
  const special = BOARD_KINDS[board].settings[profile] === undefined ? '' : `-${profile}`;
  return path.join(ROOT, 'build/boards', `${board}-${engine}${special}${sanitize === true ? '-sanitized' : ''}`);
}

async function build(folder: string, firmware: Firmware, progress: (line: string) => void): Promise<string> {
  const kind = BOARD_KINDS[firmware.board];
  const kept = keptAt(firmware);
  const stamp = `${kept}.stamp`;
  const hash = await hashOf(firmware);
  if ((await readFile(stamp, 'utf8').catch(() => '')) === hash) return kept;

  for (const name of kind.tools) tool(name);
  const wamr = await wamrSource();
  const module = path.join(folder, 'module');
  await writeModule(module, await embedded(firmware, wamr, progress));
  progress(`building ${programOf(firmware)} (${firmware.engine}, ${firmware.profile})`);
  const source = path.join(ROOT, 'boards', kind.project);
  const defines = Object.entries(settingsOf(firmware, wamr, module)).map(([name, value]) => `-D${name}=${value}`);
  await buildStep('cmake', ['-S', source, '-B', folder, '-G', 'Ninja', ...defines], path.join(folder, 'configure.log'));
  const program = programOf(firmware);
  await buildStep('ninja', ['-C', folder, program], path.join(folder, 'build.log'));
  await mkdir(path.dirname(kept), { recursive: true });
  // Moved over the old one, which may be running.
  await copyFile(path.join(folder, program), `${kept}.new`);
  await rename(`${kept}.new`, kept);
  await writeFile(stamp, hash);
  return kept;
}

function programOf({ board, program }: Firmware): string {
  return program ?? BOARD_KINDS[board].program;
}

/** Beside the folder that the next module is built in: programs with several modules are wanted at once. */
function keptAt(firmware: Firmware): string {
  const { board, engine, profile, sanitize } = firmware;
  const name = programOf(firmware).replace(/\.elf$/, '');
  const variant = sanitize === true ? '-sanitized' : '';
  return path.join(ROOT, 'build/boards/programs', board, `${name}-${engine}-${profile}${variant}`);
}

async function embedded(firmware: Firmware, wamr: string, progress: (line: string) => void): Promise<Embedded> {
  const { board, engine, profile, rxRing, txRing, wasm } = firmware;
  const shape = await shapeOf(wasm, rxRing, txRing);
  let bytes = firmware.embedded;
  bytes ??= engine === 'aot' ? await compileAot(wasm, BOARD_KINDS[board].aot, wamr, progress) : wasm;
  return { profile, bytes, rxRing, txRing, shape };
}

/** What its CMake project is told. */
function settingsOf(firmware: Firmware, wamr: string, module: string): Record<string, string | number> {
  const { board, engine, profile, sanitize, poolBytes } = firmware;
  const { toolchain, ...kind } = BOARD_KINDS[board];
  return {
    WAMR_ROOT_DIR: wamr,
    FSK_ENGINE: engine,
    FSK_MODULE: module,
    FSK_POOL_BYTES: poolBytes ?? kind.poolBytes[engine],
    FSK_STACK_BYTES: kind.stackBytes[engine],
    FSK_SANITIZE: sanitize === true ? 'ON' : 'OFF',
    ...(kind.settings[profile] ?? {}),
    ...(toolchain === undefined ? {} : { CMAKE_TOOLCHAIN_FILE: path.join(ROOT, 'boards', toolchain) }),
  };
}

/** Of all that the program is made from. */
async function hashOf(firmware: Firmware): Promise<string> {
  const { wasm, embedded: given, ...rest } = firmware;
  const hash = createHash('sha256').update(
    JSON.stringify([rest, BOARD_KINDS[firmware.board], process.env['WAMR_ROOT_DIR']]),
  );
  hash.update(wasm).update(given ?? '');
  const sources = path.join(ROOT, 'boards');
  const entries = await readdir(sources, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  for (const file of files.sort()) hash.update(file).update(await readFile(file));
  return hash.digest('hex');
}
