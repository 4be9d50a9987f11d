/** boards/esp32 as far as it goes without ESP-IDF: configured by ESP-IDF's own tool, compiled against stubs of its headers. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildStep } from '../../../host/boards/tools.js';
import { wamrSource } from '../../../host/boards/wamr.js';
import { ROOT } from '../../../host/build/constants.js';
import { installPython, runPython } from '../../support/python.js';

export type Chip = 'esp32' | 'esp32s3' | 'esp32c3' | 'esp32c6';

export interface Choice {
  chip: Chip;
  /** What menuconfig is told, as a sdkconfig has it. */
  config?: Readonly<Record<string, string>>;
  /** Which ESP-IDF the stubs are to be like. */
  idf?: string;
  /** The component that brings WAMR, or "" for none. */
  wamr?: string;
}

const HERE = fileURLToPath(new URL('.', import.meta.url));
const PROJECT = path.join(ROOT, 'boards/esp32');

const RISCV = {
  COMPILER: 'riscv64-unknown-elf-gcc',
  FLAGS: '-march=rv32imc -mabi=ilp32 --specs=picolibc.specs',
  ASSEMBLE: 'ON',
};
/** Its assembler is of an ESP8266, and knows no windows of registers: the compiler does. */
const XTENSA = {
  COMPILER: 'xtensa-lx106-elf-gcc',
  FLAGS: '-mabi=windowed --specs=/usr/lib/xtensa-lx106-elf/picolibc.specs -mlongcalls',
  ASSEMBLE: 'OFF',
};

export const CPUS: Readonly<Record<Chip, typeof RISCV>> = {
  esp32: XTENSA,
  esp32s3: XTENSA,
  esp32c3: RISCV,
  esp32c6: RISCV,
};

/** Makes sdkconfig.h and sdkconfig.cmake in a folder. Gives what the tool complained of. */
export async function configure(
  name: string,
  { chip, config = {} }: Choice,
): Promise<{ folder: string; warnings: string }> {
  const python = await installPython(path.join(HERE, 'requirements.txt'));
  const folder = path.join(ROOT, 'build/test/esp32', name, 'config');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const chosen = path.join(folder, 'chosen');
  const lines = Object.entries(config).map(([symbol, value]) => `CONFIG_${symbol}=${value}\n`);
  await writeFile(chosen, lines.join(''));
  const defaults = [path.join(PROJECT, 'sdkconfig.defaults'), chosen];
  if (chip === 'esp32') defaults.splice(1, 0, path.join(PROJECT, 'sdkconfig.defaults.esp32'));
  const outcome = await runPython(
    python,
    'kconfgen',
    ...['--kconfig', path.join(HERE, 'Kconfig'), '--config', path.join(folder, 'sdkconfig')],
    ...defaults.flatMap((file) => ['--defaults', file]),
    ...['header', 'cmake', 'config'].flatMap((format) => ['--output', format, path.join(folder, FILES[format] ?? '')]),
    ...['--env', `IDF_TARGET=${chip}`],
  );
  if (outcome.code !== 0) throw new Error(outcome.stdout + outcome.stderr);
  return { folder, warnings: outcome.stdout + outcome.stderr };
}

const FILES: Readonly<Record<string, string>> = {
  header: 'sdkconfig.h',
  cmake: 'sdkconfig.cmake',
  config: 'sdkconfig',
};

/** What a symbol is set to: absent where it is not visible. */
export async function settingsIn(folder: string): Promise<Map<string, string>> {
  const text = await readFile(path.join(folder, 'sdkconfig'), 'utf8');
  return new Map([...text.matchAll(/^CONFIG_(\w+)=(.*)$/gm)].map(([, symbol = '', value = '']) => [symbol, value]));
}

/** What CMake said. */
export function configureLog(name: string): Promise<string> {
  return readFile(path.join(ROOT, 'build/test/esp32', name, 'build/configure.log'), 'utf8');
}

/** @throws BoardError BUILD_FAILED: the first error of CMake or of the compiler */
export async function compile(name: string, choice: Choice): Promise<void> {
  const { folder: config } = await configure(name, choice);
  const folder = path.join(ROOT, 'build/test/esp32', name, 'build');
  const defines = {
    ...CPUS[choice.chip],
    SDKCONFIG: config,
    IDF_VERSION: choice.idf ?? '5.5.5',
    WAMR_ROOT_DIR: await wamrSource(),
    WAMR_COMPONENT: choice.wamr ?? 'espressif__wasm-micro-runtime',
  };
  await rm(folder, { recursive: true, force: true });
  const args = Object.entries(defines).map(([key, value]) => `-D${key}=${value}`);
  await buildStep('cmake', ['-S', HERE, '-B', folder, '-G', 'Ninja', ...args], path.join(folder, 'configure.log'));
  await buildStep('ninja', ['-C', folder], path.join(folder, 'build.log'));
}
