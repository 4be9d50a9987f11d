import { writeFile } from 'node:fs/promises';
import { ladder, wireToPcapng, type Trace } from '../trace/index.js';

/** How to draw for whoever reads: a terminal's width and colours, or plain text. */
export function ladderStyle(): { color: boolean; width: number } {
  const color = process.stdout.isTTY && process.env['NO_COLOR'] === undefined;
  return { color, width: Math.min(process.stdout.columns || 100, 120) };
}

export function drawLadder(trace: Trace): string {
  return ladder(trace, ladderStyle());
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
