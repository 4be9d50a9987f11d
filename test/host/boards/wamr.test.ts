/** Where WAMR's source comes from; and where it cannot be had, one line that says what to do. */

import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { findCommand } from '../../../host/tap/index.js';

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'firmshake-wamr-'));
  vi.stubEnv('PATH', folder);
  vi.stubEnv('WAMR_ROOT_DIR', undefined);
  // It looks once in a process.
  vi.resetModules();
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const source = async (): Promise<string> => (await import('../../../host/boards/wamr.js')).wamrSource();

/** A cargo that says this, whatever it is asked. */
async function cargo(script: string): Promise<void> {
  const file = path.join(folder, 'cargo');
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
}

test('without cargo: what to install', async (context) => {
  // Some systems keep all commands in /usr/sbin, where it is looked for whatever PATH says.
  context.skip(findCommand('cargo') !== undefined, 'cargo is beside the commands of root');
  await expect(source()).rejects.toMatchObject({
    code: 'TOOL_MISSING',
    message: 'the command cargo is missing; as root, on Debian: apt install cargo (or rustup)',
  });
});

test.each(['cargo 0.66.0', 'cargo 1.84.1 (66221abde 2024-11-19)'])('with %s: which one is needed', async (version) => {
  await cargo(`echo '${version}'`);
  const message = `${version.split(' (')[0] ?? ''} is too old for wamrx-sys: 1.85 is needed (rustup, or Debian 13)`;
  await expect(source()).rejects.toMatchObject({ code: 'TOOL_MISSING', message });
});

test('without network: what cargo says of it', async () => {
  const reason = '[6] Could not resolve hostname (Could not resolve host: index.crates.io)';
  await cargo(`if [ "$1" = --version ]; then echo 'cargo 1.85.0'; else echo '${reason}' >&2; exit 101; fi`);
  await expect(source()).rejects.toMatchObject({ code: 'WAMR_MISSING', message: `cargo fetch failed: ${reason}` });
});

test('with WAMR_ROOT_DIR: that checkout, and nobody asks cargo', async () => {
  vi.stubEnv('WAMR_ROOT_DIR', folder);
  const message = `${folder} (from WAMR_ROOT_DIR) is no WAMR: it has no build-scripts/runtime_lib.cmake`;
  await expect(source()).rejects.toMatchObject({ code: 'WAMR_MISSING', message });
  await mkdir(path.join(folder, 'build-scripts'));
  await writeFile(path.join(folder, 'build-scripts/runtime_lib.cmake'), '');
  await expect(source()).resolves.toBe(folder);
});
