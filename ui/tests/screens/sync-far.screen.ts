import type { Page } from 'playwright-core';
import { describe, test } from 'vitest';
import { fakePassword } from '../../src/backend/fake';
import { testids } from '../../src/shared/testids';
import { id, withBrowser } from './page';
import { keep as kept, openFar, ways } from './far';

withBrowser();

describe.each(ways)('%s', (way, opening, direction) => {
  const open = (query: Record<string, string>, act: (page: Page) => Promise<void>) =>
    openFar(opening, direction, query, act);
  const keep = (page: Page, name: string) => kept(page, way, name);

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
