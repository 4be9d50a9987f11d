/** What menuconfig of boards/esp32 offers, as ESP-IDF's own tool reads it; its partitions; its example. */

import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../../../host/build/constants.js';
import { INSTALL_MS } from '../../support/python.js';
import { configure, settingsIn, type Chip } from './project.js';

const PROJECT = path.join(ROOT, 'boards/esp32');
const CHIPS: readonly Chip[] = ['esp32', 'esp32s3', 'esp32c3', 'esp32c6'];

async function settings(name: string, chip: Chip, config: Record<string, string> = {}): Promise<Map<string, string>> {
  return await settingsIn((await configure(name, { chip, config })).folder);
}

async function sources(): Promise<string> {
  const main = path.join(PROJECT, 'main');
  const files = (await readdir(main)).filter((name) => /\.(c|h|cmake|txt)$/.test(name));
  return (await Promise.all(files.map((name) => readFile(path.join(main, name), 'utf8')))).join('\n');
}

/** What it says of itself; and that the driver of the W5500 is asked for, whatever the interface is: ESP-IDF 6 does not know its name. */
const HARMLESS =
  /^Loading defaults file|^NOTE: (Kconfig parser version|Kconfig defaults policy|Status: Finished)|ETH_SPI_ETHERNET_W5500 has user-set value y/;

describe('menuconfig', { timeout: INSTALL_MS }, () => {
  test.each(CHIPS)('offers what it offers for %s without a complaint of the tool', async (chip) => {
    const { warnings } = await configure(`m-${chip}`, { chip });
    const complaints = warnings.split('\n').filter((line) => line !== '' && !HARMLESS.test(line));
    expect(complaints).toEqual([]);
  });

  test('has every symbol that the sources ask for, and no other', async () => {
    const declared = new Set(
      [...(await readFile(path.join(PROJECT, 'main/Kconfig.projbuild'), 'utf8')).matchAll(/^\s*config (\w+)/gm)].map(
        ([, name = '']) => name,
      ),
    );
    const text = await sources();
    const used = new Set([...text.matchAll(/CONFIG_(FIRMSHAKE_\w+)/g)].map(([, name = '']) => name));
    expect([...used].filter((name) => !declared.has(name))).toEqual([]);
    // What stands for itself: the other choice of two, and sizes of which a number is made.
    const spare = [...declared].filter((name) => !used.has(name) && !/_RING_\d+K$/.test(name)).sort();
    expect(spare).toEqual(['FIRMSHAKE_ENGINE_INTERP', 'FIRMSHAKE_LINK_OPENETH', 'FIRMSHAKE_TIMER_GPTIMER']);
  });

  test('gives the interpreter to every chip, and the smaller module to the one with little RAM', async () => {
    const [small, large] = [await settings('s0', 'esp32'), await settings('s1', 'esp32c3')];
    expect([small.get('WAMR_ENABLE_INTERP'), large.get('WAMR_ENABLE_INTERP')]).toEqual(['y', 'y']);
    expect([small.get('FIRMSHAKE_OPTIMIZE_SIZE'), large.get('FIRMSHAKE_OPTIMIZE_SIZE')]).toEqual(['y', undefined]);
    // The largest piece of RAM that an ESP32 has beside its static memory: 0x3ffe4350 to 0x40000000, and the heap's own.
    expect(Number(small.get('FIRMSHAKE_POOL_BYTES'))).toBeLessThan(0x40000000 - 0x3ffe4350 - 512);
  });

  test('switches on the driver that an interface needs', async () => {
    const emac = await settings('s2', 'esp32', { FIRMSHAKE_LINK_EMAC: 'y' });
    expect(emac.get('ETH_USE_ESP32_EMAC')).toBe('y');
    const w5500 = await settings('s3', 'esp32c3', { FIRMSHAKE_LINK_W5500: 'y' });
    expect([w5500.get('ETH_USE_SPI_ETHERNET'), w5500.get('ETH_SPI_ETHERNET_W5500')]).toEqual(['y', 'y']);
    expect((await settings('s4', 'esp32c6', { FIRMSHAKE_LINK_OPENETH: 'y' })).get('ETH_USE_OPENETH')).toBe('y');
  });

  test('has no internal MAC where the chip has none, and one core where there is one', async () => {
    const c3 = await settings('s5', 'esp32c3', { FIRMSHAKE_LINK_EMAC: 'y' });
    expect(c3.get('FIRMSHAKE_LINK_WIFI')).toBe('y');
    expect(c3.get('FIRMSHAKE_TASK_CORE')).toBe('0');
    expect((await settings('s6', 'esp32s3')).get('FIRMSHAKE_TASK_CORE')).toBe('1');
  });

  test("takes OpenCores' Ethernet, and the timer that every emulator has, for sdkconfig.emulator", async () => {
    const text = await readFile(path.join(PROJECT, 'sdkconfig.emulator'), 'utf8');
    const chosen = Object.fromEntries(
      [...text.matchAll(/^CONFIG_(\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
    );
    const emulated = await settings('s9', 'esp32c3', chosen);
    expect([emulated.get('ETH_USE_OPENETH'), emulated.get('FIRMSHAKE_TIMER_ESP')]).toEqual(['y', 'y']);
    expect(emulated.get('FIRMSHAKE_ADDRESS')).toBe('"10.73.0.2/24"');
  });

  test('takes the timer that light sleep ends for where the chip may sleep', async () => {
    const asleep = await settings('s7', 'esp32c3', { PM_ENABLE: 'y', FREERTOS_USE_TICKLESS_IDLE: 'y' });
    expect([asleep.get('FIRMSHAKE_TIMER_ESP'), asleep.get('FIRMSHAKE_LIGHT_SLEEP')]).toEqual(['y', 'y']);
    expect((await settings('s8', 'esp32c3')).get('FIRMSHAKE_TIMER_GPTIMER')).toBe('y');
  });
});

interface Partition {
  name: string;
  type: string;
  offset: number;
  size: number;
}

async function partitions(): Promise<Partition[]> {
  const text = await readFile(path.join(PROJECT, 'partitions.csv'), 'utf8');
  const rows = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return rows.map((row) => {
    const [name = '', type = '', , offset = '', size = ''] = row.split(',').map((cell) => cell.trim());
    return { name, type, offset: Number(offset), size: Number(size) };
  });
}

describe('the partition table', () => {
  test('lies behind the table itself, without gaps that overlap, within the 2 MB that ESP-IDF assumes of flash', async () => {
    const rows = await partitions();
    // ESP-IDF, "Partition Tables": the table is at 0x8000, and takes 0x1000.
    let end = 0x9000;
    for (const { name, type, offset, size } of rows) {
      expect({ name, isBehind: offset >= end, isAligned: offset % (type === 'app' ? 0x10000 : 0x1000) === 0 }).toEqual({
        name,
        isBehind: true,
        isAligned: true,
      });
      expect(size % 0x1000).toBe(0);
      end = offset + size;
    }
    expect(end).toBeLessThanOrEqual(2 << 20);
  });

  test('has the app where the tools flash it, and a slot by the name that the firmware looks for', async () => {
    const rows = await partitions();
    expect(rows.find(({ type }) => type === 'app')?.offset).toBe(0x10000);
    const slot = rows.find(({ name }) => name === 'module');
    // Two modules, and the journal's two sectors: boards/slot.
    expect(slot?.size).toBeGreaterThanOrEqual(2 * 100 * 1024 + 2 * 4096);
    const storage = await readFile(path.join(PROJECT, 'main/slot_storage.c'), 'utf8');
    expect(storage).toContain('ESP_PARTITION_SUBTYPE_DATA_UNDEFINED, "module"');
  });
});

test('the example is shorter than 50 lines', async () => {
  const text = await readFile(path.join(PROJECT, 'main/app_example.c'), 'utf8');
  expect(text.trimEnd().split('\n').length).toBeLessThan(50);
});
