import { expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { fakePassword } from '../../src/backend/fake';
import { testids } from '../../src/shared/testids';
import { everyLook, id, onPage, withBrowser } from './page';

withBrowser();

const filePassword = 'seven purple umbrellas dance';

async function open(page: Page): Promise<void> {
  await page.locator(id(testids.itemRow)).first().waitFor();
  await page.locator(id(testids.menuButton)).click();
  await page.locator(id(testids.openExport)).click();
  await page.locator(id(testids.exportDialog)).waitFor();
  // Folders and tags arrive later.
  await page.locator(id(testids.exportTag)).waitFor();
}

async function confirm(page: Page): Promise<void> {
  await page.locator(id(testids.confirmPasswordField)).fill(fakePassword);
  await page.keyboard.press('Enter');
}

for (const lang of ['en', 'de'] as const) {
  test(`items are exported into an encrypted file (${lang})`, () =>
    onPage({ lang, query: { vault: 'Family', speed: '1000000000' } }, async (page) => {
      await open(page);
      await everyLook(page, `export-${lang}`);
      await page.locator(id(testids.exportFormat, '[data-format="kdbx"]')).check();
      const save = page.locator(id(testids.exportSave));
      await expect.poll(() => save.isDisabled()).toBe(true);
      await page.locator(id(testids.exportPassword)).fill(filePassword);
      await page.locator(id(testids.exportRepeat)).fill(filePassword);
      await save.click();
      await confirm(page);
      await page.locator(id(testids.exportReport)).waitFor();
      await expect.poll(() => page.locator(id(testids.exportReport)).innerText()).toMatch(/3/);
      await everyLook(page, `export-report-${lang}`);
    }));

  test(`a readable file is warned about, and what it lacks is listed (${lang})`, () =>
    onPage({ lang, query: { speed: '1000000000' } }, async (page) => {
      await open(page);
      await page.locator(id(testids.exportFormat, '[data-format="bitwarden_json"]')).check();
      await page.locator(id(testids.exportReadable)).waitFor();
      await expect.poll(() => page.locator(id(testids.exportPassword)).count()).toBe(0);
      await everyLook(page, `export-readable-${lang}`);
      await page.locator(id(testids.exportSave)).click();
      await confirm(page);
      await page.locator(id(testids.exportReport)).waitFor();
      await expect.poll(() => page.locator(id(testids.importNote)).count()).toBe(2);
      await everyLook(page, `export-readable-report-${lang}`);
    }));
}

test('an export is cancelled, and the password of the file stays typed', () =>
  onPage({ query: { speed: '1' } }, async (page) => {
    await open(page);
    await page.locator(id(testids.exportPassword)).fill(filePassword);
    await page.locator(id(testids.exportRepeat)).fill(filePassword);
    await page.locator(id(testids.exportSave)).click();
    await confirm(page);
    await page.locator(id(testids.workInHand)).waitFor();
    await everyLook(page, 'export-running');
    await page.locator(id(testids.workStop)).click();
    await page.locator(id(testids.exportSave)).waitFor();
    await expect.poll(() => page.locator(id(testids.exportPassword)).inputValue()).toBe(filePassword);
    await expect.poll(() => page.locator(id(testids.exportReport)).count()).toBe(0);
  }));
