/** The bench page in Chromium, with a fake Espruino behind a fake Web Bluetooth (there is neither here). */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import type { BenchResult } from '../../host/bench/bench.js';
import { USUAL } from '../../host/bench/trials.js';
import { seriousFaults } from './axe.js';
import { BLUETOOTH, BOARD, FakeEspruino, trialLan, type Manners } from './espruino.js';
import { launch, LAB, SCREENS, Site } from './pages.js';

const WHOLE_MS = 60_000;
const RADIO_MS = 8;

describe.skipIf(!existsSync('/usr/bin/chromium'))('the bench in Chromium (Debian package chromium)', () => {
  let browser: Browser;
  let site: Site;
  const ends: (() => unknown)[] = [];

  beforeAll(async () => {
    const configFile = fileURLToPath(new URL('../../host/lab/vite.config.mjs', import.meta.url));
    const outDir = path.join(LAB, '../lab-bench');
    await build({ configFile, logLevel: 'warn', build: { outDir } });
    [browser, site] = await Promise.all([launch(), Site.open(outDir)]);
  });

  afterAll(async () => {
    await browser.close();
    await site.close();
  });

  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
  });

  /** The page, with a device in reach; `gone` switches that off. */
  async function open(manners?: Manners): Promise<{ page: Page; gone: () => Promise<void> }> {
    const context = await browser.newContext({ viewport: { width: 1300, height: 900 }, locale: 'en-GB' });
    const page = await context.newPage();
    const { sockets, end } = await trialLan();
    ends.push(end, () => context.close());
    if (manners !== undefined) {
      await page.addInitScript(BLUETOOTH);
      // An answer comes after what it answers has gone: the package does not hear one that comes earlier.
      let air = Promise.resolve();
      const say = (text: string): void => {
        air = air
          .then(() => sleep(RADIO_MS))
          .then(() => page.evaluate(`fakeNotify(${JSON.stringify(text)})`))
          .then(
            () => undefined,
            () => undefined,
          );
      };
      const vanish = (): void => void page.evaluate('fakeGone()').catch(() => undefined);
      const device = new FakeEspruino(sockets, say, vanish, manners);
      await page.exposeFunction('fakeWrite', (text: string) => device.write(text));
    }
    // Web Bluetooth wants a secure context, and the package takes localhost by name for one.
    await page.goto(`${site.url.replace('127.0.0.1', 'localhost')}bench.html`);
    return { page, gone: () => page.evaluate('fakeGone()') };
  }

  async function connect(page: Page): Promise<void> {
    await page.locator('[data-action=connect]').click();
    await page.getByText('Web Bluetooth', { exact: true }).click();
  }

  async function ready(page: Page): Promise<void> {
    await connect(page);
    await page.getByText('ESP32 is ready').waitFor({ timeout: WHOLE_MS });
    await page.locator('[name=address]').fill(BOARD);
  }

  const message = (page: Page) => page.locator('.message:not(:empty)');

  test(
    'all usual trials: a row for each as it comes, the board’s figures, and the result as JSON',
    { timeout: WHOLE_MS },
    async () => {
      const { page } = await open({});
      await ready(page);
      await page.locator('[data-action=run]').click();
      await page.getByText('All is right.').waitFor({ timeout: WHOLE_MS });
      expect(await page.locator('tr[data-state=right]').count()).toBe(USUAL.length);
      expect(await page.locator('.plot circle').count()).toBe(10 + 5 + 1 + 1 + 50);
      expect(await page.locator('pre').textContent()).toContain('"connections"');
      const coming = page.waitForEvent('download');
      await page.locator('[data-action=save]').click();
      const saved = JSON.parse(await readFile(await (await coming).path(), 'utf8')) as BenchResult;
      expect(saved.trials.map(({ id, wrong }) => [id, wrong])).toEqual(USUAL.map((id) => [id, '']));
      expect(await seriousFaults(page)).toEqual([]);
      await page.screenshot({ path: path.join(SCREENS, 'bench.png'), fullPage: true });
    },
  );

  test(
    'a board that is switched off in the middle: that is said, what was measured stays',
    { timeout: WHOLE_MS },
    async () => {
      const { page, gone } = await open({});
      await ready(page);
      await page.locator('[data-action=run]').click();
      await page.locator('tr[data-trial=refused]').waitFor();
      await gone();
      expect(await message(page).textContent()).toMatch(/It ended early: the board is gone/);
      expect(await page.locator('tr[data-trial=connect]').getAttribute('data-state')).toBe('right');
      expect(await page.locator('[data-action=connect]').isEnabled()).toBe(true);
    },
  );

  test('a board that answers garbage: tried again, and then said', { timeout: WHOLE_MS }, async () => {
    const { page } = await open({ garbage: { text: 'Out of Memory!', fromLine: 2 } });
    await connect(page);
    await message(page).waitFor({ timeout: WHOLE_MS });
    expect(await message(page).textContent()).toMatch(/does not answer/);
  });

  test('a board without Wi-Fi: that is said, and what to do', { timeout: WHOLE_MS }, async () => {
    const { page } = await open({ address: '0.0.0.0' });
    await connect(page);
    await message(page).waitFor({ timeout: WHOLE_MS });
    expect(await message(page).textContent()).toMatch(/ESP32 has no Wi-Fi/);
  });

  test('a browser without Web Bluetooth: that is said at once', async () => {
    const { page } = await open();
    await page.locator('[data-action=connect]').click();
    expect(await message(page).textContent()).toMatch(/no Web Bluetooth/);
  });

  test('an address that is none', { timeout: WHOLE_MS }, async () => {
    const { page } = await open({});
    await ready(page);
    await page.locator('[name=address]').fill('10.0.0');
    await page.locator('[data-action=run]').click();
    expect(await message(page).textContent()).toBe('“10.0.0” is no IPv4 address.');
  });
});
