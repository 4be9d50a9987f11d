/** The two files that say what is written where: what idf.py leaves, and the manifest of ESP Web Tools. */
import { chipOfFamily, isChip, CHIPS } from './chips.js';
import { FlashError } from './errors.js';
import type { Build, Listing, Part } from './images.js';

export const FLASHER_ARGS = 'flasher_args.json';
export const MANIFEST = 'manifest.json';

type Fields = Readonly<Record<string, unknown>>;

/** `idf.py build` leaves one next to its images. @throws FlashError BAD_IMAGES */
export function readFlasherArgs(text: string): Listing {
  const root = fields(parsed(FLASHER_ARGS, text));
  const chip = fields(root?.['extra_esptool_args'])?.['chip'];
  const files = fields(root?.['flash_files']);
  if (typeof chip !== 'string' || files === undefined) throw bad(FLASHER_ARGS, 'it has no chip or no flash_files');
  if (!isChip(chip)) throw bad(FLASHER_ARGS, `it is for ${chip}; there are ${CHIPS.join(', ')}`);
  const parts = Object.entries(files).map(([offset, path]) => partOf(FLASHER_ARGS, path, Number(offset)));
  return listing(FLASHER_ARGS, { name: 'Firmshake', version: undefined, builds: [{ chip, parts }] });
}

/** Chips that we know nothing of are left out. @throws FlashError BAD_IMAGES */
export function readManifest(text: string): Listing {
  const root = fields(parsed(MANIFEST, text));
  const builds = root?.['builds'];
  if (!Array.isArray(builds)) throw bad(MANIFEST, 'it has no builds');
  const version = root?.['version'];
  const name = root?.['name'];
  return listing(MANIFEST, {
    name: typeof name === 'string' ? name : 'images',
    version: typeof version === 'string' ? version : undefined,
    builds: builds.map(buildOf).filter((build) => build !== undefined),
  });
}

function buildOf(build: unknown): Build | undefined {
  const { chipFamily, parts } = fields(build) ?? {};
  if (typeof chipFamily !== 'string' || !Array.isArray(parts))
    throw bad(MANIFEST, 'a build has no chipFamily or parts');
  const chip = chipOfFamily(chipFamily);
  if (chip === undefined) return undefined;
  return { chip, parts: parts.map(fields).map((part) => partOf(MANIFEST, part?.['path'], part?.['offset'])) };
}

function partOf(file: string, path: unknown, offset: unknown): Part {
  const isOffset = typeof offset === 'number' && Number.isInteger(offset) && offset >= 0;
  if (typeof path !== 'string' || path === '' || !isOffset) throw bad(file, 'a part has no path or no offset');
  // Next to it and below: a manifest from elsewhere names no file of this machine.
  if (path.split(/[/\\]/).includes('..') || /^([/\\]|[a-z]+:)/i.test(path)) throw bad(file, `${path} is outside of it`);
  return { path, offset };
}

function listing(file: string, found: Listing): Listing {
  if (found.builds.length === 0) throw bad(file, `it has none of ${CHIPS.join(', ')}`);
  if (found.builds.some(({ parts }) => parts.length === 0)) throw bad(file, 'a build has no parts');
  return found;
}

function parsed(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw bad(file, 'it is no JSON', cause);
  }
}

function fields(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

function bad(file: string, why: string, cause?: unknown): FlashError {
  return new FlashError('BAD_IMAGES', `${file}: ${why}`, { cause });
}
