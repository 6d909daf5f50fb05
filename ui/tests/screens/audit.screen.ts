import { expect, test } from 'vitest';
import { testids } from '../../src/shared/testids';
import { everyLook, id, onPage, withBrowser } from './page';

withBrowser();

test('keys by which own devices know the server are compared and chosen', () =>
  onPage({ query: { sync: 'other_key' } }, async (page) => {
    await page.locator(id(testids.mainScreen)).waitFor();
    await page.keyboard.press('Control+,');
    await page.locator(id(testids.settingsTab, '[data-tab="sync"]')).click();
    await page.locator(id(testids.syncOtherKey)).getByText('different keys').waitFor();
    await everyLook(page, 'sync-settings-other-key');
    await page.locator(id(testids.syncOtherKeyOther)).click();
    await page.locator(id(testids.confirmYes)).click();
    await page.locator(id(testids.syncOtherKey)).waitFor({ state: 'detached' });
  }));

test('a false record of the account is said above everything', () =>
  onPage({ query: { sync: 'audit' } }, async (page) => {
    await page.locator(id(testids.syncBanner)).getByText('shorter than before').waitFor();
    await page.locator(id(testids.syncBannerDetails)).click();
    await page.locator(id(testids.syncAudit)).getByText('before event 318').waitFor();
    await everyLook(page, 'sync-settings-audit');
  }));

test('a record of the account that a restored server lost is said', () =>
  onPage({ query: { sync: 'audit_restored' } }, async (page) => {
    await page.locator(id(testids.mainScreen)).waitFor();
    await page.keyboard.press('Control+,');
    await page.locator(id(testids.settingsTab, '[data-tab="sync"]')).click();
    await page.locator(id(testids.syncAudit)).getByText('The server was restored').waitFor();
    await expect.poll(() => page.locator(id(testids.syncBanner)).count()).toBe(0);
  }));
