/** The page as people have it: in Debian's Chromium, with a board at a port of Web Serial. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { ROOT } from '../../../host/build/constants.js';
import { familyOf } from '../../../host/flash/chips.js';
import type { ImageSet } from '../../../host/flash/images.js';
import { APP_LOG, Board, type BoardOptions } from '../fake/board.js';
import { FakeSerialPort } from '../fake/web-serial.js';
import { buildFolder, imageSet } from '../images.js';
import { seriousFaults } from './axe.js';
import { bridge } from './bridge.js';
import { Site } from './site.js';

const SCREENS = path.join(ROOT, 'build/reports/flash-page');
const LIMIT = { timeout: 30_000 };

let browser: Browser;
const site = new Site();

beforeAll(async () => {
  const configFile = fileURLToPath(new URL('../../../host/flash-page/vite.config.mjs', import.meta.url));
  await build({ configFile, logLevel: 'warn' });
  await mkdir(SCREENS, { recursive: true });
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  await site.open();
});

afterAll(async () => {
  await browser.close();
  await site.close();
});

beforeEach(() => site.beside.clear());

/** A manifest with these next to the page, as a release has them. */
function publish(...sets: ImageSet[]): void {
  const builds = sets.map(({ chip, images }) => ({
    chipFamily: familyOf(chip),
    parts: images.map(({ offset, data }) => {
      const name = `${chip}-${offset}.bin`;
      site.beside.set(name, data);
      return { path: name, offset };
    }),
  }));
  site.beside.set('manifest.json', JSON.stringify({ name: 'Firmshake', version: '0.1.0', builds }));
}

interface Opened {
  page: Page;
  board: Board;
  port: FakeSerialPort;
  complaints: string[];
}

async function withPage(
  options: BoardOptions & { isChosen?: boolean; context?: BrowserContextOptions },
  look: (opened: Opened) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext({
    viewport: { width: 900, height: 1000 },
    locale: 'en-GB',
    ...options.context,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  const board = new Board(options);
  const port = new FakeSerialPort(board);
  await bridge(page, port, options.isChosen);
  await page.goto(site.url);
  try {
    await look({ page, board, port, complaints });
  } finally {
    await context.close();
  }
}

const flashButton = (page: Page) => page.getByRole('button', { name: 'Flash', exact: true });
const screenshot = (page: Page, name: string) =>
  page.screenshot({ path: path.join(SCREENS, `${name}.png`), fullPage: true });

describe('the page that flashes', () => {
  it('takes the images next to it, flashes the board to the end and shows its log', async () => {
    const set = imageSet('esp32c3');
    publish(imageSet('esp32'), set);
    await withPage({ kind: 'esp32c3' }, async ({ page, board, complaints }) => {
      await expect.poll(() => page.locator('#images-list li').allTextContents()).toHaveLength(2);
      await screenshot(page, 'ready');
      await flashButton(page).click();
      await page.getByText(/^Done: 73,075 bytes on the ESP32-C3, written and read back/).waitFor(LIMIT);
      for (const { offset, data } of set.images) {
        expect(Buffer.from(data).equals(board.flash.bytes.subarray(offset, offset + data.length))).toBe(true);
      }
      expect(board.isInDownload).toBe(false);
      await page.getByRole('log').getByText(APP_LOG.trim()).waitFor(LIMIT);
      const starts = board.starts;
      await page.getByRole('button', { name: 'Restart the board' }).click();
      await expect.poll(() => board.starts, LIMIT).toBe(starts + 1);
      await screenshot(page, 'done');
      expect(complaints).toEqual([]);
    });
  });

  it('a board with another chip: says which, and writes nothing', async () => {
    publish(imageSet('esp32'));
    await withPage({ kind: 'esp32c3' }, async ({ page, board }) => {
      await flashButton(page).click();
      await page.getByText('Not done: the chip is an ESP32-C3; the images are for ESP32.').waitFor(LIMIT);
      expect(board.loader.blocks).toBe(0);
      expect(await page.getByText(/Done:/).count()).toBe(0);
      expect(await flashButton(page).isEnabled()).toBe(true);
      await screenshot(page, 'wrong-chip');
    });
  });

  it('a cable that is pulled in the middle: says so, claims nothing, and can begin again', async () => {
    publish(imageSet('esp32'));
    let pull = (): void => undefined;
    const onBlock = (blocks: number): void => {
      if (blocks === 2) pull();
    };
    await withPage({ onBlock }, async ({ page, port }) => {
      pull = () => port.pull();
      await flashButton(page).click();
      await page.getByText(/^Not done: the port is gone: the cable was pulled/).waitFor(LIMIT);
      expect(await page.getByText(/Done:/).count()).toBe(0);
      expect(await flashButton(page).isEnabled()).toBe(true);
      // The next time it asks for a port: this one is no more.
      expect(await page.getByRole('button', { name: 'Another port' }).isVisible()).toBe(false);
      await screenshot(page, 'pulled');
    });
  });

  it('a flash that reads back wrong is not done', async () => {
    publish(imageSet('esp32'));
    await withPage({}, async ({ page, board }) => {
      board.flash.worn = 0x10000 + 4000;
      await flashButton(page).click();
      await page.getByText(/^Not done: esp32-65536\.bin at 0x10000 reads back wrong/).waitFor(LIMIT);
    });
  });

  it('shows a question that waits for its answer, and gives the board what is answered', async () => {
    await withPage({ isDownload: false }, async ({ page, board, complaints }) => {
      const answer = page.getByLabel('Answer to the board');
      expect(await answer.isDisabled()).toBe(true);
      await page.getByRole('button', { name: 'Show the log' }).click();
      await page.getByRole('button', { name: 'Stop the log' }).waitFor(LIMIT);
      board.say('setup: no Wi-Fi network is set\r\nWi-Fi network []: ');
      const log = (): Promise<string | null> => page.getByRole('log').textContent();
      await expect.poll(log, LIMIT).toMatch(/ {2}Wi-Fi network \[\]: $/);
      await answer.fill('home');
      await answer.press('Enter');
      await expect.poll(() => board.heard, LIMIT).toBe('home\r');
      board.say('home\r\nsetup: kept\r\n');
      await expect.poll(log, LIMIT).toMatch(/ {2}Wi-Fi network \[\]: home\n\S+ {2}setup: kept\n$/);
      expect(await answer.inputValue()).toBe('');
      await screenshot(page, 'answered');
      expect(complaints).toEqual([]);
    });
  });

  it('the log ends where the port goes, and says so', async () => {
    await withPage({}, async ({ page, board, port }) => {
      await page.getByRole('button', { name: 'Show the log' }).click();
      await page.getByRole('button', { name: 'Stop the log' }).waitFor(LIMIT);
      board.say('one line\r\nhalf a li');
      await page.getByRole('log').getByText('one line').waitFor(LIMIT);
      port.pull();
      await page.getByText(/^The port is gone/).waitFor(LIMIT);
      expect(await page.getByRole('log').textContent()).toMatch(
        /^\d\d:\d\d:\d\d\.\d{3} {2}one line\n.* {2}half a li\n$/,
      );
      await page.getByRole('button', { name: 'Show the log' }).waitFor(LIMIT);
    });
  });

  it('takes a build folder that is chosen, and finds what is missing before a board is touched', async () => {
    await withPage({}, async ({ page, port }) => {
      await page.getByText('No images yet.').waitFor(LIMIT);
      expect(await flashButton(page).isDisabled()).toBe(true);
      await page.locator('#folder').setInputFiles(buildFolder(imageSet('esp32')));
      await page.getByText('ESP32: 3 files, 73,075 bytes').waitFor(LIMIT);
      expect(await flashButton(page).isEnabled()).toBe(true);
      await page.locator('#files').setInputFiles(path.join(buildFolder(imageSet('esp32')), 'flasher_args.json'));
      await page.getByText(/^These cannot be flashed: .* is named but was not chosen\.$/).waitFor(LIMIT);
      expect(await flashButton(page).isDisabled()).toBe(true);
      expect(port.opened).toBe(0);
    });
  });

  it('nobody chooses a port: nothing happened', async () => {
    publish(imageSet('esp32'));
    await withPage({ isChosen: false }, async ({ page, port }) => {
      await flashButton(page).click();
      await page.getByText('No port was chosen.').waitFor(LIMIT);
      expect(port.opened).toBe(0);
    });
  });

  it('a browser without Web Serial is told which has it', async () => {
    publish(imageSet('esp32'));
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.addInitScript(() => void Reflect.deleteProperty(Navigator.prototype, 'serial'));
    await page.goto(site.url);
    await page.getByText(/^This browser has no Web Serial: use Chrome, Edge or Opera on a desktop/).waitFor(LIMIT);
    expect(await flashButton(page).isDisabled()).toBe(true);
    await screenshot(page, 'unsupported');
    await context.close();
  });

  it.each(['light', 'dark'] as const)('has no serious fault for those who see little, in %s', async (colorScheme) => {
    publish(imageSet('esp32'), imageSet('esp32c3'));
    await withPage({ context: { colorScheme } }, async ({ page }) => {
      await page.locator('#images-list li').nth(1).waitFor(LIMIT);
      expect(await seriousFaults(page)).toEqual([]);
      await screenshot(page, colorScheme);
    });
  });

  it('can be used with the keyboard alone, and on a narrow screen', async () => {
    publish(imageSet('esp32'));
    await withPage({ context: { viewport: { width: 360, height: 800 } } }, async ({ page }) => {
      await page.getByText('ESP32: 3 files').waitFor(LIMIT);
      const stops: string[] = [];
      for (let count = 0; count < 5; count++) {
        await page.keyboard.press('Tab');
        stops.push(await page.evaluate(() => document.activeElement?.id ?? ''));
      }
      expect(stops).toEqual(['folder', 'files', 'flash', 'log-toggle', 'log']);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
      await page.locator('#flash').focus();
      await page.keyboard.press('Enter');
      await page.getByText(/^Done:/).waitFor(LIMIT);
      await screenshot(page, 'narrow');
    });
  });
});
