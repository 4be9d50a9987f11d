/** Espressif's esptool. */
import { fileURLToPath } from 'node:url';
import type { Outcome } from '../../support/firmshake.js';
import { installPython, runPython } from '../../support/python.js';

export { INSTALL_MS } from '../../support/python.js';

/** @throws an Error with what pip says */
export function installEsptool(): Promise<string> {
  return installPython(fileURLToPath(new URL('requirements.txt', import.meta.url)));
}

export function esptool(folder: string, ...args: string[]): Promise<Outcome> {
  return runPython(folder, 'esptool', ...args);
}
