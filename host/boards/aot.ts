/** Compiles a module ahead of time, with a driver of our own around WAMR's compiler (boards/aotc). */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ROOT } from '../build/constants.js';
import type { BoardKind } from './boards.js';
import { buildStep, tool } from './tools.js';

const FOLDER = path.join(ROOT, 'build/boards/aotc');

/** @throws BoardError TOOL_MISSING, BUILD_FAILED */
export async function compileAot(
  wasm: Uint8Array,
  { target, options }: BoardKind['aot'],
  wamr: string,
  progress: (line: string) => void,
): Promise<Uint8Array> {
  const compiler = await (built ??= buildCompiler(wamr, progress));
  const name = createHash('sha256')
    .update(wasm)
    .update([target, ...options].join(' '))
    .digest('hex')
    .slice(0, 16);
  const input = path.join(FOLDER, 'modules', `${name}.wasm`);
  const output = path.join(FOLDER, 'modules', `${name}.aot`);
  await mkdir(path.dirname(input), { recursive: true });
  if (!existsSync(output)) {
    progress(`compiling the module for ${target}`);
    await writeFile(input, wasm);
    await buildStep(compiler, ['--target', target, ...options, input, output], path.join(FOLDER, `${name}.log`));
  }
  return await readFile(output);
}

let built: Promise<string> | undefined;

async function buildCompiler(wamr: string, progress: (line: string) => void): Promise<string> {
  for (const name of ['cmake', 'ninja', 'gcc', 'llvm-config-19']) tool(name);
  progress('building the ahead-of-time compiler, once: about a minute');
  const source = path.join(ROOT, 'boards/aotc');
  await buildStep(
    'cmake',
    ['-S', source, '-B', FOLDER, '-G', 'Ninja', `-DWAMR_ROOT_DIR=${wamr}`],
    path.join(FOLDER, 'configure.log'),
  );
  await buildStep('ninja', ['-C', FOLDER], path.join(FOLDER, 'build.log'));
  return path.join(FOLDER, 'firmshake-aotc');
}
