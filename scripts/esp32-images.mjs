/**
 * Makes the images of a release out of what idf.py built for each chip: `node scripts/esp32-images.mjs OUT VERSION BUILD…`
 *
 * OUT has all files side by side, as a release has them, and a manifest.json (that of ESP Web Tools) which `firmshake flash
 * --images OUT` and the flash page read. The parts stay apart: one merged file would overwrite a board's settings.
 */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** @type {Readonly<Record<string, string>>} */
const FAMILIES = { esp32: 'ESP32', esp32s3: 'ESP32-S3', esp32c3: 'ESP32-C3', esp32c6: 'ESP32-C6' };

const [out, version, ...folders] = process.argv.slice(2);
if (out === undefined || version === undefined || folders.length === 0) {
  console.error('usage: node scripts/esp32-images.mjs OUT VERSION BUILD…');
  process.exit(2);
}

mkdirSync(out, { recursive: true });
const builds = folders.map((folder) => {
  const { extra_esptool_args, flash_files } = JSON.parse(readFileSync(join(folder, 'flasher_args.json'), 'utf8'));
  /** @type {string} */
  const chip = extra_esptool_args.chip;
  const chipFamily = FAMILIES[chip];
  if (chipFamily === undefined) throw new Error(`${folder} is for ${chip}`);
  const parts = Object.entries(flash_files).map(([offset, file]) => {
    const path = `${chip}-${basename(file)}`;
    copyFileSync(join(folder, file), join(out, path));
    return { path, offset: Number(offset) };
  });
  parts.sort((a, b) => a.offset - b.offset);
  return { chipFamily, parts };
});
writeFileSync(join(out, 'manifest.json'), `${JSON.stringify({ name: 'Firmshake', version, builds }, null, 2)}\n`);
console.log(`${out}: ${builds.map(({ chipFamily }) => chipFamily).join(', ')}`);
