/** Where the page's images come from: next to it, chosen, or dropped. */
import { FlashError } from '../flash/errors.js';
import type { Listing } from '../flash/images.js';
import { FLASHER_ARGS, MANIFEST, readFlasherArgs, readManifest } from '../flash/listing.js';

export interface Source {
  readonly listing: Listing;
  read(path: string): Promise<Uint8Array>;
}

/** The manifest next to the page. Undefined: there is none. @throws FlashError: it is none */
export async function sourceNextTo(base: string): Promise<Source | undefined> {
  const at = new URL(MANIFEST, base);
  const answer = await fetch(at);
  if (!answer.ok) return undefined;
  const listing = readManifest(await answer.text());
  return {
    listing,
    async read(path) {
      const file = await fetch(new URL(path, at));
      if (!file.ok) throw new FlashError('NO_IMAGES', `${path} is named but not there (${file.status})`);
      return new Uint8Array(await file.arrayBuffer());
    },
  };
}

/** Files with their paths, as chosen or dropped. @throws FlashError NO_IMAGES, BAD_IMAGES */
export async function sourceOf(files: ReadonlyMap<string, File>): Promise<Source> {
  const [at, listing] = await listingIn(files);
  const folder = at.slice(0, at.lastIndexOf('/') + 1);
  return {
    listing,
    async read(path) {
      // Files that were chosen one by one have lost their folders.
      const file = files.get(folder + path) ?? files.get(path.slice(path.lastIndexOf('/') + 1));
      if (file === undefined) throw new FlashError('NO_IMAGES', `${path} is named but was not chosen`);
      return new Uint8Array(await file.arrayBuffer());
    },
  };
}

async function listingIn(files: ReadonlyMap<string, File>): Promise<[at: string, Listing]> {
  for (const [name, parse] of [
    [FLASHER_ARGS, readFlasherArgs],
    [MANIFEST, readManifest],
  ] as const) {
    const found = [...files].filter(([path]) => path === name || path.endsWith(`/${name}`));
    // A build folder has others further down: the bootloader's own.
    const [first] = found.sort(([a], [b]) => a.split('/').length - b.split('/').length);
    if (first !== undefined) return [first[0], parse(await first[1].text())];
  }
  throw new FlashError(
    'NO_IMAGES',
    `none of these files is ${FLASHER_ARGS} or ${MANIFEST}: they say what is written where`,
  );
}

export function chosenFiles(list: Iterable<File>): Map<string, File> {
  return new Map([...list].map((file) => [file.webkitRelativePath || file.name, file]));
}

/** Folders are walked. */
export async function droppedFiles(items: Iterable<DataTransferItem>): Promise<Map<string, File>> {
  const files = new Map<string, File>();
  // All of them at once: the list is empty after the first wait.
  const entries = [...items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  for (const entry of entries) await collect(entry, files);
  return files;
}

async function collect(entry: FileSystemEntry, files: Map<string, File>): Promise<void> {
  const path = entry.fullPath.replace(/^\//, '');
  if (entry.isFile) {
    files.set(path, await new Promise((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject)));
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return;
    for (const child of some) await collect(child, files);
  }
}
