/** The Wi-Fi file against the headers of Espressif's driver: those of ESP-IDF 5.5.1, which a crate carries. */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { crate } from '../../../host/boards/wamr.js';
import { ROOT } from '../../../host/build/constants.js';
import { runCommand } from '../../support/firmshake.js';
import { INSTALL_MS } from '../../support/python.js';
import { CPUS, type Chip } from './project.js';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const MANIFEST = path.join(HERE, 'wifi-headers/Cargo.toml');
const CHIPS: readonly Chip[] = ['esp32', 'esp32s3', 'esp32c3', 'esp32c6'];

let headers: string;
beforeAll(async () => {
  headers = path.join((await crate(MANIFEST, 'esp-wifi-sys')).folder, 'include');
}, INSTALL_MS);

function compileFor(chip: Chip, file: string) {
  const { COMPILER, FLAGS } = CPUS[chip];
  const own = ['esp32/main', 'common', 'port', 'apps'].map((folder) => `-I${path.join(ROOT, 'boards', folder)}`);
  const theirs = [chip, '.', 'local'].flatMap((folder) => ['-isystem', path.join(headers, folder)]);
  return runCommand(
    COMPILER,
    ...FLAGS.split(' '),
    ...['-std=gnu17', '-Os', '-Wall', '-Wextra', '-Werror', '-S', '-o', '/dev/null'],
    ...['-include', path.join(HERE, 'wifi-headers/before.h')],
    ...own,
    ...theirs,
    // Of what is not the driver's: esp_mac.h and esp_random.h.
    ...['-idirafter', path.join(HERE, 'stubs'), file],
  );
}

describe("the Wi-Fi file compiles against the driver's own headers for", () => {
  test.each(CHIPS)('%s', async (chip) => {
    const outcome = await compileFor(chip, path.join(ROOT, 'boards/esp32/main/wifi.c'));
    expect(outcome.stderr).toBe('');
    expect(outcome.code).toBe(0);
  });
});

test('these headers are the ones that are meant, and no stubs', () => {
  const declared = readFileSync(path.join(headers, 'esp_private/wifi.h'), 'utf8');
  expect(declared).toContain('esp_wifi_internal_free_rx_buffer');
  expect(readFileSync(path.join(headers, 'esp32c3/sdkconfig.h'), 'utf8')).toContain('(ESP-IDF) 5.5.1');
});
