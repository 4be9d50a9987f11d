/** A module as a firmware embeds it: its bytes, and what boards/common/start.c wants to know of it. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Shape } from './shape.js';

export interface Embedded {
  /** The profile's name, for the log and for dumps: 23 bytes at most. */
  profile: string;
  /** What the engine loads: WebAssembly, or what it was compiled to. */
  bytes: Uint8Array;
  rxRing: number;
  txRing: number;
  shape: Shape;
}

/** Writes the folder that boards/common/module.cmake calls FSK_MODULE. What has not changed is left alone. */
export async function writeModule(folder: string, { profile, bytes, rxRing, txRing, shape }: Embedded): Promise<void> {
  await mkdir(folder, { recursive: true });
  const values = {
    FSK_PROFILE: profile,
    FSK_MEMORY_BYTES: shape.memoryBytes,
    FSK_RX_RING: rxRing,
    FSK_TX_RING: txRing,
    FSK_RINGS_AT: shape.ringsAt,
    FSK_RINGS_BYTES: shape.ringsBytes,
  };
  const lines = Object.entries(values).map(([name, value]) => `set(${name} "${value}")\n`);
  await writeIfNew(path.join(folder, 'module.bin'), bytes);
  await writeIfNew(path.join(folder, 'sizes.cmake'), lines.join(''));
}

async function writeIfNew(file: string, content: string | Uint8Array): Promise<void> {
  const old = await readFile(file).catch(() => undefined);
  const wanted = Buffer.from(content);
  if (old === undefined || !old.equals(wanted)) await writeFile(file, wanted);
}
