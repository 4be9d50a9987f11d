/** Images as idf.py builds them, in their form: bytes that become half as many when compressed. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { CHIP_FACTS, type Chip } from '../../host/flash/chips.js';
import type { Image, ImageSet } from '../../host/flash/images.js';

/** A header of an app or a bootloader, then noise of four bits a byte. */
function image(chip: Chip, bytes: number, seed: number): Uint8Array {
  let state = seed;
  const data = Uint8Array.from({ length: bytes }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state >>> 28;
  });
  data.set([0xe9, 3, 2, 0x20]);
  new DataView(data.buffer).setUint16(12, CHIP_FACTS[chip].imageId, true);
  return data;
}

export function imageSet(chip: Chip, appBytes = 50_003): ImageSet {
  const table = new Uint8Array(0xc00).fill(0xff);
  table.set([0xaa, 0x50, 1, 2]);
  const images: Image[] = [
    { path: 'bootloader/bootloader.bin', offset: CHIP_FACTS[chip].bootloader, data: image(chip, 20_000, 1) },
    { path: 'partition_table/partition-table.bin', offset: 0x8000, data: table },
    { path: 'firmshake.bin', offset: 0x10000, data: image(chip, appBytes, 2) },
  ];
  return { chip, images };
}

/** Is gone when the running test has ended. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'firmshake-flash-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** As `idf.py build` leaves it. */
export function buildFolder(set: ImageSet): string {
  const folder = temporaryFolder();
  for (const { path: name, data } of set.images) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), data);
  }
  const files = Object.fromEntries(set.images.map(({ path, offset }) => [`0x${offset.toString(16)}`, path]));
  const args = {
    write_flash_args: ['--flash_mode', 'dio', '--flash_size', '4MB', '--flash_freq', '40m'],
    flash_settings: { flash_mode: 'dio', flash_size: '4MB', flash_freq: '40m' },
    flash_files: files,
    extra_esptool_args: { after: 'hard_reset', before: 'default_reset', stub: true, chip: set.chip },
  };
  writeFileSync(path.join(folder, 'flasher_args.json'), JSON.stringify(args, null, 4));
  return folder;
}
