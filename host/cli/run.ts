import { BOARDS, ENGINES, freePort, type BoardName } from '../boards/index.js';
import { runIn } from '../tap/index.js';
import type { Command } from './command.js';
import { LAN_OPTIONS, runOnLan, stopSignal } from './lan.js';
import { profileOf } from './modules.js';
import { print } from './output.js';
import { firmwareOf, startBoard } from './remote.js';
import { oneOf, UsageError, wholeNumber, type Given, type OptionTable } from './usage.js';

/** What QEMU's user network gives to its first guest. */
const USER_NET = { address: '10.0.2.15', prefixLength: 24, gateway: '10.0.2.2' };
/** A board that has not said who it is by then does not start. */
const START_MS = 20_000;

const OPTIONS: OptionTable = {
  board: { type: 'string', value: 'NAME', help: BOARDS.join(' or ') },
  'user-net': {
    type: 'boolean',
    help: "on QEMU's own network: no privilege, and the status page at a port of 127.0.0.1",
  },
  port: { type: 'string', value: 'N', help: 'that port (default: any that is free)' },
  slot: {
    type: 'string',
    value: 'FILE',
    help: 'linux: its flash, with a slot for another module (`firmshake upload`)',
  },
  key: { type: 'string', value: 'FILE', help: 'linux: the key for uploads, 16 to 64 bytes' },
  ...LAN_OPTIONS,
};

/** On QEMU's network a board is reached by its status page alone. */
async function runOnUserNet(board: BoardName, given: Given): Promise<number> {
  if (board === 'linux')
    throw new UsageError('--user-net: the network of QEMU, where rv32 and xtensa run; linux has none');
  const engine = oneOf('engine', given.text('engine') ?? 'interp', ENGINES);
  const port = given.text('port');
  const seconds = given.text('seconds');
  const limit = seconds === undefined ? undefined : wholeNumber('seconds', seconds, 1, 86400);
  const hostPort = port === undefined ? await freePort() : wholeNumber('port', port, 1, 65535);
  const target = { board, engine, module: `${profileOf(given.text('profile'))}-apps` };
  const program = await firmwareOf(target);

  let isUp: () => void = () => undefined;
  const up = new Promise<void>((resolve) => (isUp = resolve));
  const running = await startBoard(target, program, { userNet: [{ hostPort, port: 80 }] }, USER_NET, (line) => {
    print(line);
    if (line.startsWith(`firmshake: ${USER_NET.address}/`)) isUp();
  });
  const late = new Promise<void>((resolve) => setTimeout(resolve, START_MS).unref());
  const end = await Promise.race([running.ended, up, late]);
  if (end !== undefined) return end === 0 ? 1 : end;
  print(`status page http://127.0.0.1:${hostPort}/ and /status.json`);
  try {
    const [command, ...args] = given.rest;
    if (command !== undefined) return await runIn(command, args);
    return (await Promise.race([running.ended, stopSignal(limit)])) ?? 0;
  } finally {
    await running.stop();
  }
}

export const run: Command = {
  name: 'run',
  summary: 'A board: builds its firmware and starts it, with this machine as its peer.',
  synopsis: 'BOARD [--user-net [--port N]] [--engine NAME] [OPTIONS of `lan`] [-- COMMAND …]',
  options: OPTIONS,
  takesRest: true,
  first: 'board',
  examples: [
    'firmshake run rv32 --user-net                             # bare metal in QEMU; no privilege is needed',
    'firmshake run rv32                                        # on a TAP device, with the kernel; then curl, as it says',
    'firmshake run rv32 --engine aot -- curl http://10.73.0.2/ # the module compiled ahead of time',
    'firmshake run xtensa                                      # the Ethernet controller of ESP32 emulators',
    'firmshake run linux --lose syn-ack -- nc -zv 10.73.0.2 7',
    'firmshake run linux --slot flash.bin --key board.key -- npx firmshake upload 10.73.0.2 lan-apps --key board.key',
  ],
  async run(given) {
    const board = oneOf('board', given.text('board') ?? '', BOARDS);
    if (given.flag('user-net')) return await runOnUserNet(board, given);
    if (given.text('port') !== undefined) throw new UsageError('--port: with --user-net');
    return await runOnLan(given, board === 'linux' ? 'wamr' : board);
  },
};
