import { createWriteStream } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { NetError, type Board } from '../net/index.js';
import { Capture } from './capture.js';
import type { Command } from './command.js';
import { TapHost } from './host.js';
import { KernelCommand } from './kernel-command.js';
import { endsOf, LINK_OPTIONS, openLink } from './link.js';
import { profileModule, profileOf } from './modules.js';
import { drawLadder, NUMBERS_OPTION, numbersOf } from './output.js';
import { ask, save, type Page } from './page.js';
import { UsageError, wholeNumber, type OptionTable } from './usage.js';

const OPTIONS: OptionTable = {
  output: { type: 'string', value: 'FILE', help: 'write the page there (default: standard output)' },
  timeout: { type: 'string', value: 'MS', help: 'when a connect, or a silence, is too long (default 10000)' },
  ...LINK_OPTIONS,
  url: { type: 'string', value: 'URL', help: 'the page: http://ADDRESS[:PORT]/PATH (or as the first argument)' },
  profile: { type: 'string', value: 'NAME', help: 'tiny, lan (default) or gateway' },
  ladder: { type: 'boolean', help: 'draw what went over the wire, on standard error, when it is over' },
  numbers: NUMBERS_OPTION,
  pcap: { type: 'string', value: 'FILE', help: 'write the frames for Wireshark' },
};

/** A server that was just started may not listen yet. */
const RETRY_MS = 100;

/** @throws UsageError: no http URL with an IPv4 address */
export function urlOf(text: string | undefined): URL {
  if (text === undefined) throw new UsageError('a URL is needed, such as http://10.73.0.1:8000/');
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:') throw new UsageError(`${text}: http:// is what can be fetched`);
  if (!/^\d+(\.\d+){3}$/.test(url.hostname)) {
    throw new UsageError(`${text}: an IPv4 address is needed where ${url.hostname} is, since there is no DNS yet`);
  }
  if (url.port === '0') throw new UsageError(`${text}: a port from 1 to 65535 is allowed`);
  return url;
}

/** Asks for a page, again and again while the server that was started for it may be about to listen. */
async function askPatiently(board: Board, url: URL, timeoutMs: number, server?: KernelCommand): Promise<Page> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await ask(board, url, timeoutMs);
    } catch (error) {
      const isEarly = error instanceof NetError && error.code === 'ECONNREFUSED' && server?.isAlive === true;
      if (!isEarly || performance.now() > end) throw error;
      await sleep(RETRY_MS);
    }
  }
}

/** Gets the page, and gives the exit code. */
async function get(page: Page, file: string | undefined): Promise<number> {
  const { statusCode = 0, statusMessage = '', headers } = page.response;
  process.stderr.write(`${statusCode} ${statusMessage}\n`);
  if (statusCode >= 300 && statusCode < 400 && headers.location !== undefined) {
    process.stderr.write(`it is at ${headers.location}, which is not followed\n`);
  }
  await save(page, file === undefined ? process.stdout : createWriteStream(file), {
    ends: file !== undefined,
    progress: process.stderr,
    isTerse: file === undefined && process.stdout.isTTY && process.stderr.isTTY,
  });
  return statusCode < 300 ? 0 : 1;
}

export const fetch: Command = {
  name: 'fetch',
  summary: 'Gets a page from an HTTP server through the core, on a real LAN as `firmshake lan` has it.',
  synopsis: 'URL [OPTIONS] [-- SERVER …]',
  options: OPTIONS,
  takesRest: true,
  first: 'url',
  examples: [
    'firmshake fetch http://10.73.0.1:8000/ -- python3 -m http.server    # starts it on that LAN, and ends it',
    'firmshake fetch http://10.73.0.1:8000/image.iso --output image.iso -- python3 -m http.server',
    'firmshake fetch http://192.168.1.5/ --interface tap0 --address 192.168.1.50/24',
  ],
  async run(given) {
    const url = urlOf(given.text('url'));
    const ends = endsOf(given);
    const timeoutMs = wholeNumber('timeout', given.text('timeout') ?? '10000', 1, 0x7fffffff);
    const profile = profileOf(given.text('profile'));
    const numbers = numbersOf(given.text('numbers'));
    const isDrawn = given.flag('ladder');
    const file = given.text('pcap');

    const { lan, own } = await openLink(given, ends);
    const capture = file === undefined ? undefined : Capture.open(file);
    const host = new TapHost(await profileModule(profile), lan.interface, own && ends.kernel, {
      ...ends.self,
      ...(ends.gateway === undefined ? {} : { gateway: ends.gateway }),
      changed: () => undefined,
      isDrawn,
      ...(capture === undefined ? {} : { capture }),
    });
    const [command, ...args] = given.rest;
    const server = command === undefined ? undefined : new KernelCommand(command, args);
    try {
      const asked = askPatiently(host.board(), url, timeoutMs, server);
      const page = await (server === undefined ? asked : Promise.race([asked, server.failed]));
      return await get(page, given.text('output'));
    } finally {
      server?.stop();
      host.flush();
      await host.bridge.close();
      capture?.close();
      if (isDrawn) process.stderr.write(drawLadder(host.recorder.trace, numbers));
    }
  },
};
