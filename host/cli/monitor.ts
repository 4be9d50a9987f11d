import { FlashError, listPorts, LogLines, PAUSE_MS } from '../flash/index.js';
import { NodePort } from '../flash/port/node-port.js';
import { restart } from '../flash/port/restart.js';
import type { Command } from './command.js';
import { stopSignal } from './lan.js';
import { LogScreen } from './log-screen.js';
import { onlyOne } from './ports.js';
import { passKeys } from './keys.js';
import { wholeNumber, type OptionTable } from './usage.js';

const OPTIONS: OptionTable = {
  port: { type: 'string', value: 'PORT', help: 'the serial port (default: the one on USB, where there is just one)' },
  baud: { type: 'string', value: 'N', help: 'how fast the board speaks (default: 115200)' },
  restart: { type: 'boolean', help: 'restarts the board first: its log from the first line' },
  seconds: { type: 'string', value: 'N', help: 'ends after so long' },
};

/** A board that restarts takes its USB port away and brings it back. */
const RETRY_MS = 250;

/** Until the port is gone, or `stop`. */
async function follow(port: NodePort, lines: LogLines, stop: Promise<undefined>): Promise<void> {
  let pause: ReturnType<typeof setTimeout> | undefined;
  const reader = port.readable?.getReader();
  // Whatever a read ends with, the port is no more.
  const next = (): Promise<Uint8Array | undefined> =>
    reader?.read().then(
      ({ value }) => value,
      () => undefined,
    ) ?? Promise.resolve(undefined);
  for (;;) {
    const bytes = await Promise.race([next(), stop]);
    clearTimeout(pause);
    if (bytes === undefined) break;
    lines.add(bytes);
    pause = setTimeout(() => lines.pause(), PAUSE_MS);
  }
  lines.end();
}

/** Opens the port as soon as it is there again. Undefined: it is time to end. */
async function opened(path: string, baudRate: number, over: AbortSignal): Promise<NodePort | undefined> {
  for (;;) {
    const port = new NodePort(path);
    try {
      await port.open({ baudRate });
      return port;
    } catch (error) {
      // While udev makes the port it is not ours yet, either.
      const isAway = error instanceof FlashError && error.code !== 'PORT_BUSY';
      if (!isAway) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    if (over.aborted) return undefined;
  }
}

export const monitor: Command = {
  name: 'monitor',
  summary:
    "Shows a board's log, each line with its time, and gives it what you type; waits for it when it goes and comes.",
  synopsis: '[--port PORT] [--baud N] [--restart] [--seconds N]',
  options: OPTIONS,
  examples: [
    'firmshake monitor                        # Ctrl-C ends it',
    'firmshake monitor --restart              # from its first line',
    'firmshake monitor --port /dev/ttyUSB0 | tee board.log',
    'Where a module trapped it shows what was left, as `firmshake dump` does.',
  ],
  async run(given) {
    const baud = given.text('baud');
    const baudRate = baud === undefined ? 115_200 : wholeNumber('baud', baud, 300, 2_000_000);
    const seconds = given.text('seconds');
    const limit = seconds === undefined ? undefined : wholeNumber('seconds', seconds, 1, 86_400);
    const path = given.text('port') ?? onlyOne(await listPorts());
    const over = new AbortController();
    const stop = stopSignal(limit).then(() => {
      over.abort();
      return undefined;
    });

    const screen = new LogScreen();
    let port: NodePort | undefined = new NodePort(path);
    // The first time it must be there: a name that was mistyped is never waited for.
    await port.open({ baudRate });
    process.stderr.write(`${path} at ${baudRate} baud; Ctrl-C ends\n`);
    if (given.flag('restart')) await restart(port);
    if (!port.hasLines) process.stderr.write(`${path} cannot restart a board: press its RESET (or EN) button\n`);
    const endKeys = passKeys(() => port?.writable ?? undefined);
    try {
      for (;;) {
        await follow(port, new LogLines(screen.tell, undefined, screen.show), stop);
        await port.close().catch(() => undefined);
        if (over.signal.aborted) return 0;
        process.stderr.write(`${path} is gone; waiting for it\n`);
        port = await opened(path, baudRate, over.signal);
        if (port === undefined) return 0;
        process.stderr.write(`${path} is there again\n`);
      }
    } finally {
      endKeys();
    }
  },
};
