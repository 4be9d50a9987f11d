/**
 * How esptool-js reaches the port.
 *
 * Its own transport asks its buffer every millisecond, prints to the console, and takes a cable that was pulled for a chip
 * that is slow: a flash then ends after up to two minutes with "no serial data". This one waits for the bytes, and ends at
 * once with what happened.
 */
import { ESPError, Transport } from 'esptool-js';
import { FlashError } from './errors.js';
import { isPassing, type SerialDevice } from './port/serial.js';
import { takePacket } from './slip.js';

/** What an ESPError says then. */
export const NO_ANSWER = 'no answer';

const NOTHING = new Uint8Array(0);

export class LoaderTransport extends Transport {
  /** Never resolves; rejects with PORT_LOST. */
  readonly whenLost: Promise<never>;

  private input: Uint8Array = NOTHING;
  private source: ReadableStreamDefaultReader<Uint8Array> | undefined;
  private isClosing = false;
  private lost: FlashError | undefined;
  private readonly lose: (error: FlashError) => void;
  private wake: () => void = () => undefined;

  constructor(private readonly port: SerialDevice) {
    // Of what a SerialPort has, esptool-js uses what a SerialDevice has.
    super(port as Partial<SerialPort> as SerialPort);
    let reject: (error: FlashError) => void = () => undefined;
    this.whenLost = new Promise((_, refuse) => (reject = refuse));
    // Whoever does not look is not told by Node's end.
    this.whenLost.catch(() => undefined);
    this.lose = (error) => {
      this.lost ??= error;
      reject(this.lost);
      this.wake();
    };
  }

  override trace(): void {
    // The console is the reader's.
  }

  override async readLoop(): Promise<void> {
    this.isClosing = false;
    try {
      for (let goesOn = true; goesOn;) goesOn = await this.readStream();
    } catch (cause) {
      this.end(cause);
    }
  }

  /** Until the stream ends or breaks. Is there another one after it? */
  private async readStream(): Promise<boolean> {
    if (this.port.readable === null) throw new Error('no stream');
    const source = this.port.readable.getReader();
    this.source = source;
    try {
      for (;;) {
        const { value, done } = await source.read();
        if (done) throw new Error('the stream has ended');
        this.input = joined(this.input, value);
        this.wake();
      }
    } catch (error) {
      if (isPassing(error)) return true;
      throw error;
    } finally {
      source.releaseLock();
    }
  }

  override async write(data: Uint8Array): Promise<void> {
    this.check();
    const writer = this.port.writable?.getWriter();
    if (writer === undefined) throw this.end(undefined);
    try {
      await writer.write(this.slipWriter(data));
    } catch (cause) {
      throw this.end(cause);
    } finally {
      writer.releaseLock();
    }
  }

  /** The next packet. `timeout`: ms without a byte. */
  override async read(timeout: number): Promise<Uint8Array> {
    for (;;) {
      const { packet, rest } = takePacket(this.input);
      this.input = rest;
      if (packet !== undefined) return packet;
      await this.more(timeout);
    }
  }

  private async more(timeoutMs: number): Promise<void> {
    this.check();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const before = this.input.length;
    await new Promise<void>((resolve) => {
      this.wake = resolve;
      timer = setTimeout(resolve, timeoutMs);
    });
    clearTimeout(timer);
    this.check();
    if (this.input.length === before) throw new ESPError(NO_ANSWER);
  }

  override peek(): Uint8Array {
    return this.input;
  }

  override inWaiting(): number {
    return this.input.length;
  }

  override flushInput(): void {
    this.input = NOTHING;
  }

  override async drainInput(quietMs = 100, maxMs = 400): Promise<void> {
    for (let waited = 0, length = -1; waited < maxMs && this.input.length !== length; waited += quietMs) {
      length = this.input.length;
      await new Promise((resolve) => setTimeout(resolve, quietMs));
    }
    this.flushInput();
  }

  override async disconnect(): Promise<void> {
    this.isClosing = true;
    await this.source?.cancel().catch(() => undefined);
    this.source = undefined;
    await this.port.close();
  }

  private check(): void {
    if (this.lost !== undefined) throw this.lost;
  }

  /** The port is gone, unless it is we who close it. */
  private end(cause: unknown): FlashError {
    const error = new FlashError('PORT_LOST', 'the port is gone: the cable was pulled, or the board lost power', {
      cause,
    });
    if (!this.isClosing) this.lose(error);
    return error;
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second;
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
