/** The kernel's side of a transfer: nc, from a file and into a file. */

import { spawn, type ChildProcess } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { systemPath } from '../../../host/tap/index.js';
import { output } from './stage.js';

export const MEGABYTE = 1_000_000;

/** Files of this process, which go with it. */
const folder = mkdtempSync(path.join(tmpdir(), 'firmshake-nc-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
let files = 0;

function newFile(): string {
  return path.join(folder, `${files++}`);
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** So many bytes that do not repeat, their digest, and where they lie in a file. */
export interface Content {
  bytes: Buffer;
  digest: string;
  file: string;
}

export function content(length: number): Content {
  const bytes = randomBytes(length);
  const file = newFile();
  writeFileSync(file, bytes);
  return { bytes, digest: sha256(bytes), file };
}

/** What came out of an nc. */
export interface NcOutcome {
  code: number | null;
  received: number;
  digest: string;
  stderr: string;
}

export class Nc {
  private readonly outcome: Promise<NcOutcome>;

  private constructor(
    readonly child: ChildProcess,
    sink: string,
  ) {
    let stderr = '';
    child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    this.outcome = new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => {
        const bytes = readFileSync(sink);
        resolve({ code, received: bytes.length, digest: sha256(bytes), stderr });
      });
    });
  }

  /** What it sends is a file's bytes, and then the end of its input; without one its input never ends. */
  static start(args: readonly string[], from?: Content): Nc {
    const sink = newFile();
    const input = from === undefined ? 'pipe' : openSync(from.file, 'r');
    const into = openSync(sink, 'w');
    const env = { ...process.env, PATH: systemPath() };
    const child = spawn('nc', args, { stdio: [input, into, 'pipe'], env });
    closeSync(into);
    if (typeof input === 'number') closeSync(input);
    return new Nc(child, sink);
  }

  /** It has ended, by itself. */
  ended(): Promise<NcOutcome> {
    return this.outcome;
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }
}

/** What the kernel says of its connections from or to a port, as `ss` has it. */
export interface Told {
  /** Segments that it sent again. */
  retransmitted: number;
  /** Segments that came out of order, and copies that came twice. */
  outOfOrder: number;
  duplicates: number;
  text: string;
}

export async function told(port: number): Promise<Told> {
  const text = (await output('ss', '-Htnoi', `( sport = :${port} or dport = :${port} )`)).trim();
  const number = (pattern: RegExp): number => Number(pattern.exec(text)?.[1] ?? 0);
  return {
    retransmitted: number(/ retrans:\d+\/(\d+)/),
    outOfOrder: number(/ rcv_ooopack:(\d+)/),
    duplicates: number(/ dsack_dups:(\d+)/),
    text,
  };
}
