/** What is written to a board over its serial port, and what is said when it cannot be. */
import { describe, expect, it } from 'vitest';
import { flash, type FlashProgress } from '../../host/flash/flash.js';
import { forChip, type ImageSet } from '../../host/flash/images.js';
import { LogLines } from '../../host/flash/log-lines.js';
import { APP_LOG, Board, type BoardOptions } from './fake/board.js';
import { FakeSerialPort } from './fake/web-serial.js';
import { imageSet } from './images.js';

function scene(
  options: BoardOptions = {},
  sets: readonly ImageSet[] = [imageSet(options.kind === 'esp32c3' ? 'esp32c3' : 'esp32')],
) {
  const board = new Board(options);
  const port = new FakeSerialPort(board);
  const progress: FlashProgress[] = [];
  return { board, port, progress, images: (chip: ImageSet['chip']) => forChip(sets, chip), sets };
}

function isOn(board: Board, { images }: ImageSet): boolean {
  return images.every(({ offset, data }) =>
    Buffer.from(data).equals(board.flash.bytes.subarray(offset, offset + data.length)),
  );
}

describe.concurrent('flashing a board', () => {
  it.each(['esp32', 'esp32c3'] as const)(
    'an %s gets its images, which are read back, and restarts into its app',
    async (kind) => {
      const { board, port, progress, images, sets } = scene({ kind });
      const set = forChip(sets, kind);
      const found: string[] = [];
      const outcome = await flash(port, {
        images,
        onChip: (chip) => found.push(chip),
        onProgress: (one) => progress.push(one),
      });
      const bytes = set.images.reduce((sum, { data }) => sum + data.length, 0);
      expect(outcome).toEqual({ chip: kind, bytes, isRestarted: true });
      expect(found).toEqual([kind]);
      // Compressed, with the stub and all questions.
      expect(board.receivedBytes).toBeLessThan(bytes);
      expect(isOn(board, set)).toBe(true);
      expect(board.isInDownload).toBe(false);
      expect(port.readable).toBeNull();
      const steps = [...new Set(progress.map(({ step }) => step))];
      expect(steps).toEqual(['connect', 'write', 'verify', 'restart']);
      const written = progress.filter(({ step }) => step === 'write').map(({ doneBytes }) => doneBytes);
      expect(written).toEqual([...written].sort((a, b) => a - b));
      expect(written.at(-1)).toBe(bytes);
    },
  );

  it('what lies beside the images stays: the settings of a board are between them', async () => {
    const { board, port, images } = scene();
    board.flash.bytes.fill(0x77, 0x9000, 0x10000);
    await flash(port, { images });
    expect(board.flash.bytes.subarray(0x9000, 0x10000).every((byte) => byte === 0x77)).toBe(true);
  });

  it('of several builds the one for the chip is taken', async () => {
    const sets = [imageSet('esp32', 9000), imageSet('esp32c3', 7000)];
    const { board, port, images } = scene({ kind: 'esp32c3' }, sets);
    expect((await flash(port, { images })).chip).toBe('esp32c3');
    expect(isOn(board, forChip(sets, 'esp32c3'))).toBe(true);
  });

  it('images for another chip: nothing is written, and the line names both', async () => {
    const { board, port, images } = scene({ kind: 'esp32c3' }, [imageSet('esp32')]);
    const before = Buffer.from(board.flash.bytes);
    await expect(flash(port, { images })).rejects.toMatchObject({
      code: 'WRONG_CHIP',
      message: 'the chip is an ESP32-C3; the images are for ESP32',
    });
    expect(before.equals(board.flash.bytes)).toBe(true);
    expect(board.loader.isStub).toBe(false);
    expect(port.readable).toBeNull();
  });

  it('another chip than the one that was asked for is left alone', async () => {
    const { board, port, images } = scene({}, [imageSet('esp32'), imageSet('esp32c3')]);
    await expect(flash(port, { images, chip: 'esp32c3' })).rejects.toMatchObject({
      code: 'WRONG_CHIP',
      message: 'the chip is an ESP32, not an ESP32-C3',
    });
    expect(board.loader.blocks).toBe(0);
  });

  it('a chip that we have nothing for is named', async () => {
    const { port, images } = scene({ kind: 'esp32h2' }, [imageSet('esp32')]);
    await expect(flash(port, { images })).rejects.toMatchObject({
      code: 'WRONG_CHIP',
      message: /^the chip is an ESP32-H2;/,
    });
  });

  it('a cable that is pulled in the middle ends it at once, and nothing is claimed', async () => {
    const { board, port, progress, images, sets } = scene({
      onBlock: (blocks) => {
        if (blocks === 2) port.pull();
      },
    });
    const told = flash(port, { images, onProgress: (one) => progress.push(one) });
    await expect(told).rejects.toMatchObject({ code: 'PORT_LOST' });
    expect(isOn(board, forChip(sets, 'esp32'))).toBe(false);
    expect(progress.map(({ step }) => step)).not.toContain('verify');
    expect(board.loader.blocks).toBe(2);
    // Nor is it tried again, as with a chip that is slow: longer than esptool-js waits before it does.
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(port.vain).toBe(0);
  });

  it('a chip that goes silent in the middle is not waited for without end', { timeout: 60_000 }, async () => {
    const { board, port, images } = scene({ onBlock: () => void (board.send = () => undefined) });
    await expect(flash(port, { images })).rejects.toMatchObject({ code: 'NO_ANSWER', message: /no longer answers/ });
  });

  it('a flash that reads back wrong is said so, and the board is not restarted into it', async () => {
    const { board, port, images } = scene();
    const { images: parts } = imageSet('esp32');
    const app = parts[2];
    const index = app?.data.findIndex((byte, at) => at > 30_000 && byte !== 0xff) ?? 0;
    board.flash.worn = 0x10000 + index;
    const starts = (): number => board.starts;
    let before = 0;
    await expect(flash(port, { images, onProgress: () => (before = starts()) })).rejects.toMatchObject({
      code: 'VERIFY',
      message: /^firmshake\.bin at 0x10000 reads back wrong/,
    });
    expect(starts()).toBe(before);
  });

  it('a board that does not answer: what to do with its buttons', { timeout: 60_000 }, async () => {
    const { port, images } = scene({ isMute: true });
    await expect(flash(port, { images })).rejects.toMatchObject({ code: 'NO_ANSWER', message: /hold its BOOT button/ });
  });

  it('the log of a board that was flashed is its app', async () => {
    const { board, port, images } = scene();
    await flash(port, { images });
    await port.open({ baudRate: 115_200 });
    const lines: string[] = [];
    const log = new LogLines(({ text }) => lines.push(text));
    const reader = port.readable?.getReader();
    board.lines({ dtr: false, rts: true });
    board.lines({ rts: false });
    for (let count = 0; count < 2; count++) log.add((await reader?.read())?.value ?? new Uint8Array(0));
    expect(lines.at(-1)).toBe(APP_LOG.trim());
  });
});
