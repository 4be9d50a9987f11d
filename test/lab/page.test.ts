/** The lab as people have it: in Chromium, with a mouse, a keyboard, a phone, a screen reader's eyes. */
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { loadModule } from '../../host/core/file.js';
import { ACTS, actOf } from '../../host/lab/acts/index.js';
import { play } from '../../host/lab/run/run.js';
import { conclusionText, textsOf } from '../../host/lab/texts/texts.js';
import { readPcapng } from '../../host/trace/index.js';
import { seriousFaults } from './axe.js';
import { LAB, launch, openPage, SCREENS, Site } from './pages.js';

const MOST_BYTES = 300_000;
const CHROMIUM = '/usr/bin/chromium';

/** Packets that are seen. */
const packets = (page: Page) => page.locator('.packet:not([hidden])');

describe.skipIf(!existsSync(CHROMIUM))('the lab in Chromium (Debian package chromium)', () => {
  let browser: Browser;
  let site: Site;
  const open = async (link: string, options = {}) => {
    const opened = await openPage(browser, `${site.url}#${link}`, options);
    await opened.page.locator('.ladder').waitFor();
    return opened;
  };

  beforeAll(async () => {
    const configFile = fileURLToPath(new URL('../../host/lab/vite.config.mjs', import.meta.url));
    await build({ configFile, logLevel: 'warn' });
    await mkdir(SCREENS, { recursive: true });
    [browser, site] = await Promise.all([launch(), Site.open(LAB)]);
  });

  afterAll(async () => {
    await browser.close();
    await site.close();
  });

  test('comes with less than 300 KB, the module among them', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const bodies: Promise<Buffer>[] = [];
    page.on('response', (response) => bodies.push(response.body()));
    await page.goto(site.url);
    await page.locator('.ladder').waitFor();
    const bytes = (await Promise.all(bodies)).reduce((sum, body) => sum + body.length, 0);
    console.log(`the lab: ${bytes} bytes in ${bodies.length} files`);
    expect(bodies.length).toBeGreaterThanOrEqual(4);
    expect(bytes).toBeLessThan(MOST_BYTES);
    await context.close();
  });

  test.each(ACTS.map(({ id }) => id))('%s is played to its end, and says what it shows', async (id) => {
    const module = await loadModule(new URL('../../build/lan.wasm', import.meta.url));
    const { page, complaints, close } = await open(`act=${id}&t=0`);
    expect(await page.locator('.ending').textContent()).toBe('');
    await page.keyboard.press('End');
    const { conclusion } = play(module, actOf(id), 1, []);
    expect(await page.locator('.ending').textContent()).toBe(conclusionText(textsOf('en'), id, conclusion));
    expect(complaints).toEqual([]);
    await close();
  });

  test('plays by itself when it is opened, and stops at the end', async () => {
    const { page, close } = await open('act=plain');
    await page.locator('.ending:not(:empty)').waitFor();
    expect(await page.locator('.play').textContent()).toBe('Play');
    await close();
  });

  test('a packet is clicked away: it is drawn as lost, and comes again', async () => {
    const { page, complaints, close } = await open('act=plain&t=50');
    expect(await packets(page).count()).toBe(3);
    await packets(page).nth(1).click({ force: true });
    await page.locator('[data-action=lose]').click();
    await page.locator('.ending:not(:empty)').waitFor();
    expect(await page.locator('.packet.lost').count()).toBe(1);
    expect(await packets(page).allTextContents()).toEqual(
      expect.arrayContaining([expect.stringContaining('2nd try') as string]),
    );
    expect(await page.locator('.changes').textContent()).toBe('lose-2');
    await page.getByRole('button', { name: 'Undo all changes' }).click();
    expect(await page.locator('.packet').count()).toBe(3);
    expect(complaints).toEqual([]);
    await close();
  });

  test('a forged packet is thrown away, with the reason', async () => {
    const { page, close } = await open('act=plain&t=50&frame=3');
    await page.locator('[data-action=forge]').click();
    await page.locator('.ending:not(:empty)').waitFor();
    expect(await page.locator('.packet[data-frame="3"] .fate').textContent()).toContain('ACK_UNACCEPTABLE');
    await close();
  });

  test('whoever opens the link sees the same', async () => {
    const { page, close } = await open('act=lost-third&seed=42&t=3');
    await page.locator('.packet[data-frame="3"]').focus();
    await page.keyboard.press('d');
    await page.locator('.ending:not(:empty)').waitFor();
    await page.getByLabel('Numbers').selectOption('absolute');
    const link = page.url();
    const seen = async (one: Page) => [
      await one.locator('main').innerHTML(),
      await one.locator('.clock').textContent(),
    ];
    const other = await openPage(browser, link);
    // What has the focus, and what the ladder was scrolled to, is everybody's own.
    expect(await seen(other.page)).toEqual(await seen(page));
    expect(link).toContain('edits=duplicate-3');
    await Promise.all([close(), other.close()]);
  });

  test('all of it can be done with the keyboard', async () => {
    const { page, close } = await open('act=plain&t=0');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('End');
    const isOnPacket = () => page.evaluate(() => document.activeElement?.classList.contains('packet') ?? false);
    let tabs = 0;
    for (; tabs < 60 && !(await isOnPacket()); tabs++) await page.keyboard.press('Tab');
    expect(await isOnPacket()).toBe(true);
    await page.keyboard.press('Enter');
    expect(await page.locator('.inspector h2').textContent()).toBe('Packet 1');
    await page.keyboard.press('l');
    expect(page.url()).toContain('edits=lose-1');
    await page.keyboard.press('End');
    expect(await page.locator('.packet.lost').count()).toBe(1);
    await close();
  });

  test('looks as the README shows it', async () => {
    const { page, close } = await open('act=lost-second&t=3500&frame=2', { viewport: { width: 1400, height: 900 } });
    await page.screenshot({ path: path.join(SCREENS, 'readme.png') });
    expect(await packets(page).count()).toBe(7);
    await close();
  });

  test.each(['light', 'dark'] as const)('axe finds no serious fault: %s', async (colorScheme) => {
    const { page, close } = await open('act=lost-second&t=3500&frame=2', { colorScheme });
    expect(await seriousFaults(page)).toEqual([]);
    await page.screenshot({ path: path.join(SCREENS, `${colorScheme}.png`), fullPage: true });
    await page.goto(`${site.url}#act=flood&t=60`);
    expect(await seriousFaults(page)).toEqual([]);
    await close();
  });

  test('a phone has no more than its width, and everything on it', async () => {
    const { page, close } = await open('act=lost-second&t=3500&frame=2', {
      viewport: { width: 390, height: 844 },
      isMobile: true,
    });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    for (const part of ['.play', '.ladder', '.inspector .hex', '.machine']) {
      expect(await page.locator(part).first().isVisible(), part).toBe(true);
    }
    await page.screenshot({ path: path.join(SCREENS, 'phone.png'), fullPage: true });
    await close();
  });

  test('speaks Chinese where the browser does, and the other on demand', async () => {
    const { page, close } = await open('act=plain&t=50', { locale: 'zh-CN' });
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-Hans');
    expect(await page.locator('h1').textContent()).toBe('握手实验室');
    await page.locator('header select').selectOption('en');
    expect(await page.locator('h1').textContent()).toBe('The handshake lab');
    expect(page.url()).toContain('lang=en');
    await close();
  });

  test('a run is saved, and opened again', async () => {
    const { page, complaints, close } = await open('act=lost-first&t=3500');
    const coming = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save as pcapng' }).click();
    const file = await (await coming).path();
    // Four frames: three arrive, and are there twice.
    expect(readPcapng(new Uint8Array(await readFile(file))).packets).toHaveLength(7);
    await page.locator('input[type=file]').setInputFiles(file);
    await page.locator('.story').getByText('4 frames').waitFor();
    expect(await packets(page).count()).toBe(4);
    expect(await page.locator('[data-action=lose]').count()).toBe(0);
    expect(complaints).toEqual([]);
    await close();
  });

  test.each([
    ['a link that nobody wrote', 'edits=eat-1', 'no change to a frame'],
    ['an act that there is not', 'act=nonsense', 'there is no act'],
  ])('%s is said, and the first act is shown', async (_, link, words) => {
    const { page, close } = await open(link);
    expect(await page.locator('.message').textContent()).toContain(words);
    expect(await page.locator('[aria-current]').getAttribute('data-act')).toBe('plain');
    await close();
  });

  test('a file that is no capture is said, and nothing else changes', async () => {
    const { page, close } = await open('act=plain&t=50');
    await page.locator('input[type=file]').setInputFiles(fileURLToPath(new URL('../../README.md', import.meta.url)));
    await page.locator('.message:not(:empty)').waitFor();
    expect(await page.locator('.message').textContent()).toMatch(/^README\.md cannot be read: /);
    expect(await packets(page).count()).toBe(3);
    await close();
  });

  test('where the module does not come, that is said', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.route('**/*.wasm', (route) => route.fulfill({ status: 404 }));
    await page.goto(site.url);
    await page.locator('.message').waitFor();
    expect(await page.locator('.message').textContent()).toContain('404');
    await context.close();
  });
});
