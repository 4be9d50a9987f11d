/** A serial port of this machine, as Web Serial has it. The native part is loaded when a port is opened, and not before. */
import { existsSync } from 'node:fs';
import type { BindingPortInterface } from '@serialport/bindings-cpp';
import { FlashError } from '../errors.js';
import { setLines, type Lines } from './lines.js';
import type { SerialDevice } from './serial.js';

const READ_BYTES = 4096;
/** How often it is looked whether the device is still there: a read of one that is gone may just give nothing on Linux. */
const LOOK_MS = 500;

export interface UsbIds {
  usbVendorId?: number;
  usbProductId?: number;
}

type Bindings = typeof import('@serialport/bindings-cpp');

export async function bindings(): Promise<ReturnType<Bindings['autoDetect']>> {
  try {
    const { autoDetect } = await import('@serialport/bindings-cpp');
    return autoDetect();
  } catch (cause) {
    const platform = `${process.platform}-${process.arch}`;
    throw new FlashError('PORT', `serial ports need @serialport/bindings-cpp, which does not load on ${platform}`, {
      cause,
    });
  }
}

export class NodePort implements SerialDevice {
  readable: ReadableStream<Uint8Array> | null = null;
  writable: WritableStream<Uint8Array> | null = null;
  hasLines = true;

  private binding: BindingPortInterface | undefined;
  /** As the system sets them when a port is opened. */
  private lines: Lines = { dtr: true, rts: true };
  private lose: (error: Error) => void = () => undefined;
  private looking: ReturnType<typeof setInterval> | undefined;

  constructor(
    readonly path: string,
    private readonly ids: UsbIds = {},
  ) {}

  getInfo(): UsbIds {
    return this.ids;
  }

  /** @throws FlashError PORT_MISSING, PORT_BUSY, PORT_DENIED, PORT */
  async open({ baudRate }: { baudRate: number }): Promise<void> {
    const system = await bindings();
    const binding = await system.open({ path: this.path, baudRate, lock: true }).catch((error: unknown) => {
      throw refusal(this.path, error);
    });
    this.binding = binding;
    this.readable = this.reading(binding);
    this.writable = new WritableStream<Uint8Array>({ write: (bytes) => binding.write(Buffer.from(bytes)) });
  }

  private reading(binding: BindingPortInterface): ReadableStream<Uint8Array> {
    let isOver = false;
    return new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.lose = (error) => {
          clearInterval(this.looking);
          if (!isOver) controller.error(error);
          isOver = true;
        };
        if (!this.path.startsWith('/')) return;
        const look = (): void => {
          if (!existsSync(this.path)) this.lose(new Error(`${this.path} is gone`));
        };
        this.looking = setInterval(look, LOOK_MS).unref();
      },
      pull: async (controller) => {
        try {
          const { buffer, bytesRead } = await binding.read(Buffer.alloc(READ_BYTES), 0, READ_BYTES);
          if (!isOver) controller.enqueue(new Uint8Array(buffer.subarray(0, bytesRead)));
        } catch (error) {
          this.lose(error as Error);
        }
      },
      cancel: () => {
        isOver = true;
      },
    });
  }

  async close(): Promise<void> {
    const { binding } = this;
    this.binding = undefined;
    this.readable = this.writable = null;
    clearInterval(this.looking);
    if (binding?.isOpen === true) await binding.close();
  }

  async setBaudRate(baudRate: number): Promise<void> {
    await this.binding?.update({ baudRate });
  }

  /** A port without such lines (a pseudo-terminal, one over a network) has them by hand. */
  async setSignals(signals: { dataTerminalReady?: boolean; requestToSend?: boolean }): Promise<void> {
    const { binding } = this;
    if (binding === undefined) throw new FlashError('PORT', `${this.path} is not open`);
    // What is not said stays.
    const { dataTerminalReady: dtr = this.lines.dtr, requestToSend: rts = this.lines.rts } = signals;
    this.lines = { dtr, rts };
    this.hasLines = await this.set(binding);
  }

  private async set(binding: BindingPortInterface): Promise<boolean> {
    const fd = 'fd' in binding ? binding.fd : undefined;
    if (process.platform === 'linux' && typeof fd === 'number') return setLines(fd, this.lines);
    return await binding.set(this.lines).then(
      () => true,
      () => false,
    );
  }
}

/** The native part gives a sentence and no code. */
function refusal(path: string, cause: unknown): FlashError {
  const why = (cause as Error).message.replace(/^Error:? */, '');
  const make = (code: 'PORT_MISSING' | 'PORT_BUSY' | 'PORT_DENIED' | 'PORT', message: string): FlashError =>
    new FlashError(code, message, { cause });
  if (/lock|busy|temporarily unavailable|access denied/i.test(why)) {
    return make(
      'PORT_BUSY',
      `${path} is in use: another program has it open (a monitor, an IDE); end that and try again`,
    );
  }
  if (/permission denied/i.test(why)) {
    const hint = process.platform === 'linux' ? ': sudo usermod -aG dialout $USER, then log in again' : '';
    return make('PORT_DENIED', `no permission to open ${path}${hint}`);
  }
  if (/no such|not found|cannot find/i.test(why)) return make('PORT_MISSING', `there is no port ${path}`);
  return make('PORT', `${path} cannot be opened: ${why}`);
}
