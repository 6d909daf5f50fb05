import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { testids } from '../../src/shared/testids';
import { expectAccessible, id, onPage, picture, sizes, withBrowser, type Opening } from './page';

withBrowser();

/** Fails if a dialog is wider than the window, or its content than the dialog. */
async function expectFits(page: Page): Promise<void> {
  const wide = await page.evaluate(() =>
    [document.documentElement, ...document.querySelectorAll('[aria-modal="true"], [aria-modal="true"] *')]
      .filter((element) => element.getBoundingClientRect().right > window.innerWidth + 1)
      .map((element) => element.outerHTML.slice(0, 120)),
  );
  expect(wide).toEqual([]);
}

const ways: [string, Opening][] = [
  ['german', { lang: 'de', theme: 'dark', size: sizes.small }],
  ['zoomed', { lang: 'en', theme: 'light', size: sizes.wide, zoom: 2 }],
];

describe.each(ways)('%s', (way, opening) => {
  const open = (query: Record<string, string>, act: (page: Page) => Promise<void>) =>
    onPage({ ...opening, query }, async (page) => {
      await page.locator(id(testids.mainScreen)).waitFor();
      await act(page);
    });
  const keep = async (page: Page, name: string) => {
    await expectFits(page);
    await expectAccessible(page);
    await picture(page, `${way}-${name}`);
  };

  test('the settings', () =>
    open({ kit: '' }, async (page) => {
      await page.keyboard.press('Control+,');
      for (const name of ['general', 'security', 'password', 'kit', 'sync', 'about']) {
        await page.locator(id(testids.settingsTab, `[data-tab="${name}"]`)).click();
        await keep(page, `settings-${name}`);
      }
    }));

  test('generator, palette and shortcut sheet', () =>
    open({}, async (page) => {
      for (const [keys, name, testid] of [
        ['Control+g', 'generator', testids.generatorDialog],
        ['Control+k', 'palette', testids.palette],
        ['Control+/', 'shortcuts', testids.shortcutSheet],
      ] as const) {
        await page.keyboard.press(keys);
        await page.locator(id(testid)).waitFor();
        await keep(page, name);
        await page.keyboard.press('Escape');
        await page.locator(id(testid)).waitFor({ state: 'detached' });
      }
    }));

  test('an import', () =>
    open({}, async (page) => {
      await page.keyboard.press('Control+i');
      await page.locator(id(testids.importPick)).waitFor();
      await keep(page, 'import-1-start');
      await page.locator(id(testids.importPick)).click();
      await page.locator(id(testids.importPreview)).waitFor();
      await keep(page, 'import-2-preview');
      await page.locator(id(testids.importCommit)).click();
      await page.locator(id(testids.importReport)).waitFor();
      await keep(page, 'import-3-report');
    }));

  test('notices and documents on their way', () =>
    open({ notice: 'disk_read_only,keychain_unavailable', crashed: '', speed: '2000000' }, async (page) => {
      await page.locator(id(testids.notice)).first().waitFor();
      await page.keyboard.press('Control+k');
      await page.locator(id(testids.paletteEntry, '[data-command="documents"]')).click();
      await page.locator(id(testids.jobRow, '[data-state="done"]')).waitFor();
      await keep(page, 'notices-jobs');
    }));
});
