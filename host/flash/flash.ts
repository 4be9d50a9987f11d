/**
 * Writes a chip's images over a serial port, reads them back (as MD5) and restarts the board. Runs in Node and in Chrome.
 *
 * The loader's protocol is esptool-js's: Espressif's own, with its stub for every chip. What it says is told as one line of
 * what to do, and nothing is claimed that was not read back.
 */
import { ESPLoader, ESPError, UnexpectedChipIdError, UnexpectedChipMagicError } from 'esptool-js';
import { chipOfFamily, CHIPS, familyOf, type Chip } from './chips.js';
import { FlashError } from './errors.js';
import { hex, type Image, type ImageSet } from './images.js';
import { md5 } from './md5.js';
import { restart } from './port/restart.js';
import { DEFAULT_BAUD, type SerialDevice } from './port/serial.js';
import { LoaderTransport, NO_ANSWER } from './transport.js';

/** What every chip's ROM begins with. */
const ROM_BAUD = 115_200;
/** Each with a reset: they take some 8 s where nothing answers. */
const SYNC_ATTEMPTS = 7;

export type FlashStep = 'connect' | 'write' | 'verify' | 'restart';

export interface FlashProgress {
  readonly step: FlashStep;
  /** Bytes of all images that are written, or verified. */
  readonly doneBytes: number;
  readonly totalBytes: number;
}

export interface FlashOptions {
  /** The images for the chip that is found. Throws where there are none for it. */
  images: (chip: Chip) => ImageSet;
  /** No other one than this. */
  chip?: Chip | undefined;
  baudRate?: number | undefined;
  onChip?: (chip: Chip) => void;
  onProgress?: (progress: FlashProgress) => void;
  /** What esptool-js tells. */
  onNote?: (text: string) => void;
}

export interface Flashed {
  readonly chip: Chip;
  /** Written and read back. */
  readonly bytes: number;
  /** Was the board told to restart? Otherwise someone has to press its button. */
  readonly isRestarted: boolean;
}

/** @throws FlashError */
export async function flash(device: SerialDevice, options: FlashOptions): Promise<Flashed> {
  const transport = new LoaderTransport(device);
  try {
    return await Promise.race([flashOver(device, transport, options), transport.whenLost]);
  } catch (error) {
    throw explained(error);
  } finally {
    await transport.disconnect().catch(() => undefined);
  }
}

async function flashOver(device: SerialDevice, transport: LoaderTransport, options: FlashOptions): Promise<Flashed> {
  const tell = options.onProgress ?? (() => undefined);
  tell({ step: 'connect', doneBytes: 0, totalBytes: 0 });
  const loader = new Loader(transport, options);
  await loader.main();
  const { chip, images } = loader.set;
  if (loader.secureDownloadMode) {
    throw new FlashError(
      'REFUSED',
      'the chip is in secure download mode: only the tools of whoever locked it can flash it',
    );
  }
  const totalBytes = images.reduce((sum, { data }) => sum + data.length, 0);
  await write(loader, images, (doneBytes) => tell({ step: 'write', doneBytes, totalBytes }));
  await verify(loader, images, (doneBytes) => tell({ step: 'verify', doneBytes, totalBytes }));
  tell({ step: 'restart', doneBytes: totalBytes, totalBytes });
  return { chip, bytes: totalBytes, isRestarted: await restarted(device) };
}

/** Stops at a chip that is not the one, before anything is sent to it but questions. */
class Loader extends ESPLoader {
  private found: ImageSet | undefined;

  constructor(
    transport: LoaderTransport,
    private readonly options: FlashOptions,
  ) {
    const note = options.onNote ?? (() => undefined);
    super({
      transport,
      baudrate: options.baudRate ?? DEFAULT_BAUD,
      romBaudrate: ROM_BAUD,
      terminal: { clean: () => undefined, write: note, writeLine: note },
    });
  }

  /** What goes onto the chip. */
  get set(): ImageSet {
    if (this.found === undefined) throw new FlashError('NO_ANSWER', 'the chip was not asked yet');
    return this.found;
  }

  override async detectChip(): Promise<void> {
    await super.connect('default_reset', SYNC_ATTEMPTS);
    const name = this.chip.CHIP_NAME;
    const chip = chipOfFamily(name);
    if (chip === undefined)
      throw wrong(`the chip is an ${name}; there are images for ${CHIPS.map(familyOf).join(', ')}`);
    const { chip: asked } = this.options;
    if (asked !== undefined && asked !== chip) throw wrong(`the chip is an ${name}, not an ${familyOf(asked)}`);
    this.options.onChip?.(chip);
    this.found = this.options.images(chip);
  }
}

async function write(loader: ESPLoader, images: readonly Image[], tell: (doneBytes: number) => void): Promise<void> {
  let before = 0;
  for (const { data, offset } of images) {
    const begun = before;
    await loader.writeFlash({
      fileArray: [{ data: padded(data), address: offset }],
      flashMode: 'keep',
      flashFreq: 'keep',
      flashSize: 'keep',
      eraseAll: false,
      compress: true,
      // It counts what is compressed.
      reportProgress: (_, sent, total) => tell(begun + Math.floor((data.length * sent) / total)),
    });
    before += data.length;
  }
}

async function verify(loader: ESPLoader, images: readonly Image[], tell: (doneBytes: number) => void): Promise<void> {
  let done = 0;
  for (const { data, offset, path } of images) {
    const bytes = padded(data);
    if ((await loader.flashMd5sum(offset, bytes.length)) !== md5(bytes)) {
      const place = `${path} at ${hex(offset)}`;
      throw new FlashError('VERIFY', `${place} reads back wrong: the board is not to be trusted; flash it again`);
    }
    tell((done += data.length));
  }
}

/** As the loader writes it: whole words. */
function padded(data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array((data.length + 3) & ~3).fill(0xff);
  bytes.set(data);
  return bytes;
}

/** What was read back is so, whatever becomes of the port now. */
async function restarted(device: SerialDevice): Promise<boolean> {
  try {
    await restart(device);
    return device.hasLines !== false;
  } catch {
    return false;
  }
}

function wrong(message: string): FlashError {
  return new FlashError('WRONG_CHIP', message);
}

function explained(error: unknown): unknown {
  if (error instanceof UnexpectedChipIdError || error instanceof UnexpectedChipMagicError) {
    return new FlashError('WRONG_CHIP', `a chip that is none of ${CHIPS.map(familyOf).join(', ')}`, { cause: error });
  }
  if (!(error instanceof ESPError)) return error;
  if (error.message === NO_ANSWER)
    return new FlashError('NO_ANSWER', 'the chip no longer answers: flash it again', { cause: error });
  if (error.message.startsWith('Failed to connect')) {
    return new FlashError(
      'NO_ANSWER',
      'no chip answers: hold its BOOT button, press RESET (or EN), let BOOT go, and try again',
      { cause: error },
    );
  }
  return new FlashError('REFUSED', `the chip's loader: ${error.message.replace(/\s+/g, ' ')}`, { cause: error });
}
