import { writeFile } from 'node:fs/promises';
import { ladder, wireToPcapng, type LadderOptions, type Numbers, type Trace } from '../trace/index.js';
import { oneOf, type OptionHelp } from './usage.js';

/** How sequence numbers are shown: an option of every command that draws a ladder. */
export const NUMBERS_OPTION: OptionHelp = {
  type: 'string',
  value: 'HOW',
  help: 'sequence numbers relative (default), absolute, or both',
};

/** @throws UsageError */
export function numbersOf(text: string | undefined): Numbers {
  return text === undefined ? 'relative' : oneOf('numbers', text, ['relative', 'absolute', 'both']);
}

/** How to draw for whoever reads: a terminal's width and colours, or plain text. */
export function ladderStyle(numbers: Numbers): LadderOptions {
  const color = process.stdout.isTTY && process.env['NO_COLOR'] === undefined;
  return { color, width: Math.min(process.stdout.columns || 100, 120), numbers };
}

export function drawLadder(trace: Trace, numbers: Numbers): string {
  return ladder(trace, ladderStyle(numbers));
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

/** Writes a trace's frames for Wireshark. */
export async function writeCapture(file: string, trace: Trace): Promise<void> {
  await writeFile(file, wireToPcapng(trace));
}
