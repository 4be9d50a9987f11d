/** From a module to a program that searches it: wasm2c's C with clang's coverage, the harness, and libFuzzer. */
import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { filesBelow, hashOf, unlessFresh } from '../../scripts/fresh.mjs';
import { entriesOf } from '../../scripts/build-wasm.mjs';
import { hasCommand } from '../../scripts/debian.mjs';
import { POOLS_AT } from '../../build/host/core/layout.js';
import { ROOT } from '../../scripts/root.mjs';

const execute = promisify(execFile);

export const CLANG = 'clang-19';
/** Where Debian's wabt has the run-time of what wasm2c writes; which of them, hangs on its version. */
const RUNTIMES = ['/usr/share/wabt/wasm2c', '/usr/src/wasm2c'];
const HARNESS = 'test/fuzz/harness';

/** What is lacking here to fuzz; undefined: nothing. */
export function obstacle() {
  const missing = ['wasm2c', CLANG].find((command) => !hasCommand(command));
  if (missing !== undefined) return `no ${missing} (Debian packages wabt, clang-19, libclang-rt-19-dev)`;
  return RUNTIMES.some((path) => existsSync(path)) ? undefined : `no ${RUNTIMES.join(' or ')} (Debian package wabt)`;
}

/**
 * What the harness needs to know of the C that wasm2c wrote: its names differ from version to version.
 *
 * @param {string} header
 * @param {boolean} hasApps
 */
function moduleHeader(header, hasApps) {
  const find = (/** @type {RegExp} */ pattern) => pattern.exec(header)?.slice(1);
  const abi = find(/^u32 (\w+?)abi\((\w+)\s*\*/m);
  const instantiate = find(/^void (\w+instantiate)\(/m)?.[0];
  if (abi === undefined || instantiate === undefined) throw new Error('fuzz: what wasm2c wrote is not understood');
  const [prefix = '', type = ''] = abi;
  const init = find(/^void (\w+init_module)\(void\)/m)?.[0];
  const hasGuards = header.includes(`${prefix}guards(`);
  return [
    '#include "wasm.h"',
    `#define MODULE_INSTANCE ${type}`,
    `#define MODULE_INIT() ${init === undefined ? '(void)0' : `${init}()`}`,
    `#define MODULE_INSTANTIATE ${instantiate}`,
    `#define MODULE_HAS_APPS ${hasApps ? 1 : 0}`,
    `#define MODULE_POOLS_AT ${POOLS_AT}`,
    `#define CORE(name) ${prefix}##name`,
    // A release build has no guards.
    ...(hasGuards ? [] : [`#define ${prefix}guards(module) 0`, `#define ${prefix}paintGuards(module) (void)0`]),
    '',
  ].join('\n');
}

/** @param {string} folder @param {string} module @param {boolean} hasApps */
async function compile(folder, module, hasApps) {
  mkdirSync(folder, { recursive: true });
  copyFileSync(module, join(folder, 'core.wasm'));
  await execute('wasm2c', ['core.wasm', '-o', 'wasm.c'], { cwd: folder });
  writeFileSync(join(folder, 'module.h'), moduleHeader(readFileSync(join(folder, 'wasm.h'), 'utf8'), hasApps));
  const runtime = RUNTIMES.find((path) => existsSync(path)) ?? '';
  const runtimes = readdirSync(runtime).filter((name) => /^wasm-rt(-mem)?-impl\.c$/.test(name));
  const common = ['-O1', '-g0', '-fno-omit-frame-pointer', '-D_GNU_SOURCE'];
  // A write outside of memory ends the process by itself; a trap is for the harness to say.
  common.push('-DWASM_RT_SKIP_SIGNAL_RECOVERY=1', '-DWASM_RT_TRAP_HANDLER=fuzz_trap');
  const own = filesBelow(HARNESS).filter((name) => name.endsWith('.c'));
  const c = (/** @type {string[]} */ args) => execute(CLANG, [...common, ...args], { cwd: folder });
  await Promise.all([
    c(['-w', '-fsanitize=fuzzer-no-link', '-c', 'wasm.c', '-o', 'wasm.o']),
    c(['-Wall', '-Wextra', '-Werror', '-I.', `-I${join(ROOT, HARNESS)}`, '-c', ...own]),
    c([
      '-w',
      `-I${runtime}`,
      '-include',
      join(ROOT, HARNESS, 'trap.h'),
      '-c',
      ...runtimes.map((name) => join(runtime, name)),
    ]),
  ]);
  const objects = readdirSync(folder).filter((name) => name.endsWith('.o'));
  await c(['-fsanitize=fuzzer', ...objects, '-lm', '-o', 'fuzzer']);
}

/**
 * Modules that nobody flashes: debug builds of which there is so little of everything that every pool runs out within a few
 * frames.
 *
 * @type {Record<string, string[]>}
 */
const PROFILES = {
  small: ['CONNECTIONS=2', 'RX_RING=256', 'TX_RING=256', 'HALF_OPEN=2', 'TIME_WAIT=2', 'LISTENERS=2', 'NEIGHBOURS=2'],
};

/** The path of a module. @param {string} name */
async function moduleOf(name) {
  const profile = PROFILES[name];
  if (profile === undefined) return join(ROOT, `build/${name}.wasm`);
  const module = join(ROOT, `build/fuzz/${name}.wasm`);
  mkdirSync(join(ROOT, 'build/fuzz'), { recursive: true });
  const uses = profile.flatMap((number) => ['--use', `PROFILE_${number}`]);
  const files = ['--outFile', module, '--textFile', ''];
  const compiler = ['node_modules/assemblyscript/bin/asc.js', ...entriesOf('debug'), '--target', 'debug'];
  await unlessFresh({
    name: `fuzz-${name}.wasm`,
    hash: hashOf([...filesBelow('assembly'), 'asconfig.json', 'package-lock.json', 'test/fuzz/build.mjs']),
    outputs: [`build/fuzz/${name}.wasm`],
    make: () => execute(process.execPath, [...compiler, ...uses, ...files], { cwd: ROOT }),
  });
  return module;
}

/**
 * The program for a module. A few seconds, when the module or the harness has changed.
 *
 * @param {string} name that of a module in build/, of a profile above, or of a folder of its own
 * @param {string} [path] of a module that lies elsewhere
 */
export async function fuzzerOf(name, path) {
  const module = path ?? (await moduleOf(name));
  const folder = join(ROOT, 'build/fuzz', name);
  const program = join(folder, 'fuzzer');
  const hash = hashOf([module, ...filesBelow(HARNESS), 'test/fuzz/build.mjs']);
  await unlessFresh({
    name: `fuzz-${name}`,
    hash,
    outputs: [`build/fuzz/${name}/fuzzer`],
    make: () => compile(folder, module, name.includes('apps')),
  });
  return program;
}
