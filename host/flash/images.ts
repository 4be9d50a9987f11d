/** What is written: for each chip some files, each at its place. */
import { CHIP_FACTS, CHIPS, familyOf, type Chip } from './chips.js';
import { FlashError } from './errors.js';

export interface Part {
  /** As its maker named it: `bootloader/bootloader.bin`. */
  readonly path: string;
  readonly offset: number;
}

export interface Build {
  readonly chip: Chip;
  readonly parts: readonly Part[];
}

export interface Listing {
  readonly name: string;
  readonly version: string | undefined;
  readonly builds: readonly Build[];
}

export interface Image extends Part {
  readonly data: Uint8Array;
}

/** All that one chip gets, in order of offset. */
export interface ImageSet {
  readonly chip: Chip;
  readonly images: readonly Image[];
}

const IMAGE_MAGIC = 0xe9;
/** No module of these chips has more. */
const MOST_FLASH_BYTES = 16 << 20;

/** What there is for a chip, of builds or of sets. @throws FlashError WRONG_CHIP */
export function forChip<B extends { readonly chip: Chip }>(builds: readonly B[], chip: Chip): B {
  const found = builds.find((build) => build.chip === chip);
  if (found !== undefined) return found;
  const there = builds.map((build) => familyOf(build.chip)).join(', ');
  throw new FlashError('WRONG_CHIP', `the chip is an ${familyOf(chip)}; the images are for ${there}`);
}

/**
 * Reads a build's files and checks that they can be written as they are.
 *
 * @throws FlashError BAD_IMAGES: one is empty, for another chip, beyond the flash, or where another is
 */
export async function readBuild(build: Build, read: (path: string) => Promise<Uint8Array>): Promise<ImageSet> {
  const images: Image[] = [];
  for (const part of build.parts) images.push({ ...part, data: await read(part.path) });
  images.sort((a, b) => a.offset - b.offset);
  for (const image of images) checkImage(image, build.chip);
  images.forEach((image, index) => checkRoom(image, images[index + 1]));
  return { chip: build.chip, images };
}

function checkImage({ path, data }: Image, chip: Chip): void {
  if (data.length === 0) throw new FlashError('BAD_IMAGES', `${path} is empty`);
  const owner = chipOf(data);
  if (owner === undefined || owner === chip) return;
  throw new FlashError('BAD_IMAGES', `${path} is for ${familyOf(owner)}, not for ${familyOf(chip)}`);
}

/** Whose a bootloader or an app is: its header says it. Other files do not. */
function chipOf(data: Uint8Array): Chip | undefined {
  if (data[0] !== IMAGE_MAGIC) return undefined;
  const id = (data[12] ?? 0) | ((data[13] ?? 0) << 8);
  return CHIPS.find((chip) => CHIP_FACTS[chip].imageId === id);
}

function checkRoom({ path, offset, data }: Image, next: Image | undefined): void {
  const end = offset + data.length;
  if (end > MOST_FLASH_BYTES) throw new FlashError('BAD_IMAGES', `${path} ends at ${hex(end)}, beyond any flash`);
  if (next === undefined || end <= next.offset) return;
  throw new FlashError('BAD_IMAGES', `${path} ends at ${hex(end)}, where ${next.path} is (from ${hex(next.offset)})`);
}

export function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
