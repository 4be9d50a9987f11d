/** What the build of boards/esp32 refuses, and with which words: somebody reads them there, and nobody on a board. */

import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../../../host/build/constants.js';
import { INSTALL_MS } from '../../support/python.js';
import { compile, configureLog, type Choice } from './project.js';

/** What CMake says. It breaks lines where it likes. */
async function refusal(name: string, choice: Choice): Promise<string> {
  await expect(compile(name, choice)).rejects.toMatchObject({ code: 'BUILD_FAILED' });
  return (await configureLog(name)).replace(/\s+/g, ' ');
}

/** A file that begins as one of this version. */
async function aotFile(name: string, version: number): Promise<string> {
  const file = path.join(ROOT, 'build/test/esp32', `${name}.aot`);
  await writeFile(file, Buffer.concat([Buffer.from('\0aot'), Buffer.from([version, 0, 0, 0]), Buffer.alloc(100)]));
  return file;
}

const aot = (file: string): Choice => ({
  chip: 'esp32c3',
  config: { FIRMSHAKE_ENGINE_AOT: 'y', FIRMSHAKE_AOT_FILE: `"${file}"`, ESP_SYSTEM_MEMPROT_FEATURE: 'n' },
});

describe('the build of boards/esp32 refuses', { timeout: INSTALL_MS }, () => {
  test('a module that is compiled for another AOT format than the runtime has, and names both', async () => {
    // Its WAMR is this repository's, with version 6.
    const said = await refusal('r0', aot(await aotFile('five', 5)));
    expect(said).toMatch(
      /five\.aot has version 5 of the AOT format, and this WAMR runs version 6: make it with the wamrc/,
    );
  });

  test('an engine ahead of time without a file', async () => {
    expect(await refusal('r1', aot(''))).toContain('"The .aot file" names none that is there');
    expect(await refusal('r2', aot('/nowhere.aot'))).toContain('"The .aot file" names none that is there');
  });

  test('a file that is no .aot file', async () => {
    const file = path.join(ROOT, 'build/modules/lan/module.bin');
    expect(await refusal('r3', aot(file))).toContain('module.bin is no .aot file');
  });

  test('code in RAM that is protected', async () => {
    const { config } = aot(await aotFile('protected', 6));
    const said = await refusal('r7', { chip: 'esp32c3', config: { ...config, ESP_SYSTEM_MEMPROT_FEATURE: 'y' } });
    expect(said).toContain('with CONFIG_ESP_SYSTEM_MEMPROT_FEATURE no RAM is executable');
  });

  test('the interpreter that writes into flash', async () => {
    const said = await refusal('r4', { chip: 'esp32c3', config: { WAMR_INTERP_CLASSIC: 'y' } });
    expect(said).toContain("WAMR's classic interpreter writes into the module's bytes");
  });

  test('to go on without the runtime', async () => {
    const said = await refusal('r5', { chip: 'esp32c3', wamr: '' });
    expect(said).toContain('The component espressif/wasm-micro-runtime is missing');
  });
});

test(
  'a module of the version that the runtime has is embedded',
  async () => {
    const right = aot(await aotFile('six', 6));
    await expect(compile('r6', right)).resolves.toBeUndefined();
  },
  INSTALL_MS,
);
