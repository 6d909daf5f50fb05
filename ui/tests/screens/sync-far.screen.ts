import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { fakePassword } from '../../src/backend/fake';
import { testids } from '../../src/shared/testids';
import { expectAccessible, id, onPage, picture, sizes, withBrowser, type Opening } from './page';

withBrowser();

const ways: [string, Opening, 'ltr' | 'rtl'][] = [
  ['german', { lang: 'de', theme: 'dark', size: sizes.small }, 'ltr'],
  ['zoomed', { lang: 'en', theme: 'light', size: sizes.wide, zoom: 2 }, 'ltr'],
  ['right-to-left', { lang: 'en', theme: 'light', size: sizes.small }, 'rtl'],
];

/** Fails if anything of the page or of a dialog is cut off at a side. */
async function expectFits(page: Page): Promise<void> {
  const out = await page.evaluate(() =>
    [...document.querySelectorAll('main, main *, [aria-modal="true"], [aria-modal="true"] *')]
      .filter((element) => {
        const { left, right, width } = element.getBoundingClientRect();
        return (
          width > 1 &&
          (right > innerWidth + 1 || left < -1) &&
          element.checkVisibility({ visibilityProperty: true })
        );
      })
      .map((element) => element.outerHTML.slice(0, 120)),
  );
  expect(out).toEqual([]);
}

describe.each(ways)('%s', (way, opening, direction) => {
  const open = (query: Record<string, string>, act: (page: Page) => Promise<void>) =>
    onPage({ ...opening, query }, async (page) => {
      await page.evaluate((dir) => (document.documentElement.dir = dir), direction);
      await act(page);
    });
  const keep = async (page: Page, name: string) => {
    await expectFits(page);
    await expectAccessible(page);
    await picture(page, `${way}-${name}`);
  };

  test('the settings of a profile with a server', () =>
    open({ sync: 'missing', factor: '' }, async (page) => {
      await page.locator(id(testids.syncIndicator)).click();
      await page.locator(id(testids.syncDevice)).first().waitFor();
      await keep(page, 'sync-settings');
      await page.locator(id(testids.syncFactorStatus)).scrollIntoViewIfNeeded();
      await keep(page, 'sync-settings-below');
    }));

  test('a change of an account with a second factor', () =>
    open({ sync: 'up_to_date', factor: '' }, async (page) => {
      await page.locator(id(testids.syncIndicator)).click();
      await page.locator(id(testids.syncDeviceRevoke)).first().click();
      await page.locator(id(testids.syncPasswordDialogField, ':focus')).fill(fakePassword);
      await page.keyboard.press('Enter');
      await page.locator(id(testids.factorCode, ':focus')).waitFor();
      await keep(page, 'sync-revoke-factor');
    }));

  test('the password of a profile with a server', () =>
    open({ sync: 'up_to_date' }, async (page) => {
      await page.locator(id(testids.syncIndicator)).click();
      await page.locator(id(testids.settingsTab, '[data-tab="password"]')).click();
      await page.locator(id(testids.leakedOpen)).click();
      await page.locator(id(testids.leakedPassword)).scrollIntoViewIfNeeded();
      await keep(page, 'sync-password');
    }));

  test('an alarm', () =>
    open({ sync: 'alarm' }, async (page) => {
      await page.locator(id(testids.syncBanner)).waitFor();
      await keep(page, 'sync-alarm');
    }));

  test('an account on a new computer', () =>
    open({ state: 'first_run' }, async (page) => {
      await page.locator(id(testids.joinOpen)).click();
      await page.locator(id(testids.syncServer, ':focus')).fill('vault.home.lan');
      await page.keyboard.press('Enter');
      await page.locator(id(testids.syncWords)).waitFor();
      await keep(page, 'join-words');
      await page.locator(id(testids.syncWordsSame)).click();
      await page.locator(id(testids.joinLogin, ':focus')).waitFor();
      await keep(page, 'join-account');
    }));
});
