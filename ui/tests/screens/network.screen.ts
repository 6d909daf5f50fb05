import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { testids } from '../../src/shared/testids';
import { everyLook, id, onPage, withBrowser } from './page';

withBrowser();

async function choose(page: Page, option: string) {
  await page.locator(id(testids.syncProxy)).click();
  await page.getByRole('option', { name: option, exact: true }).click();
}

async function settings(page: Page) {
  await page.locator(id(testids.syncIndicator)).click();
  await page.locator(id(testids.syncNetwork)).waitFor();
}

const connected = { query: { sync: 'up_to_date' } };

test('proxy, authority and limits are changed, and a wrong one says what is wrong', () =>
  onPage(connected, async (page) => {
    await settings(page);
    await choose(page, 'My own');
    await page.locator(id(testids.syncProxyAddress)).fill('proxy without scheme');
    await page.locator(id(testids.syncNetworkSave)).click();
    await page.locator(id(testids.syncNetworkError)).getByText('proxy').waitFor();
    await page.locator(id(testids.syncProxyAddress)).fill('socks5h://proxy.example:1080');
    await expect.poll(() => page.locator(id(testids.syncProxyPassword)).count()).toBe(0);
    await page.locator(id(testids.syncProxyUser)).fill('mara');
    await page.locator(id(testids.syncProxyPassword)).fill('four horses');
    await page.locator(id(testids.syncAuthorityPick)).click();
    await page.locator(id(testids.syncAuthority)).getByText('Example Company Root CA').waitFor();
    await page.locator(id(testids.syncUpload)).fill('3');
    await page.locator(id(testids.syncNetworkSave)).click();
    await page.locator(id(testids.syncNetworkError)).getByText('limit').waitFor();
    await page.locator(id(testids.syncUpload)).fill('1,024');
    await page.locator(id(testids.syncNetworkSave)).click();
    await page.getByText('A password is stored').waitFor();
    await expect.poll(() => page.locator(id(testids.syncProxyPassword)).inputValue()).toBe('');
    await expect.poll(() => page.locator(id(testids.syncUpload)).inputValue()).toBe('1024');
    await page.locator(id(testids.syncNetwork)).scrollIntoViewIfNeeded();
    await everyLook(page, 'network-settings');
    await page.locator(id(testids.syncAuthorityRemove)).click();
    await page.locator(id(testids.syncNetworkSave)).click();
    await page.getByText('Only the authorities that this system trusts').waitFor();
  }));

test('a first contact goes through a proxy', () =>
  onPage({}, async (page) => {
    await page.locator(id(testids.mainScreen)).waitFor();
    await page.keyboard.press('Control+,');
    await page.locator(id(testids.settingsTab, '[data-tab="sync"]')).click();
    await page.locator(id(testids.syncOptions)).click();
    await choose(page, 'My own');
    await everyLook(page, 'network-first');
    await page.locator(id(testids.syncServer)).fill('https://vault.example.org');
    await page.locator(id(testids.syncServerFind)).click();
    await page.locator(id(testids.syncServerError)).getByText('proxy').waitFor();
    await page.locator(id(testids.syncProxyAddress)).fill('http://proxy.example:3128');
    await page.locator(id(testids.syncServerFind)).click();
    await page.locator(id(testids.syncLogin, ':focus')).waitFor();
  }));

test('copies of documents are removed once a vault is not kept here', () =>
  onPage(connected, async (page) => {
    await settings(page);
    const vault = page.locator(id(testids.syncOffline)).first();
    await vault.getByText('14 documents here').waitFor();
    await expect.poll(() => vault.locator(id(testids.syncOfflineRemove)).count()).toBe(0);
    await vault.locator(id(testids.syncOfflineToggle)).click();
    await vault.locator(id(testids.syncOfflineRemove)).click();
    await page.locator(id(testids.confirmDialog)).waitFor();
    await everyLook(page, 'offline-remove');
    await page.locator(id(testids.confirmYes)).click();
    await vault.getByText('14 at the server only').waitFor();
  }));

test('sign-ins are listed and ended', () =>
  onPage(connected, async (page) => {
    await settings(page);
    const logins = page.locator(id(testids.syncLoginSession));
    await logins.first().waitFor();
    await expect.poll(() => logins.count()).toBe(3);
    await expect.poll(() => logins.first().locator(id(testids.syncLoginEnd)).count()).toBe(0);
    await logins.first().scrollIntoViewIfNeeded();
    await everyLook(page, 'sign-ins');
    await logins.nth(1).locator(id(testids.syncLoginEnd)).click();
    await expect.poll(() => logins.count()).toBe(2);
    await expect.poll(() => page.locator(id(testids.syncLoginEndAll)).count()).toBe(0);
    await logins.nth(1).locator(id(testids.syncLoginEnd)).click();
    await expect.poll(() => logins.count()).toBe(1);
  }));
