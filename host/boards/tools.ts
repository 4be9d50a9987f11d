/** The commands that build and run boards. */
import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ROOT } from '../build/constants.js';
import { findCommand, systemPath } from '../tap/index.js';
import { BoardError } from './errors.js';

/** Where each comes from on Debian. */
const PACKAGES: Readonly<Record<string, string>> = {
  cargo: 'cargo (or rustup)',
  cmake: 'cmake',
  ninja: 'ninja-build',
  gcc: 'gcc libc6-dev',
  'riscv64-unknown-elf-gcc': 'gcc-riscv64-unknown-elf picolibc-riscv64-unknown-elf',
  'xtensa-lx106-elf-gcc': 'gcc-xtensa-lx106 picolibc-xtensa-lx106-elf',
  'qemu-system-riscv32': 'qemu-system-misc',
  'qemu-system-xtensa': 'qemu-system-misc',
  'llvm-config-22': 'llvm-22-dev',
};

/** Where a command is. @throws BoardError TOOL_MISSING, with what to install */
export function tool(name: string): string {
  const found = path.isAbsolute(name) ? name : findCommand(name);
  if (found !== undefined) return found;
  const packages = PACKAGES[name] ?? name;
  throw new BoardError('TOOL_MISSING', `the command ${name} is missing; as root, on Debian: apt install ${packages}`);
}

/** What a command wrote to its standard output. @throws BoardError with this code when it fails */
export async function outputOf(name: string, args: readonly string[], failed: BoardError['code']): Promise<string> {
  const { code, stdout, stderr } = await runQuietly(name, args);
  if (code === 0) return stdout;
  const reason = stderr.trim().split('\n').at(-1) ?? '';
  throw new BoardError(failed, `${name} ${args[0] ?? ''} failed: ${reason}`);
}

/**
 * Runs a step of a build. All that it says goes into a file.
 * @throws BoardError BUILD_FAILED: its first error, and where the rest is
 */
export async function buildStep(name: string, args: readonly string[], log: string): Promise<void> {
  const { code, stdout, stderr } = await runQuietly(name, args);
  await mkdir(path.dirname(log), { recursive: true });
  await writeFile(log, stdout + stderr);
  if (code === 0) return;
  const lines = (stdout + stderr).trimEnd().split('\n');
  // The linker's own words for what does not fit say more than the compiler's that the linker has failed.
  const first =
    lines.find((line) => /region .* overflowed/.test(line))?.replace(/^.*?: /, '') ??
    lines.find((line) => /\berror\b|CMake Error/i.test(line)) ??
    lines.at(-1) ??
    '';
  throw new BoardError('BUILD_FAILED', `${first.trim()} (all of it: ${path.relative(ROOT, log)})`);
}

function runQuietly(name: string, args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const file = tool(name);
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, PATH: systemPath(), LC_ALL: 'C' },
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, stdout, stderr }));
  });
}
