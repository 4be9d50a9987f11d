/** The board's log on the page, over a port that is ours while it is shown. */
import { LogLines, PAUSE_MS, timeOf, type LogLine } from '../flash/log-lines.js';
import { restart } from '../flash/port/restart.js';
import { isPassing } from '../flash/port/serial.js';

const BAUD = 115_200;
/** More is cut off at the top. */
const MOST_LINES = 5000;

export class Log {
  private port: SerialPort | undefined;
  private reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  private ended: Promise<void> = Promise.resolve();
  /** Where the board waits with a line for its answer. */
  private open: Text | undefined;

  /** `changed`: it was begun, or has ended; with a reason where nobody asked for it. */
  constructor(
    private readonly place: HTMLElement,
    private readonly changed: (why?: string) => void,
  ) {}

  get isShown(): boolean {
    return this.port !== undefined;
  }

  /** @throws DOMException: the port cannot be opened */
  async begin(port: SerialPort): Promise<void> {
    await port.open({ baudRate: BAUD });
    this.port = port;
    this.changed();
    this.ended = this.follow(port);
  }

  async end(): Promise<void> {
    const { port } = this;
    if (port === undefined) return;
    this.port = undefined;
    await this.reader?.cancel().catch(() => undefined);
    await this.ended;
    await port.close().catch(() => undefined);
    this.changed();
  }

  async restart(): Promise<void> {
    if (this.port !== undefined) await restart(this.port);
  }

  /** A line to the board, which echoes it. @throws DOMException: the port is gone */
  async answer(text: string): Promise<void> {
    const writer = this.port?.writable?.getWriter();
    try {
      await writer?.write(new TextEncoder().encode(`${text}\r`));
    } finally {
      writer?.releaseLock();
    }
  }

  private async follow(port: SerialPort): Promise<void> {
    const lines = new LogLines(
      (line) => this.add(line, true),
      undefined,
      (line) => this.add(line, false),
    );
    let pause: ReturnType<typeof setTimeout> | undefined;
    while (this.port === port && port.readable !== null) {
      this.reader = port.readable.getReader();
      try {
        for (let next = await this.reader.read(); !next.done; next = await this.reader.read()) {
          clearTimeout(pause);
          lines.add(next.value);
          pause = setTimeout(() => lines.pause(), PAUSE_MS);
        }
      } catch (error) {
        if (!isPassing(error)) break;
      } finally {
        this.reader.releaseLock();
      }
    }
    clearTimeout(pause);
    lines.end();
    if (this.port !== port) return;
    this.port = undefined;
    await port.close().catch(() => undefined);
    this.changed('The port is gone: the cable was pulled, or the board restarts. Show the log again when it is back.');
  }

  private add({ at, text }: LogLine, isWhole: boolean): void {
    const { place } = this;
    const isAtEnd = place.scrollHeight - place.scrollTop - place.clientHeight < 40;
    const shown = `${timeOf(at)}  ${text}${isWhole ? '\n' : ''}`;
    if (this.open === undefined) place.append((this.open = new Text(shown)));
    else this.open.data = shown;
    if (isWhole) this.open = undefined;
    while (place.childNodes.length > MOST_LINES) place.firstChild?.remove();
    if (isAtEnd) place.scrollTop = place.scrollHeight;
  }
}
