/** Runs that leave the page and come to it: as captures that other tools read, too. */
import { traceToPcapng } from '../../trace/index.js';
import { traceOf } from '../run/capture.js';
import { InitialNumbers } from '../run/initial.js';
import { Story } from '../run/story.js';
import { el } from './dom.js';
import type { Lab, Shown } from './lab.js';

export function save(lab: Lab): void {
  const { view, shown } = lab;
  const bytes = traceToPcapng(shown.trace);
  const url = URL.createObjectURL(new Blob([bytes.slice()], { type: 'application/octet-stream' }));
  const link = el('a', { href: url, download: `firmshake-${view.act}-${view.seed}.pcapng` });
  link.click();
  // Not before the browser has taken it.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** @throws LabError LAB_BAD_FILE */
export async function read(module: WebAssembly.Module, file: File): Promise<Shown> {
  const { trace, moments } = traceOf(module, new Uint8Array(await file.arrayBuffer()));
  const endMs = Math.max(
    0,
    ...trace.records.map((record) => ('arrivesAt' in record ? (record.arrivesAt ?? 0) : record.at)),
  );
  return { trace, moments, endMs, story: new Story(trace, endMs), initial: new InitialNumbers(trace), file: file.name };
}
