import { createReadStream } from 'node:fs';
import { DumpError, dumpText, findDumps, openDump, type DumpReport } from '../dump/index.js';
import type { Command } from './command.js';
import { print, printJson } from './output.js';
import { UsageError, wholeNumber, type OptionTable } from './usage.js';

const OPTIONS: OptionTable = {
  file: {
    type: 'string',
    value: 'FILE',
    help: 'a dump, or a log with some in it; -: standard input (or as the first argument)',
  },
  number: { type: 'string', value: 'N', help: 'of several in a log, this one, counted from 1 (default: the last)' },
  json: { type: 'boolean', help: 'as JSON' },
};

/** Far more than a board has memory, or a log of it letters. */
const MOST_BYTES = 256 << 20;

/** @throws UsageError: the system refuses; DumpError DUMP_TOO_LARGE: a device without an end, perhaps */
async function bytesOf(file: string): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const part of file === '-' ? process.stdin : createReadStream(file)) {
      parts.push(part as Buffer);
      length += (part as Buffer).length;
      if (length > MOST_BYTES) throw new DumpError('DUMP_TOO_LARGE', `${file} has more than ${MOST_BYTES >> 20} MiB`);
    }
  } catch (error) {
    if (error instanceof DumpError) throw error;
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}`);
  }
  return Buffer.concat(parts);
}

/** An error says which of several dumps it is about. */
function opened(bytes: Uint8Array, which: string): DumpReport {
  try {
    return openDump(bytes);
  } catch (error) {
    throw error instanceof DumpError ? new DumpError(error.code, which + error.message) : error;
  }
}

export const dump: Command = {
  name: 'dump',
  summary: 'Opens what a board left when its module trapped: connections, pools, timers, the last frame.',
  synopsis: 'FILE [--number N] [--json]',
  options: OPTIONS,
  first: 'file',
  examples: [
    'firmshake dump firmshake.dump                    # what the Linux board writes',
    'firmshake run rv32 --user-net | tee board.log    # others print it on their log:',
    'firmshake dump board.log --number 1              # the first of those in it',
    'A dump holds the key of that boot and who was connected: keep it as a secret.',
  ],
  async run(given) {
    const file = given.text('file');
    if (file === undefined) throw new UsageError('a FILE is needed: a dump, a log, or - for standard input');
    const asked = given.text('number');
    const number = asked === undefined ? undefined : wholeNumber('number', asked, 1, 1_000_000);
    const dumps = findDumps(await bytesOf(file));
    const chosen = number ?? dumps.length;
    const bytes = dumps[chosen - 1];
    if (bytes === undefined) {
      throw new DumpError('DUMP_NO_SUCH', `--number ${chosen}: ${file} has ${dumps.length}, counted from 1`);
    }
    const report = opened(bytes, dumps.length > 1 ? `dump ${chosen} of ${dumps.length}: ` : '');
    if (given.flag('json')) {
      printJson({ number: chosen, count: dumps.length, ...report });
    } else {
      if (dumps.length > 1) print(`dump ${chosen} of ${dumps.length}; --number N shows another\n`);
      print(dumpText(report));
    }
    return 0;
  },
};
