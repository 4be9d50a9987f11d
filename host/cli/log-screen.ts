import { DumpError, dumpText, findDumps, openDump } from '../dump/index.js';
import { timeOf, type LogLine } from '../flash/index.js';
import { print } from './output.js';

const BEGIN = 'BEGIN FIRMSHAKE DUMP';
const END = 'END FIRMSHAKE DUMP';

/** The lines of a dump, and when it is whole, what it says. */
class Dumps {
  private lines: string[] | undefined;

  add(text: string): void {
    if (text.includes(BEGIN)) this.lines = [];
    this.lines?.push(text);
    if (!text.includes(END) || this.lines === undefined) return;
    const log = this.lines.join('\n');
    this.lines = undefined;
    print(`\n${reportOf(log)}\n`);
  }
}

function reportOf(log: string): string {
  try {
    return findDumps(new TextEncoder().encode(log))
      .map((bytes) => dumpText(openDump(bytes)))
      .join('\n');
  } catch (error) {
    if (error instanceof DumpError) return `the dump cannot be opened: ${error.message}`;
    throw error;
  }
}

/** The log on a terminal. A line that waits for an answer is shown as far as it goes, and on from there. */
export class LogScreen {
  private open: string | undefined;

  constructor(private readonly dumps = new Dumps()) {}

  readonly show = ({ at, text }: LogLine): void => {
    const line = `${timeOf(at)}  ${text}`;
    const { open } = this;
    if (open === undefined) process.stdout.write(line);
    else if (line.startsWith(open)) process.stdout.write(line.slice(open.length));
    else process.stdout.write(`\r${line.padEnd(open.length)}\r${line}`);
    this.open = line;
  };

  readonly tell = (line: LogLine): void => {
    this.show(line);
    process.stdout.write('\n');
    this.open = undefined;
    this.dumps.add(line.text);
  };
}
