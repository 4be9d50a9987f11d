/** boards/esp32 compiles without a warning for every chip, interface and ESP-IDF that it is for. Nothing of it runs here. */

import { describe, expect, test } from 'vitest';
import { INSTALL_MS } from '../../support/python.js';
import { compile, type Choice } from './project.js';

const yes = (...symbols: string[]): Record<string, string> => Object.fromEntries(symbols.map((name) => [name, 'y']));

const CHOICES: Readonly<Record<string, Choice>> = {
  'an ESP32-C3 on Wi-Fi': { chip: 'esp32c3' },
  'an ESP32 on Wi-Fi, ESP-IDF 5.1': { chip: 'esp32', idf: '5.1.7' },
  'an ESP32-C6 on Wi-Fi with light sleep, the slot and the example, ESP-IDF 6': {
    chip: 'esp32c6',
    idf: '6.0.2',
    config: {
      ...yes('PM_ENABLE', 'FREERTOS_USE_TICKLESS_IDLE', 'FIRMSHAKE_EXAMPLE'),
      FIRMSHAKE_UPLOAD_KEY: '"0123456789abcdef"',
      FIRMSHAKE_SSID: '"home"',
    },
  },
  'an ESP32 with a PHY, ESP-IDF 5.1': { chip: 'esp32', idf: '5.1.7', config: yes('FIRMSHAKE_LINK_EMAC') },
  'an ESP32 with a PHY that it gives its clock': {
    chip: 'esp32',
    config: { ...yes('FIRMSHAKE_LINK_EMAC', 'FIRMSHAKE_PHY_CLOCK_OUT'), FIRMSHAKE_PHY_POWER: '12' },
  },
  'an ESP32 with a PHY, ESP-IDF 6': { chip: 'esp32', idf: '6.0.2', config: yes('FIRMSHAKE_LINK_EMAC') },
  'an ESP32-S3 with a W5500': { chip: 'esp32s3', config: yes('FIRMSHAKE_LINK_W5500') },
  'an ESP32-C3 with a W5500, ESP-IDF 6': { chip: 'esp32c3', idf: '6.0.2', config: yes('FIRMSHAKE_LINK_W5500') },
  'an ESP32-C3 in an emulator': { chip: 'esp32c3', config: yes('FIRMSHAKE_LINK_OPENETH', 'FIRMSHAKE_PROFILE_TINY') },
  'an ESP32 in an emulator, ESP-IDF 5.1': { chip: 'esp32', idf: '5.1.7', config: yes('FIRMSHAKE_LINK_OPENETH') },
  'an ESP32 in an emulator, ESP-IDF 6': {
    chip: 'esp32',
    idf: '6.0.2',
    config: yes('FIRMSHAKE_LINK_OPENETH', 'FIRMSHAKE_TIMER_ESP', 'FIRMSHAKE_PROFILE_LAN'),
  },
};

const names = Object.keys(CHOICES);

describe('boards/esp32 compiles, with every warning an error, for', () => {
  test.each(names)('%s', { timeout: INSTALL_MS }, async (name) => {
    const choice = CHOICES[name];
    if (choice === undefined) throw new Error(name);
    await expect(compile(`c${names.indexOf(name)}`, choice)).resolves.toBeUndefined();
  });
});
