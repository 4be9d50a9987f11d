/** A folder with images: what idf.py built, or what was downloaded from a release. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { FlashError } from './errors.js';
import type { Listing } from './images.js';
import { FLASHER_ARGS, MANIFEST, readFlasherArgs, readManifest } from './listing.js';

/** @throws FlashError NO_IMAGES, BAD_IMAGES */
export async function readFolder(folder: string): Promise<Listing> {
  const args = await textOf(folder, FLASHER_ARGS);
  if (args !== undefined) return readFlasherArgs(args);
  const manifest = await textOf(folder, MANIFEST);
  if (manifest !== undefined) return readManifest(manifest);
  throw new FlashError('NO_IMAGES', `${folder} has neither ${FLASHER_ARGS} nor ${MANIFEST}`);
}

async function textOf(folder: string, name: string): Promise<string | undefined> {
  try {
    return await readFile(path.join(folder, name), 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new FlashError('NO_IMAGES', message, { cause: error });
  }
}

/** A file of it. @throws FlashError NO_IMAGES */
export async function readPart(folder: string, name: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(path.join(folder, name)));
  } catch (cause) {
    throw new FlashError('NO_IMAGES', `${path.join(folder, name)} is named but cannot be read`, { cause });
  }
}
