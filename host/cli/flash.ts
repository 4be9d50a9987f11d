import path from 'node:path';
import { ROOT } from '../build/constants.js';
import {
  CHIPS,
  DEFAULT_BAUD,
  familyOf,
  FlashError,
  forChip,
  readBuild,
  readFolder,
  readPart,
  type Chip,
  type FlashProgress,
  type ImageSet,
} from '../flash/index.js';
import type { Command } from './command.js';
import { print } from './output.js';
import { choosePort } from './ports.js';
import { ProgressLine } from './progress-line.js';
import { oneOf, UsageError, wholeNumber, type OptionTable } from './usage.js';

const OPTIONS: OptionTable = {
  port: { type: 'string', value: 'PORT', help: 'the serial port (default: the one on USB, where there is just one)' },
  chip: { type: 'string', value: 'CHIP', help: `no other one than this: ${CHIPS.join(', ')}` },
  images: {
    type: 'string',
    value: 'DIR',
    help: 'a build of idf.py, or what a release has (default: boards/esp32/build)',
  },
  baud: { type: 'string', value: 'N', help: `how fast (default: ${DEFAULT_BAUD}; less for a long cable)` },
  verbose: { type: 'boolean', help: "what is said with the chip's loader" },
};

const BUILT = path.join(ROOT, 'boards/esp32/build');

/** All that is there for the chip, or for every chip: read before a board is touched. @throws UsageError, with what to do */
async function imagesIn(folder: string, chip: Chip | undefined): Promise<ImageSet[]> {
  try {
    const listing = await readFolder(folder);
    const builds = chip === undefined ? listing.builds : [forChip(listing.builds, chip)];
    return await Promise.all(builds.map((build) => readBuild(build, (name) => readPart(folder, name))));
  } catch (error) {
    if (!(error instanceof FlashError)) throw error;
    if (error.code === 'WRONG_CHIP') throw new UsageError(`--chip ${chip ?? ''}: ${folder} has nothing for it`);
    if (error.code !== 'NO_IMAGES') throw new UsageError(error.message);
    const target = chip ?? 'esp32';
    throw new UsageError(
      `no images: ${error.message}. With ESP-IDF: npm run build && idf.py -C boards/esp32 set-target ${target} build; ` +
        'or download a release and name its folder with --images',
    );
  }
}

/** What the line says of a step. */
function told({ step, doneBytes, totalBytes }: FlashProgress): string {
  const percent = totalBytes === 0 ? 0 : Math.floor((100 * doneBytes) / totalBytes);
  if (step === 'write') return `writing ${percent} % of ${totalBytes} bytes`;
  return { connect: 'connecting …', verify: 'reading back …', restart: 'restarting …' }[step];
}

export const flash: Command = {
  name: 'flash',
  summary: 'Writes the images of an ESP32 board over its USB cable, reads them back and restarts it.',
  synopsis: '[--port PORT] [--chip CHIP] [--images DIR] [--baud N]',
  options: OPTIONS,
  examples: [
    'firmshake flash                                    # what idf.py built, onto the one board that is there',
    'firmshake flash --port /dev/ttyUSB0 --images DIR   # what was downloaded from a release',
    'firmshake flash && firmshake monitor --restart     # and see it start',
  ],
  async run(given) {
    const asked = given.text('chip');
    const chip = asked === undefined ? undefined : oneOf('chip', asked, CHIPS);
    const baud = given.text('baud');
    const baudRate = baud === undefined ? DEFAULT_BAUD : wholeNumber('baud', baud, 9600, 2_000_000);
    const folder = given.text('images') ?? BUILT;
    const sets = await imagesIn(folder, chip);
    const device = await choosePort(given.text('port'));

    const { flash: flashBoard } = await import('../flash/flash.js');
    const line = new ProgressLine(process.stderr);
    const begun = performance.now();
    try {
      const { bytes, isRestarted } = await flashBoard(device, {
        chip,
        baudRate,
        images: (found) => forChip(sets, found),
        onChip: (found) => {
          line.end();
          print(`${familyOf(found)} at ${device.path}`);
        },
        onProgress: (progress) => line.tell(() => told(progress)),
        ...(given.flag('verbose') ? { onNote: (text) => process.stderr.write(`${text.trim()}\n`) } : {}),
      });
      line.end();
      const seconds = ((performance.now() - begun) / 1000).toFixed(1);
      print(`${bytes} bytes written and read back in ${seconds} s`);
      print(
        isRestarted
          ? 'the board restarts; see it: firmshake monitor --restart'
          : 'press its RESET (or EN) button: it starts',
      );
      return 0;
    } finally {
      line.end();
    }
  },
};
