/**
 * WAMR's source, pinned by boards/wamr/Cargo.lock: a crate carries it. Cargo brings it and tells where it is; nothing is built
 * with Cargo.
 */
import { existsSync } from 'node:fs';
import { cp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { ROOT } from '../build/constants.js';
import { BoardError } from './errors.js';
import { outputOf } from './tools.js';

const MANIFEST = path.join(ROOT, 'boards/wamr/Cargo.toml');
const CRATE = 'wamrx-sys';
/** Of Rust's 2024 edition, which the crate is written in: Debian 12's cargo (0.66) cannot read its manifest. */
const CARGO_LEAST = [1, 85] as const;

/**
 * A folder with WAMR's core/ and build-scripts/, to be built from. With WAMR_ROOT_DIR set: that one.
 * @throws BoardError WAMR_MISSING, TOOL_MISSING
 */
export async function wamrSource(): Promise<string> {
  const own = process.env['WAMR_ROOT_DIR'];
  if (own !== undefined && own !== '') return checked(path.resolve(own), 'WAMR_ROOT_DIR');
  return (fetched ??= fetchSource());
}

let fetched: Promise<string> | undefined;

async function fetchSource(): Promise<string> {
  await checkCargo();
  const { version, folder } = await crate(MANIFEST, CRATE);
  // CMake writes into it, so it is copied out of Cargo's registry: aside first, for whoever looks meanwhile.
  const copy = path.join(ROOT, 'build', `wamr-${version}`);
  if (!existsSync(copy)) {
    const aside = `${copy}.${process.pid}`;
    await cp(path.join(folder, 'wasm-micro-runtime'), aside, { recursive: true });
    await rename(aside, copy).catch(() => rm(aside, { recursive: true }));
  }
  return checked(copy, CRATE);
}

/** @throws BoardError TOOL_MISSING, instead of what an old cargo says of a lock file that it does not understand */
async function checkCargo(): Promise<void> {
  const version = /^cargo (\d+)\.(\d+)\S*/.exec(await outputOf('cargo', ['--version'], 'TOOL_MISSING'));
  const [found = 'cargo', major, minor] = version ?? [];
  const [leastMajor, leastMinor] = CARGO_LEAST;
  if (Number(major) > leastMajor || (Number(major) === leastMajor && Number(minor) >= leastMinor)) return;
  const least = CARGO_LEAST.join('.');
  throw new BoardError('TOOL_MISSING', `${found} is too old for ${CRATE}: ${least} is needed (rustup, or Debian 13)`);
}

/**
 * A crate that a manifest pins, in cargo's registry: fetched, and never built.
 * @throws BoardError WAMR_MISSING, TOOL_MISSING
 */
export async function crate(manifest: string, name: string): Promise<{ version: string; folder: string }> {
  await outputOf('cargo', ['fetch', '--locked', '--manifest-path', manifest], 'WAMR_MISSING');
  const args = ['metadata', '--format-version', '1', '--locked', '--offline', '--manifest-path', manifest];
  const metadata = JSON.parse(await outputOf('cargo', args, 'WAMR_MISSING')) as {
    packages: { name: string; version: string; manifest_path: string }[];
  };
  const found = metadata.packages.find((one) => one.name === name);
  if (found === undefined) throw new BoardError('WAMR_MISSING', `cargo knows no crate ${name}: see ${manifest}`);
  return { version: found.version, folder: path.dirname(found.manifest_path) };
}

function checked(folder: string, from: string): string {
  if (existsSync(path.join(folder, 'build-scripts/runtime_lib.cmake'))) return folder;
  throw new BoardError(
    'WAMR_MISSING',
    `${folder} (from ${from}) is no WAMR: it has no build-scripts/runtime_lib.cmake`,
  );
}
