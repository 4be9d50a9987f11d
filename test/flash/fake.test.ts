/** The fake board is a board: Espressif's own tool flashes it over a pseudo-terminal and is content, or finds what is wrong. */
import path from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Board, type BoardOptions } from './fake/board.js';
import { PtyPort } from './fake/pty.js';
import { esptool, INSTALL_MS, installEsptool } from './esptool/esptool.js';
import { buildFolder, imageSet } from './images.js';

let folder = '';
beforeAll(async () => {
  folder = await installEsptool();
}, INSTALL_MS);

const ports: PtyPort[] = [];
afterEach(() => ports.splice(0).forEach((port) => port.pull()));

function portOf(options: BoardOptions = {}): PtyPort {
  const port = new PtyPort(new Board({ isDownload: true, ...options }));
  ports.push(port);
  return port;
}

describe('esptool at the fake board', () => {
  // Its stub, the ROM's own loader with its four bytes of status and its MD5 in letters, and both ways of sending.
  it.each([
    ['esp32', []],
    ['esp32c3', []],
    ['esp32', ['--no-stub']],
    ['esp32c3', ['--no-stub']],
    ['esp32', ['--no-compress']],
  ] as const)('flashes an %s, %j, and reads it back', async (kind, options) => {
    const port = portOf({ kind });
    const set = imageSet(kind, 30_001);
    const images = buildFolder(set);
    const global = options.filter((option) => option === '--no-stub');
    const files = set.images.flatMap(({ offset, path: name }) => [`${offset}`, path.join(images, name)]);
    const { code, stdout, stderr } = await esptool(
      folder,
      ...['--port', port.path, '--before', 'no-reset', '--after', 'no-reset', ...global, 'write-flash'],
      ...options.filter((option) => option !== '--no-stub'),
      ...files,
    );
    expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: '' });
    expect(stdout.match(/Hash of data verified/g), stdout).toHaveLength(3);
    for (const { offset, data } of set.images) {
      expect(Buffer.from(data).equals(port.board.flash.bytes.subarray(offset, offset + data.length))).toBe(true);
    }
  });

  it('finds a cell that has worn out', async () => {
    const port = portOf();
    const set = imageSet('esp32', 30_001);
    port.board.flash.worn =
      0x10000 + 25_000 + [...(set.images[2]?.data.subarray(25_000) ?? [])].findIndex((byte) => byte !== 0xff);
    const app = path.join(buildFolder(set), 'firmshake.bin');
    const reach = ['--port', port.path, '--before', 'no-reset', '--after', 'no-reset'];
    const { code, stdout, stderr } = await esptool(folder, ...reach, 'write-flash', '0x10000', app);
    expect(code, stdout).not.toBe(0);
    expect(stdout + stderr).toMatch(/MD5 of file does not match/);
  });

  it('knows its flash', async () => {
    const port = portOf({ kind: 'esp32c3' });
    const reach = ['--port', port.path, '--before', 'no-reset', '--after', 'no-reset'];
    const { code, stdout } = await esptool(folder, ...reach, 'flash-id');
    expect(code, stdout).toBe(0);
    expect(stdout).toMatch(/Chip type:\s+ESP32-C3/);
    expect(stdout).toMatch(/Detected flash size: 4MB/);
  });
});
