/**
 * `npm run bench:boards [-- BOARD]`: what the core's work costs on rv32 or xtensa in instructions, and what the firmware takes of
 * flash and RAM. QEMU counts one instruction as one tick (`-icount`), so the figures are the same on every machine.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ENGINES, buildFirmware, freePort, launch } from '../../build/host/boards/index.js';
import { MACHINES, QUIET } from '../../build/host/boards/launch.js';
import { targetSizes } from '../../build/host/build/targets.js';
import { benchScript } from './boards-script.mjs';
import { table } from './table.mjs';

/** @typedef {import('../../build/host/boards/index.js').Engine} Engine */

/** Instructions on rv32: our aim, and lwIP 2.1.3 compiled to WebAssembly in the same engine, plain and with whole-program optimisation. */
const PEERS = {
  passive: { native: 5915, aot: [5900, 16653, 9924], interp: [43000, 131522, 86079] },
  active: { native: 6073, aot: [5900, 16210, 9891], interp: [43000, 127193, 84830] },
  'receive 1460': { native: 8076, aot: [7000, 21747, 10823], interp: [36000, 130627, 72333] },
  'send 1460': { native: 15240, aot: [7000, 30384, 13808], interp: [36000, 134793, 69729] },
  'echo 32': { native: 4005, aot: [4500, 10193, 6380], interp: [26000, 79220, 52162] },
};

const BOARDS = /** @type {const} */ ({
  rv32: { engines: ENGINES, shift: 0 },
  // Its counter runs at 15.625 MHz of virtual time: 64 ns.
  xtensa: { engines: ENGINES, shift: 6 },
});
const board = /** @type {keyof typeof BOARDS} */ (process.argv[2] ?? 'rv32');
if (!(board in BOARDS)) {
  console.error(`bench:boards: ${board}: allowed are ${Object.keys(BOARDS).join(', ')}`);
  process.exit(2);
}

/** How many pages a firmware serves before it is asked how much of its stack and pool it has used. */
const PAGES = 20;

/** @param {string} line */
const progress = (line) => void process.stderr.write(`${line}\n`);

/** @param {string} profile */
async function moduleOf(profile) {
  return new Uint8Array(await readFile(new URL(`../../build/${profile}-fast.wasm`, import.meta.url)));
}

/**
 * @param {Engine} engine
 * @param {string} profile
 * @param {string} [program]
 */
async function firmware(engine, profile, program) {
  const { rxRing, txRing } = targetSizes(profile);
  const own = program === undefined ? {} : { program };
  const wasm = await moduleOf(profile);
  return await buildFirmware({ board, engine, profile, wasm, rxRing, txRing, ...own }, progress);
}

/**
 * What QEMU prints until it ends.
 *
 * @param {string[]} args
 * @returns {Promise<string>}
 */
async function qemu(args) {
  const machine = MACHINES[board];
  const child = spawn(machine.command, [...machine.args, ...QUIET, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (/** @type {string} */ part) => (text += part));
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (code !== 0) throw new Error(`the bench has ended with ${code}: ${text}`);
  return text;
}

/**
 * Instructions for each kind of work.
 *
 * @param {Engine} engine
 * @param {string} script
 * @returns {Promise<Map<string, number>>}
 */
async function instructions(engine, script) {
  const elf = await firmware(engine, 'lan', `firmshake-${board}-bench.elf`);
  progress(`counting (${engine})`);
  const text = await qemu(['-icount', `shift=${BOARDS[board].shift}`, '-initrd', script, '-kernel', elf]);
  return new Map(
    [...text.matchAll(/^bench: (\w.*): (\d+) instructions/gm)].map(([, name = '', n]) => [name, Number(n)]),
  );
}

/** @param {number} port */
async function ask(port) {
  const socket = connect(port, '127.0.0.1').resume();
  socket.end('GET / HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n');
  await once(socket, 'close');
}

/**
 * What a firmware takes, once it has served some pages.
 *
 * @param {Engine} engine
 * @param {string} profile
 */
async function memory(engine, profile) {
  const program = await firmware(engine, profile);
  progress(`serving pages (${engine}, ${profile})`);
  const [page, figures] = [await freePort(), await freePort()];
  let log = '';
  const running = await launch({
    board,
    program,
    address: '10.0.2.15/24',
    // The status page, where there is one; else what accepts, reads and forgets.
    plan: profile.endsWith('-apps') ? 'report=99' : 'listen=80,report=99',
    plug: {
      userNet: [
        { hostPort: page, port: 80 },
        { hostPort: figures, port: 99 },
      ],
    },
    log: (line) => void (log += `${line}\n`),
  });
  try {
    while (!log.includes('\n')) await sleep(20);
    for (let i = 0; i < PAGES; i++) await ask(page);
    await ask(figures);
    while (!/figures: flash.*\n/.test(log)) await sleep(20);
  } finally {
    await running.stop();
  }
  const number = (/** @type {RegExp} */ pattern) => Number(pattern.exec(log)?.[1]);
  return {
    flash: number(/flash (\d+) bytes/),
    ram: number(/RAM (\d+) bytes/),
    stack: number(/stack (\d+) of/),
    stackBytes: number(/stack \d+ of (\d+)/),
    pool: number(/pool (\d+) bytes/),
  };
}

/** @param {number} n */
const grouped = (n) => n.toLocaleString('en-US');

/**
 * @param {Engine} engine
 * @param {Map<string, number>} measured
 */
function workTable(engine, measured) {
  if (board !== 'rv32')
    return table([['instructions', 'Firmshake'], ...[...measured].map(([name, n]) => [name, grouped(n)])]);
  const header = ['instructions', 'Firmshake', 'aim', 'lwIP', 'lwIP tuned', 'lwIP native'];
  const rows = Object.entries(PEERS).map(([name, peers]) => {
    const [aim = 0, ...others] = peers[engine];
    return [name, ...[measured.get(name) ?? NaN, aim, ...others, peers.native].map(grouped)];
  });
  return table([header, ...rows]);
}

const folder = await mkdtemp(join(tmpdir(), 'firmshake-bench-'));
try {
  const script = join(folder, 'script');
  await writeFile(script, benchScript(await WebAssembly.compile(await moduleOf('lan'))));
  const engines = /** @type {const} */ ({ aot: 'compiled ahead of time', interp: "WAMR's fast interpreter" });
  for (const [engine, title] of /** @type {[Engine, string][]} */ (Object.entries(engines))) {
    if (!(/** @type {readonly Engine[]} */ (BOARDS[board].engines).includes(engine))) continue;
    const measured = await instructions(engine, script);
    console.log(`\n${board}, profile lan, ${title}:\n\n${workTable(engine, measured)}`);
  }
  const rows = [['bytes', 'flash', 'RAM in all', 'linear memory', "WAMR's pool, used", 'stack, used', 'of']];
  for (const engine of BOARDS[board].engines) {
    for (const profile of ['tiny', 'lan', 'lan-apps']) {
      const { flash, ram, pool, stack, stackBytes } = await memory(engine, profile);
      const { exports } = await WebAssembly.instantiate(await WebAssembly.compile(await moduleOf(profile)));
      const linear = /** @type {WebAssembly.Global} */ (exports['__heap_base']).value;
      rows.push([`${engine}, ${profile}`, ...[flash, ram, linear, pool, stack, stackBytes].map(grouped)]);
    }
  }
  console.log(`\nThe firmware, after ${PAGES} pages:\n\n${table(rows)}`);
} finally {
  await rm(folder, { recursive: true });
}
