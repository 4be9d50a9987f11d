/** What cppcheck and clang-tidy find in the C of boards/: each of them over each group of sources is one test. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { filesBelow } from '../fresh.mjs';
import { hasCommand } from '../debian.mjs';
import { ROOT } from '../root.mjs';

const TIDY = 'clang-tidy-19';

/** Debian's picolibc: clang has no library of its own for a bare chip. */
const PICOLIBC = '/usr/lib/picolibc/riscv64-unknown-elf/include';

/** What the slot's digests are made by. */
const MBEDTLS = '/usr/include/mbedtls/sha256.h';

/** Numbers that a build gives, of a size that it could. */
const DEFINED = ['FSK_POOL_BYTES=8192', 'FSK_STACK_BYTES=256', 'FSK_MEMORY_BYTES=65536'];
const RV32_DEFINED = ['BOARD_EXECUTABLE_BYTES=0', 'RV32_RECEIVE_BUFFERS=8', 'RV32_TRANSMIT_BUFFERS=4'];

/**
 * @typedef {{ name: string, folders: string[], includes: string[], flags: string[], needs?: string, withoutClang?: true }} Group
 * @type {Group[]}
 */
const GROUPS = [
  {
    name: 'common, apps, linux',
    folders: ['boards/common', 'boards/apps', 'boards/linux'],
    includes: ['boards/linux', 'boards/slot'],
    flags: ['-DFSK_TASKS'],
  },
  {
    name: 'port',
    folders: ['boards/port'],
    includes: ['boards/port'],
    flags: [],
  },
  {
    name: 'slot',
    folders: ['boards/slot'],
    includes: ['boards/slot'],
    flags: [],
    needs: MBEDTLS,
  },
  {
    name: 'rv32, bare',
    folders: ['boards/rv32', 'boards/bare'],
    includes: ['boards/rv32', 'boards/bare'],
    flags: ['--target=riscv32', '-march=rv32imc', '-isystem', PICOLIBC, ...RV32_DEFINED.map((name) => `-D${name}`)],
    needs: PICOLIBC,
  },
  {
    // Clang knows no Xtensa.
    name: 'xtensa',
    folders: ['boards/xtensa'],
    includes: ['boards/xtensa', 'boards/bare'],
    flags: [],
    withoutClang: true,
  },
  {
    // Against stubs of ESP-IDF, which say too little for more than this.
    name: 'esp32',
    folders: ['boards/esp32/main'],
    includes: ['boards/esp32/main', 'boards/port', 'boards/slot', 'test/boards/esp32/stubs'],
    flags: [],
    withoutClang: true,
  },
  {
    name: 'platform, aotc',
    folders: ['boards/wamr/platform', 'boards/aotc'],
    includes: ['boards/aotc', '/usr/lib/llvm-22/include'],
    flags: [],
    needs: '/usr/lib/llvm-22/include',
  },
];

const OWN = ['boards/common', 'boards/apps', 'boards/wamr/platform'];
/** Of WAMR's source. */
const THEIRS = ['iwasm/include', 'iwasm/common', 'iwasm/interpreter', 'iwasm/compilation'].concat(
  ['platform/include', 'utils', 'mem-alloc'].map((name) => `shared/${name}`),
);

/** @param {string[]} folders */
function sources(folders) {
  const files = folders.flatMap(filesBelow).filter((file) => file.endsWith('.c'));
  return files.map((file) => file.slice(ROOT.length).replace(/^\//, ''));
}

/** Where WAMR's headers are; absent: there is no WAMR here. */
async function wamr() {
  try {
    const { wamrSource } = await import('../../build/host/boards/wamr.js');
    return await wamrSource();
  } catch {
    return undefined;
  }
}

/** @param {Group} group */
function cppcheck({ folders, includes }) {
  const paths = [...OWN, ...includes].map((path) => `-I${path}`);
  const levels = '--enable=warning,performance,portability';
  return findings('cppcheck', [
    '-q',
    '--std=c11',
    levels,
    '--inline-suppr',
    '--error-exitcode=1',
    ...paths,
    ...folders,
  ]);
}

/**
 * Runs a tool, and shows what it finds, without what it says of its progress and of the headers of others.
 *
 * @param {string} command
 * @param {string[]} args
 */
async function findings(command, args) {
  const child = spawn(command, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (/** @type {string} */ part) => (text += part));
  }
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  const lines = text.split('\n').filter((line) => !/^(\[\d+\/\d+\] Processing|\d+ warnings? generated)/.test(line));
  if (code !== 0) console.error(lines.join('\n'));
  return code === 0;
}

/** @param {Group} group @param {string} theirs */
function tidy({ folders, includes, flags }, theirs) {
  const paths = [...OWN, ...includes].map((path) => `-I${path}`);
  const headers = THEIRS.flatMap((path) => ['-isystem', `${theirs}/core/${path}`]);
  const all = ['-std=c11', ...paths, ...headers, ...DEFINED.map((name) => `-D${name}`), ...flags];
  return findings(TIDY, ['--quiet', '--config-file=boards/.clang-tidy', ...sources(folders), '--', ...all]);
}

/** @returns {Promise<import('./report.mjs').Counts>} */
export async function c() {
  const counts = { passed: 0, failed: 0, skipped: /** @type {{ name: string, reason: string }[]} */ ([]) };
  const theirs = hasCommand(TIDY) ? await wamr() : undefined;
  /** @type {[string, (group: Group) => string | undefined, (group: Group) => Promise<boolean>][]} */
  const checks = [
    ['cppcheck', () => (hasCommand('cppcheck') ? undefined : 'no cppcheck (Debian package cppcheck)'), cppcheck],
    [
      TIDY,
      ({ needs }) => {
        if (!hasCommand(TIDY)) return `no ${TIDY} (Debian package ${TIDY})`;
        if (theirs === undefined) return 'no WAMR: cargo brings it';
        return needs === undefined || existsSync(needs) ? undefined : `no ${needs}`;
      },
      (group) => tidy(group, theirs ?? ''),
    ],
  ];
  for (const [tool, obstacle, check] of checks) {
    for (const group of GROUPS.filter(({ withoutClang }) => check === cppcheck || withoutClang !== true)) {
      const name = `${tool}: ${group.name}`;
      const reason = obstacle(group);
      if (reason !== undefined) {
        counts.skipped.push({ name, reason });
        continue;
      }
      const isClean = await check(group);
      if (isClean) counts.passed++;
      else counts.failed++;
      console.error(`  ${isClean ? 'passed' : 'FAILED'}  ${name}`);
    }
  }
  return counts;
}
