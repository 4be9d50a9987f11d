/** A board's log, line by line, each with the time of this machine at which it began. */
export interface LogLine {
  readonly at: Date;
  readonly text: string;
}

/** A line longer than this is none: it is shown in pieces. */
const MOST_LETTERS = 1000;

/** A board that asks something says nothing for so long. */
export const PAUSE_MS = 80;

export class LogLines {
  private readonly decoder = new TextDecoder();
  private open = '';
  private begun: Date | undefined;
  private isAwaited = false;

  /** `asks`: what there is of a line that does not end, as it is now: a board waits for an answer to it, and echoes that. */
  constructor(
    private readonly tell: (line: LogLine) => void,
    private readonly clock: () => Date = () => new Date(),
    private readonly asks: (line: LogLine) => void = () => undefined,
  ) {}

  add(bytes: Uint8Array): void {
    this.take(this.decoder.decode(bytes, { stream: true }));
    if (this.isAwaited && this.open !== '') this.asks(this.line());
  }

  /** Nothing has come for a while. */
  pause(): void {
    if (this.open === '' || this.isAwaited) return;
    this.isAwaited = true;
    this.asks(this.line());
  }

  /** No more comes, for now: what there is of the last line is told. */
  end(): void {
    this.take(this.decoder.decode());
    if (this.open !== '') this.close();
  }

  private take(text: string): void {
    for (const letter of text) {
      if (letter === '\n') this.close();
      // What is typed is taken back so: a letter to the left, a blank over it, and to the left again.
      else if (letter === '\b') this.open = this.open.slice(0, -1);
      else this.push(letter);
    }
  }

  private push(letter: string): void {
    this.begun ??= this.clock();
    this.open += letter;
    if (this.open.length >= MOST_LETTERS) this.close();
  }

  private close(): void {
    this.tell(this.line());
    this.open = '';
    this.begun = undefined;
    this.isAwaited = false;
  }

  private line(): LogLine {
    return { at: this.begun ?? this.clock(), text: shown(this.open.replace(/\r+$/, '')) };
  }
}

/** Colours stay out, and so does what a board at another speed sends: it must not reach the terminal as commands. */
function shown(line: string): string {
  return line.replace(/\x1b\[[0-9;]*m/g, '').replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, '\ufffd');
}

/** `12:34:56.789`, local time. */
export function timeOf(at: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const ms = String(at.getMilliseconds()).padStart(3, '0');
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${ms}`;
}
