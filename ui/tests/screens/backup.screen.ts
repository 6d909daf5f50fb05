import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { fakePassword, fakeSecretKey } from '../../src/backend/fake';
import { testids } from '../../src/shared/testids';
import { everyLook, id, onPage, picture, withBrowser } from './page';

withBrowser();

const settings = (
  query: Record<string, string>,
  act: (page: Page) => Promise<void>,
  lang: 'en' | 'de' = 'en',
) =>
  onPage({ query, lang }, async (page) => {
    await page.locator(id(testids.mainScreen)).waitFor();
    await page.keyboard.press('Control+,');
    await page.locator(id(testids.settingsTab, '[data-tab="backups"]')).click();
    await page.locator(id(testids.backupRow)).first().waitFor();
    await act(page);
  });

test('the backups, made by hand and by themselves', () =>
  settings({ backup: 'backup_folder_missing' }, async (page) => {
    await everyLook(page, 'backups-1-list');
    await expect.poll(() => page.locator(id(testids.backupFolder)).textContent()).toContain('own folder');
    await page.locator(id(testids.backupFolderPick)).click();
    await expect.poll(() => page.locator(id(testids.backupFolder)).textContent()).toBe('Backup disk');
    await page.locator(id(testids.backupDaily)).click();
    const row = page.locator(id(testids.backupRow)).nth(3);
    await expect.poll(() => row.textContent()).toContain('Damaged');
    await row.locator(id(testids.backupCheck)).click();
    await page.clock.runFor(4000);
    await page.getByText('This backup is intact').waitFor();
    await expect.poll(() => row.textContent()).not.toContain('Damaged');
    await page.locator(id(testids.backupSave)).click();
    await page.getByRole('progressbar', { name: 'is read and checked' }).waitFor();
    await page.clock.runFor(4000);
    await page.getByText('Backup saved and checked').waitFor();
  }));

test('a backup that is stopped', () =>
  settings({ speed: '1' }, async (page) => {
    await page.locator(id(testids.backupSave)).click();
    await page.locator(id(testids.backupCancel)).click();
    await page.locator(id(testids.backupSave)).waitFor();
    await expect.poll(() => page.locator(id(testids.backupError)).count()).toBe(0);
  }));

test('an item and a file out of a backup', () =>
  settings({}, async (page) => {
    await page.locator(id(testids.backupOpen)).first().click();
    await page.clock.runFor(4000);
    await page.locator(id(testids.backupBrowser)).waitFor();
    const rows = page.locator(`${id(testids.backupItems)} [data-item-id]`);
    await rows.first().waitFor();
    await page.locator(id(testids.backupSearch)).fill('passport');
    await page.clock.runFor(500);
    await expect.poll(() => rows.count()).toBeLessThan(4);
    await rows.first().click();
    await page.locator(id(testids.backupTake)).waitFor();
    await everyLook(page, 'backups-2-browser');
    await page.locator(id(testids.backupTake)).click();
    await page.clock.runFor(4000);
    await page.getByText('” restored').waitFor();
  }));

test('backups in German', () => settings({}, (page) => picture(page, 'backups-3-german'), 'de'));

test('a whole backup restored, on the first run and beside other profiles', async () => {
  for (const state of ['first_run', 'locked']) {
    await onPage({ query: { state } }, async (page) => {
      await page.locator(id(testids.restoreOpen)).click();
      await page.locator(id(testids.restorePick)).click();
      await page.locator(id(testids.restorePassword)).fill('not this one');
      await page.locator(id(testids.restoreSecretKey)).fill(fakeSecretKey);
      await page.locator(id(testids.restoreSubmit)).click();
      await page.locator(id(testids.restoreError)).waitFor();
      await everyLook(page, `restore-${state}`);
      await page.locator(id(testids.restorePassword)).fill(fakePassword);
      await page.locator(id(testids.restoreSubmit)).click();
      await page.clock.runFor(4000);
      await page.locator(id(testids.mainScreen)).waitFor();
    });
  }
});
