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

/** Writes the folder that boards/common/CMakeLists.txt calls FSK_MODULE. What has not changed is left alone. */
export async function writeModule(folder: string, { profile, bytes, rxRing, txRing, shape }: Embedded): Promise<void> {
  await mkdir(folder, { recursive: true });
  const binary = path.join(folder, 'module.bin');
  await writeIfNew(binary, bytes);
  await writeIfNew(path.join(folder, 'module.S'), assemblyText(binary));
  const fields = {
    profile: `"${profile}"`,
    length: bytes.length,
    memory_bytes: shape.memoryBytes,
    rx_ring: rxRing,
    tx_ring: txRing,
    rings_at: shape.ringsAt,
    rings_bytes: shape.ringsBytes,
  };
  const initial = Object.entries(fields).map(([name, value]) => `    .${name} = ${value},\n`);
  const text = `#include "core.h"

extern const uint8_t fsk_module_bytes[];
const struct core_module fsk_module = {
    .bytes = fsk_module_bytes,
${initial.join('')}};
`;
  await writeIfNew(path.join(folder, 'module.c'), text);
  await writeIfNew(path.join(folder, 'sizes.cmake'), `set(FSK_MEMORY_BYTES ${shape.memoryBytes})\n`);
}

/** Page-aligned where it matters to nobody, 16-byte aligned where code runs from it in place. */
function assemblyText(binary: string): string {
  return `    .section .rodata.fsk_module_bytes, "a"
    .balign 16
    .global fsk_module_bytes
fsk_module_bytes:
    .incbin "${binary}"
    .section .note.GNU-stack, "", %progbits
`;
}

async function writeIfNew(file: string, content: string | Uint8Array): Promise<void> {
  const old = await readFile(file).catch(() => undefined);
  const wanted = Buffer.from(content);
  if (old === undefined || !old.equals(wanted)) await writeFile(file, wanted);
}
