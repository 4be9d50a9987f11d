/**
 * `firmshake run rv32 --user-net` as a user without privileges, and without TAP devices: `user-net.ts MAIN ENGINE`. Prints
 * a UserNetReport.
 */

import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chown, mkdtemp, readFile, rm } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { findCommand, ip, monotonic, systemPath } from '../../../host/tap/index.js';
import { output, until } from '../../lan/helpers/stage.js';
import { textsOf } from './browser.js';

const NOBODY = 65534;
/** Nobody has privileges, in a mount namespace where /dev has no net/tun. */
const AS_NOBODY = [
  'unshare',
  '--mount',
  'sh',
  '-c',
  'if [ -e /dev/net ]; then mount -t tmpfs none /dev/net; fi && exec "$@"',
  'sh',
  'setpriv',
  ...['--reuid', `${NOBODY}`, '--regid', `${NOBODY}`, '--clear-groups', '--'],
  'env',
  'HOME=/nonexistent',
];

const PAGE = /^status page (http:\/\/127\.0\.0\.1:\d+\/) and \/status\.json$/;
/** A firmware that nobody has built yet takes a while. */
const BUILD_MS = 100_000;

const [, , main = '', engine = ''] = process.argv;
const RUN = [process.execPath, main, 'run', 'rv32', '--user-net', '--engine', engine];

class Command {
  readonly lines: string[] = [];
  code: number | undefined;
  private readonly begun = monotonic();

  private constructor(readonly child: ChildProcess) {
    child.once('close', (code) => (this.code = code ?? -1));
  }

  static start(...words: string[]): Command {
    const [name = '', ...args] = words;
    const env = { ...process.env, PATH: systemPath() };
    const child = spawn(name, args, { stdio: ['ignore', 'pipe', 'pipe'], env });
    const command = new Command(child);
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => command.lines.push(line));
    }
    return command;
  }

  async printed(pattern: RegExp): Promise<string> {
    const found = (): string | undefined => this.lines.map((line) => pattern.exec(line)?.[1]).find(Boolean);
    await until(`${pattern.source} is printed`, () => found() !== undefined || this.code !== undefined);
    const what = found();
    if (what === undefined) throw new Error(`it ended (${this.code}) with\n${this.lines.join('\n')}`);
    return what;
  }

  async ended(limitMs = 8000) {
    await until('the command ends', () => this.code !== undefined, limitMs).catch(() => this.child.kill('SIGKILL'));
    return { code: this.code ?? null, lines: this.lines, tookMs: monotonic() - this.begun };
  }
}

/** The processes of QEMU that this one has started, and what it started has. */
async function qemus(parent = process.pid): Promise<number[]> {
  const read = (file: string): Promise<string> => readFile(`/proc/${parent}/${file}`, 'utf8').catch(() => '');
  const children = (await read(`task/${parent}/children`)).split(' ').filter(Boolean).map(Number);
  const own = (await read('comm')).startsWith('qemu') ? [parent] : [];
  return [...own, ...(await Promise.all(children.map((child) => qemus(child)))).flat()];
}

const isRunning = (pid: number): boolean => existsSync(`/proc/${pid}`);

/** What the page shows at first, and when it has asked the board again. */
async function inChromium(url: string): Promise<string[] | undefined> {
  if (findCommand('chromium') === undefined) return undefined;
  const home = await mkdtemp(path.join(tmpdir(), 'firmshake-chromium-'));
  await chown(home, NOBODY, NOBODY);
  const options = ['--headless', '--no-sandbox', '--disable-gpu', '--remote-debugging-port=0'];
  const chromium = Command.start(
    ...AS_NOBODY,
    ...[`HOME=${home}`, 'chromium', ...options, `--user-data-dir=${home}`, url],
  );
  try {
    const host = await chromium.printed(/^DevTools listening on ws:\/\/([^/]+)\//);
    return await textsOf(host, url, /^uptime/m, 2);
  } finally {
    chromium.child.kill();
    await chromium.ended();
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

await ip('link set dev lo up');

// Whoever has the folder builds the firmware; nobody cannot write there.
const built = await Command.start(...RUN, '--seconds', '1').ended(BUILD_MS);
if (built.code !== 0) throw new Error(built.lines.join('\n'));

const running = Command.start(...AS_NOBODY, ...RUN);
const url = await running.printed(PAGE);
const curl = (...args: string[]): Promise<string> => output('curl', '-sS', '--max-time', '10', ...args);
const served = {
  lines: [...running.lines],
  user: (await readFile(`/proc/${(await qemus())[0] ?? 0}/status`, 'utf8').catch(() => '')).match(/^Uid:\t(\d+)/m)?.[1],
  head: await curl('--head', url),
  page: await curl(url),
  json: await curl(`${url}status.json`),
  texts: await inChromium(url),
};
const machines = await qemus();
running.child.kill('SIGINT');
const interrupted = { ...(await running.ended()), machines: machines.length, left: machines.filter(isRunning).length };

const limited = Command.start(...AS_NOBODY, ...RUN, '--seconds', '2');
await limited.printed(PAGE);
const limitedMachines = await qemus();
const timed = {
  ...(await limited.ended()),
  machines: limitedMachines.length,
  left: limitedMachines.filter(isRunning).length,
};

const taken = net.createServer().listen(0, '127.0.0.1');
await until('a port is taken', () => taken.listening);
const { port } = taken.address() as net.AddressInfo;
const refused = { port, ...(await Command.start(...AS_NOBODY, ...RUN, '--port', `${port}`).ended()) };
taken.close();

const report = { served, interrupted, timed, refused, left: (await qemus()).length };
export type UserNetReport = typeof report;
console.log(JSON.stringify(report));
process.exit(0);
