/** Modules of a source with one mistake in it, and what the fuzzers say of them. */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../support/firmshake.js';
import { ROOT } from '../../scripts/root.mjs';
import { entriesOf } from '../../scripts/build-wasm.mjs';
import { fuzzerOf } from './build.mjs';
import { search, type Target } from './fuzzer.mjs';

export interface Mistake {
  name: string;
  file: string;
  right: string;
  wrong: string;
}

const COMPILER = join(ROOT, 'node_modules/assemblyscript/bin/asc.js');

function slug(name: string): string {
  return name.replaceAll(' ', '-');
}

/** Compiles the debug build of a core with a mistake. */
async function compileBroken({ name, file, right, wrong }: Mistake): Promise<string> {
  const folder = join(ROOT, 'build/fuzz/broken', slug(name));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(join(ROOT, 'assembly'), join(folder, 'assembly'), { recursive: true });
  const source = readFileSync(join(folder, file), 'utf8');
  if (source.split(right).length !== 2) throw new Error(`${file} has ${right} not once`);
  writeFileSync(join(folder, file), source.replace(right, wrong));
  cpSync(join(ROOT, 'asconfig.json'), join(folder, 'asconfig.json'));
  const module = join(folder, 'core.wasm');
  const entries = entriesOf('debug').map((entry) => join(folder, entry));
  const files = ['--config', join(folder, 'asconfig.json'), '--outFile', module, '--textFile', ''];
  const { code, stderr } = await runCommand(process.execPath, COMPILER, ...entries, '--target', 'debug', ...files);
  if (code !== 0) throw new Error(stderr);
  return module;
}

/** What the corpus of a target finds in a core with a mistake; '': nothing. */
export async function foundIn(mistake: Mistake, target: Target): Promise<string> {
  const program = await fuzzerOf(`broken-${slug(mistake.name)}`, await compileBroken(mistake));
  return (await search(target, program, { seconds: 0, isKept: false })).reason;
}
