import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkSizes } from './check-sizes.js';
import { CONSTANTS, ROOT } from './constants.js';
import { completeSizes, type ProfileSizes } from './profile-sizes.js';

/** What the optimiser aims at: a small module, or a fast one, which is 60 % larger and takes half the steps. */
export type Aim = 'size' | 'speed';

export interface BuiltProfile {
  sizes: ProfileSizes;
  wasm: Uint8Array<ArrayBuffer>;
  /** Bytes of linear memory that the core uses: `__heap_base`. */
  memoryBytes: number;
}

/**
 * Compiles the core with sizes of the caller's; what is not given is the `lan` profile's. Takes some seconds.
 *
 * @throws ProfileError if there can be no such core
 */
export async function buildProfile(given: Partial<ProfileSizes>, aim: Aim = 'size'): Promise<BuiltProfile> {
  const sizes = completeSizes(given);
  checkSizes(sizes);
  const wasm = await compile(sizes, aim);
  return { sizes, wasm, memoryBytes: await heapBase(wasm) };
}

async function compile(sizes: ProfileSizes, aim: Aim): Promise<Uint8Array<ArrayBuffer>> {
  // Loaded here: the compiler is large, and most of what the host does needs none.
  const { main, createMemoryStream } = await import('assemblyscript/asc');
  const names = Object.keys(CONSTANTS) as (keyof ProfileSizes)[];
  const uses = names.flatMap((name) => ['--use', `${CONSTANTS[name]}=${sizes[name]}`]);
  const files = new Map<string, string | Uint8Array>();
  const messages = createMemoryStream();
  // An initial memory of 0 pages: as many as are needed.
  const target = ['--target', aim === 'size' ? 'lan' : 'lan-fast', '--initialMemory', '0', '--outFile', 'custom.wasm', '--textFile', ''];
  const { error } = await main(['assembly/index.ts', '--baseDir', ROOT, ...target, ...uses], {
    stdout: createMemoryStream(),
    stderr: messages,
    writeFile: (name, contents) => {
      files.set(name, contents);
    },
  });
  const wasm = files.get('custom.wasm');
  if (error !== null || !(wasm instanceof Uint8Array)) {
    throw new Error(`the core does not compile: ${messages.toString() || String(error)}`);
  }
  return optimized(wasm, aim);
}

/** As scripts/build-wasm.mjs does it for the profiles of asconfig.json. */
async function optimized(wasm: Uint8Array, aim: Aim): Promise<Uint8Array<ArrayBuffer>> {
  const { optimize } = (await import(pathToFileURL(join(ROOT, 'scripts/optimize.mjs')).href)) as {
    optimize: (file: string, aim: Aim) => Promise<void>;
  };
  const folder = await mkdtemp(join(tmpdir(), 'firmshake-'));
  try {
    const file = join(folder, 'custom.wasm');
    await writeFile(file, wasm);
    await optimize(file, aim);
    return new Uint8Array(await readFile(file));
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function heapBase(wasm: Uint8Array<ArrayBuffer>): Promise<number> {
  // The core imports nothing.
  const { instance } = await WebAssembly.instantiate(wasm, {});
  return Number((instance.exports['__heap_base'] as WebAssembly.Global).value);
}
