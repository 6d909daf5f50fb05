import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { testids } from '../../src/shared/testids';
import { everyLook, id, onPage, withBrowser } from './page';

withBrowser();

const stateIs = (page: Page, state: string) =>
  page.locator(id(testids.syncState, `[data-state="${state}"]`)).waitFor();

async function newVault(page: Page) {
  await page.locator(id(testids.menuButton)).click();
  await page.locator(id(testids.openNewVault)).click();
}

test('what is sent is seen before, and a vault stays on this computer', () =>
  onPage({ query: { sync: 'full' } }, async (page) => {
    await page.locator(id(testids.syncIndicator, '[data-state="held"]')).click();
    await stateIs(page, 'held');
    await page.locator(id(testids.syncHeld)).waitFor();
    const vaults = page.locator(id(testids.syncHeldVault));
    await expect.poll(() => vaults.count()).toBe(2);
    await expect.poll(() => vaults.nth(0).locator(id(testids.syncHeldToggle)).isDisabled()).toBe(true);
    await page.getByText('too little room').waitFor();
    const all = page.getByText('To be sent:');
    const before = await all.textContent();
    await vaults.nth(1).locator(id(testids.syncHeldToggle)).click();
    await expect.poll(() => all.textContent()).not.toBe(before);
    await everyLook(page, 'upload-held');
    await page.locator(id(testids.syncUploadBegin)).click();
    await stateIs(page, 'up_to_date');
    await page.keyboard.press('Escape');
    await page.locator(id(testids.sidebarState)).getByText('Only on this computer').waitFor();
  }));

test('a vault is made that stays here, and is synchronized later', () =>
  onPage({ query: { sync: 'up_to_date' } }, async (page) => {
    await page.locator(id(testids.mainScreen)).waitFor();
    await newVault(page);
    await page.locator(id(testids.placeName, ':focus')).fill('Diary');
    await page.locator(id(testids.vaultOnlyHere)).click();
    await everyLook(page, 'vault-only-here');
    await page.locator(id(testids.placeSubmit)).click();
    const line = page.locator(id(testids.sidebarState)).getByText('Only on this computer');
    await line.waitFor();
    await everyLook(page, 'sidebar-only-here');
    await line.click({ button: 'right' });
    await page.locator(id(testids.placeSynchronize)).click();
    await page.locator(id(testids.confirmYes)).click();
    await page.getByText('Diary is synchronized from now on').waitFor();
    await expect.poll(() => line.count()).toBe(0);
  }));

test('without a server there is nothing to choose', () =>
  onPage({}, async (page) => {
    await page.locator(id(testids.mainScreen)).waitFor();
    await newVault(page);
    await page.locator(id(testids.placeName, ':focus')).waitFor();
    await expect.poll(() => page.locator(id(testids.vaultOnlyHere)).count()).toBe(0);
  }));
