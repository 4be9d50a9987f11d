/** Compiles a module ahead of time, with a driver of our own around WAMR's compiler (boards/aotc). */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ROOT } from '../build/constants.js';
import type { BoardKind } from './boards.js';
import { alone } from './lock.js';
import { buildStep, outputOf, tool } from './tools.js';

const FOLDER = path.join(ROOT, 'build/boards/aotc');
const COMPILER = path.join(FOLDER, 'firmshake-aotc');
const LLVM_CONFIG = 'llvm-config-22';

/** @throws BoardError TOOL_MISSING, BUILD_FAILED */
export async function compileAot(
  wasm: Uint8Array,
  { target, options }: BoardKind['aot'],
  wamr: string,
  progress: (line: string) => void,
): Promise<Uint8Array> {
  return await alone(FOLDER, async () => {
    const compiler = await (built ??= buildCompiler(wamr, progress));
    const hash = createHash('sha256')
      .update(await readFile(compiler))
      .update(wasm);
    const name = hash
      .update([target, ...options].join(' '))
      .digest('hex')
      .slice(0, 16);
    const input = path.join(FOLDER, 'modules', `${name}.wasm`);
    const output = path.join(FOLDER, 'modules', `${name}.aot`);
    if (existsSync(output)) return await readFile(output);
    progress(`compiling the module for ${target}`);
    await mkdir(path.dirname(input), { recursive: true });
    await writeFile(input, wasm);
    const aside = `${output}.new`;
    await buildStep(compiler, ['--target', target, ...options, input, aside], path.join(FOLDER, `${name}.log`));
    await rename(aside, output);
    return await readFile(output);
  });
}

let built: Promise<string> | undefined;

async function buildCompiler(wamr: string, progress: (line: string) => void): Promise<string> {
  for (const name of ['cmake', 'ninja', 'gcc', LLVM_CONFIG]) tool(name);
  if (!existsSync(COMPILER)) progress('building the ahead-of-time compiler, once: about a minute');
  const source = path.join(ROOT, 'boards/aotc');
  // Told each time, for CMake would keep to the LLVM that it found first.
  const llvm = (await outputOf(LLVM_CONFIG, ['--cmakedir'], 'BUILD_FAILED')).trim();
  await buildStep(
    'cmake',
    ['-S', source, '-B', FOLDER, '-G', 'Ninja', `-DWAMR_ROOT_DIR=${wamr}`, `-DLLVM_DIR=${llvm}`],
    path.join(FOLDER, 'configure.log'),
  );
  await buildStep('ninja', ['-C', FOLDER], path.join(FOLDER, 'build.log'));
  return COMPILER;
}
