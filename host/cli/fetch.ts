import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import http from 'node:http';
import { pipeline } from 'node:stream/promises';
import { Transform, type Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { NetError, type Board } from '../net/index.js';
import type { Command } from './command.js';
import { TapHost } from './host.js';
import { endsOf, LINK_OPTIONS, openLink } from './link.js';
import { Meter } from './meter.js';
import { profileModule, profileOf } from './modules.js';
import { drawLadder, print, writeCapture } from './output.js';
import { UsageError, wholeNumber, type OptionTable } from './usage.js';

const OPTIONS: OptionTable = {
  output: { type: 'string', value: 'FILE', help: 'write the body there (default: standard output)' },
  timeout: { type: 'string', value: 'MS', help: 'when the connect gives up (default 10000)' },
  ...LINK_OPTIONS,
  url: { type: 'string', value: 'URL', help: 'the page: http://ADDRESS[:PORT]/PATH (or as the first argument)' },
  profile: { type: 'string', value: 'NAME', help: 'tiny, lan (default) or gateway' },
  ladder: { type: 'boolean', help: 'draw what went over the wire, when it is over' },
  pcap: { type: 'string', value: 'FILE', help: 'write the frames for Wireshark' },
};

/** A server that was just started may not listen yet. */
const RETRY_MS = 100;
const RETRIES = 50;

/** @throws UsageError: no http URL with an IPv4 address */
export function urlOf(text: string | undefined): URL {
  if (text === undefined) throw new UsageError('a URL is needed, such as http://10.73.0.1:8000/');
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:') throw new UsageError(`${text}: http:// is what can be fetched`);
  if (!/^\d+(\.\d+){3}$/.test(url.hostname)) {
    throw new UsageError(`${text}: an IPv4 address is needed where ${url.hostname} is, since there is no DNS yet`);
  }
  return url;
}

/** Asks for a page; gives the response when its head is here. */
function ask(board: Board, url: URL, timeoutMs: number): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    const port = Number(url.port || 80);
    const createConnection = () => board.connect({ host: url.hostname, port, timeout: timeoutMs, noDelay: true });
    http.get(url, { createConnection, headers: { connection: 'close' } }, resolve).on('error', reject);
  });
}

/** The same, while the server that was started for it may be about to listen. */
async function askPatiently(
  board: Board,
  url: URL,
  timeoutMs: number,
  server: ChildProcess | undefined,
): Promise<http.IncomingMessage> {
  for (let tries = 0; ; tries++) {
    try {
      return await ask(board, url, timeoutMs);
    } catch (error) {
      const isEarly = error instanceof NetError && error.code === 'ECONNREFUSED' && server?.exitCode === null;
      if (!isEarly || tries === RETRIES) throw error;
      await sleep(RETRY_MS);
    }
  }
}

/** Writes the body, and tells how far it is. */
async function save(response: http.IncomingMessage, to: Writable, isOurs: boolean): Promise<void> {
  const length = response.headers['content-length'];
  const meter = new Meter('fetched', process.stderr, length === undefined ? undefined : Number(length));
  const counting = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      meter.add(chunk.length);
      done(null, chunk);
    },
  });
  await pipeline(response, counting, to, { end: isOurs });
  meter.end();
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
    const { lan, own } = await openLink(given, ends);
    const host = new TapHost(await profileModule(profile), lan.interface, own && ends.kernel, {
      ...ends.self,
      ...(ends.gateway === undefined ? {} : { gateway: ends.gateway }),
      changed: () => undefined,
    });
    const [command, ...args] = given.rest;
    const server = command === undefined ? undefined : spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    try {
      const response = await askPatiently(host.board(), url, timeoutMs, server);
      const { statusCode = 0, statusMessage = '' } = response;
      process.stderr.write(`${statusCode} ${statusMessage}\n`);
      const { location } = response.headers;
      if (location !== undefined) process.stderr.write(`it is at ${location}, which is not followed\n`);
      const file = given.text('output');
      await save(response, file === undefined ? process.stdout : createWriteStream(file), file !== undefined);
      return statusCode < 400 ? 0 : 1;
    } finally {
      server?.kill();
      await host.bridge.close();
      const capture = given.text('pcap');
      if (capture !== undefined) await writeCapture(capture, host.recorder.trace);
      if (given.flag('ladder')) print(drawLadder(host.recorder.trace, 'relative'));
    }
  },
};
