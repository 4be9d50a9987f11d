/** A board: a chip with its two lines, download mode and the app that it runs otherwise. */
import { FlashMemory } from './flash-memory.js';
import { Loader, type LoaderEvents } from './loader.js';
import { KINDS, type ChipKind } from './registers.js';

export interface BoardOptions extends LoaderEvents {
  kind?: keyof typeof KINDS;
  /** Someone held BOOT when it was powered. */
  isDownload?: boolean;
  /** It answers nothing at all. */
  isMute?: boolean;
}

/** What the app of a flash says when it starts. */
export const APP_LOG = 'firmshake: 192.0.2.7/24, status page http://192.0.2.7/\r\n';

export class Board {
  readonly flash = new FlashMemory();
  loader: Loader;
  receivedBytes = 0;
  /** What its app has heard. */
  heard = '';
  /** How often it came out of reset. */
  starts = 0;

  private readonly kind: ChipKind;
  private isDownload: boolean;
  private dtr = false;
  private rts = false;
  /** Where what it sends goes. */
  send: (bytes: Uint8Array) => void = () => undefined;

  constructor(private readonly options: BoardOptions = {}) {
    this.kind = KINDS[options.kind ?? 'esp32'];
    this.isDownload = options.isDownload ?? false;
    this.loader = this.newLoader();
  }

  get isInDownload(): boolean {
    return this.isDownload;
  }

  receive(bytes: Uint8Array): void {
    this.receivedBytes += bytes.length;
    if (!this.isDownload) this.heard += new TextDecoder().decode(bytes);
    else if (this.options.isMute !== true) this.loader.add(bytes);
  }

  /** The circuit of every dev board: RTS alone holds the chip in reset, DTR alone holds GPIO0 low. */
  lines({ dtr = this.dtr, rts = this.rts }: { dtr?: boolean | undefined; rts?: boolean | undefined }): void {
    const wasReset = this.rts && !this.dtr;
    this.dtr = dtr;
    this.rts = rts;
    if (wasReset && !(rts && !dtr)) this.start(dtr && !rts);
  }

  /** Log, as the app or the ROM has it. */
  say(text: string): void {
    this.send(new TextEncoder().encode(text));
  }

  private start(isDownload: boolean): void {
    this.starts++;
    this.isDownload = isDownload;
    this.loader = this.newLoader();
    this.say(
      `rst:0x1 (POWERON_RESET),boot:${isDownload ? '0x3 (DOWNLOAD_BOOT(UART0))' : '0x13 (SPI_FAST_FLASH_BOOT)'}\r\n`,
    );
    if (isDownload) this.say('waiting for download\r\n');
    else if (this.flash.bytes[this.kind.family === 'ESP32' ? 0x1000 : 0] === 0xe9) this.say(APP_LOG);
    else this.say('invalid header: 0xffffffff\r\n');
  }

  private newLoader(): Loader {
    return new Loader(this.kind, this.flash, (bytes) => this.send(bytes), this.options);
  }
}
