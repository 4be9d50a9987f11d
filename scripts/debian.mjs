/** Installs the Debian packages that tests need, where that can be done without asking: as root, on Debian. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { run } from './run.mjs';

/** @type {Record<string, string>} the packages that a command needs, or a file */
export const PACKAGES = {
  tshark: 'tshark',
  ip: 'iproute2',
  tc: 'iproute2',
  nc: 'netcat-openbsd',
  ping: 'iputils-ping',
  curl: 'curl',
  wrk: 'wrk',
  unshare: 'util-linux',
  gcc: 'gcc libc6-dev',
  spin: 'spin',
  'g++': 'g++',
  // The boards, and what looks at their C.
  cargo: 'cargo',
  cmake: 'cmake',
  ninja: 'ninja-build',
  'riscv64-unknown-elf-gcc': 'gcc-riscv64-unknown-elf picolibc-riscv64-unknown-elf',
  'xtensa-lx106-elf-gcc': 'gcc-xtensa-lx106 picolibc-xtensa-lx106-elf',
  'qemu-system-riscv32': 'qemu-system-misc',
  'llvm-config-22': 'llvm-22-dev',
  'clang-tidy-19': 'clang-tidy-19',
  cppcheck: 'cppcheck',
  // The slot for the module, and its tests in C: libraries are known by a file.
  '/usr/include/mbedtls/sha256.h': 'libmbedtls-dev',
  '/usr/include/cmocka.h': 'libcmocka-dev',
  // Fuzzing: the module as C, and libFuzzer.
  wasm2c: 'wabt',
  'clang-19': 'clang-19 libclang-rt-19-dev',
  // Espressif's esptool judges the boards that the flasher is tested with: test/flash/esptool.
  pip3: 'python3-pip',
  // A status page is for browsers.
  chromium: 'chromium',
};

/** @param {string} command */
export function hasCommand(command) {
  return spawnSync('sh', ['-c', `command -v ${command}`], { stdio: 'ignore' }).status === 0;
}

/** @param {string} name */
function isThere(name) {
  return name.startsWith('/') ? existsSync(name) : hasCommand(name);
}

export async function installPackages() {
  const missing = Object.keys(PACKAGES).filter((name) => !isThere(name));
  const isRootOnDebian = process.getuid?.() === 0 && existsSync('/etc/debian_version') && hasCommand('apt-get');
  if (missing.length === 0 || !isRootOnDebian) return;
  const packages = [...new Set(missing.flatMap((command) => (PACKAGES[command] ?? '').split(' ')))];
  console.error(`firmshake: installing Debian packages: ${packages.join(' ')}`);
  const quiet = { DEBIAN_FRONTEND: 'noninteractive' };
  const install = () => run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], quiet);
  // The package lists may be missing or old. A failure is not the end: tests say what they lack.
  await run('apt-get', ['update', '-qq'], quiet);
  if ((await install()) !== 0) console.error('firmshake: could not install them; the tests that need them say so');
}
