import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { testids } from '../../src/shared/testids';
import { everyLook, id, onPage, withBrowser } from './page';

withBrowser();

const open = (query: Record<string, string>, act: (page: Page) => Promise<void>) =>
  onPage({ query }, async (page) => {
    await page.locator(id(testids.mainScreen)).waitFor();
    await act(page);
  });

test('the settings', () =>
  open({ kit: '' }, async (page) => {
    await page.keyboard.press('Control+,');
    for (const name of ['general', 'security', 'password', 'kit', 'about']) {
      await page.locator(id(testids.settingsTab, `[data-tab="${name}"]`)).click();
      if (name === 'password') {
        await page.locator(id(testids.settingsNewPassword)).fill('kurz');
        await page.getByText('It is short.').waitFor();
      }
      if (name === 'kit') {
        await page.locator(id(testids.kitReveal)).click();
        await page.locator(id(testids.kitSecretKey)).waitFor();
      }
      await everyLook(page, `settings-${name}`);
    }
  }));

test('the generator', () =>
  open({}, async (page) => {
    await page.keyboard.press('Control+g');
    for (const kind of ['characters', 'words', 'user_name', 'pin']) {
      await page.locator(id(testids.generatorKind, `[data-kind="${kind}"]`)).check();
      await expect.poll(() => page.locator(id(testids.generatorValue)).textContent()).not.toBe('');
      await everyLook(page, `generator-${kind}`);
    }
  }));

test('an import from the file to the report', () =>
  open({}, async (page) => {
    await page.keyboard.press('Control+i');
    await page.locator(id(testids.importPick)).waitFor();
    await everyLook(page, 'import-1-start');
    await page.locator(id(testids.importPick)).click();
    await page.locator(id(testids.importPreview)).waitFor();
    await everyLook(page, 'import-2-preview');
    await page.locator(id(testids.importCommit)).click();
    await page.locator(id(testids.importReport)).waitFor();
    await everyLook(page, 'import-3-report');
  }));

test('an import that cannot be read', () =>
  open({ import: 'import_encrypted' }, async (page) => {
    await page.keyboard.press('Control+i');
    await page.locator(id(testids.importPick)).click();
    await page.locator(id(testids.importError)).waitFor();
    await everyLook(page, 'import-4-error');
  }));

test('an encrypted file that asks for its password, and names its price', () =>
  open({ import: 'locked' }, async (page) => {
    await page.keyboard.press('Control+i');
    await page.locator(id(testids.importPick)).click();
    await page.locator(id(testids.importKeyFile)).click();
    await everyLook(page, 'import-7-locked');
    await page.locator(id(testids.importPassword)).fill('wrong');
    await page.keyboard.press('Enter');
    await page.locator(id(testids.importWrong)).waitFor();
    await everyLook(page, 'import-8-wrong');
    await page.locator(id(testids.importPassword)).fill('costly');
    await page.locator(id(testids.importUnlock)).click();
    await page.locator(id(testids.importCost)).waitFor();
    await everyLook(page, 'import-9-cost');
    await page.locator(id(testids.importUnlock)).click();
    await page.locator(id(testids.importPreview)).waitFor();
  }));

test('an import under way', () =>
  open({ import: 'slow', speed: '2' }, async (page) => {
    await page.keyboard.press('Control+i');
    await page.locator(id(testids.importPick)).click();
    await page.locator(id(testids.importCommit)).click();
    await page.getByRole('progressbar').first().waitFor();
    await everyLook(page, 'import-5-writing');
  }));

test('an import that takes its time to be read, and is stopped', () =>
  open({ import: 'reading', speed: '50' }, async (page) => {
    await page.keyboard.press('Control+i');
    await page.locator(id(testids.importPick)).click();
    await page.clock.runFor(1000);
    await page.getByRole('progressbar').waitFor();
    await everyLook(page, 'import-6-reading');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.clock.runFor(1000);
    await page.getByText('Nothing was imported', { exact: false }).waitFor();
    await page.locator(id(testids.importPick)).waitFor();
  }));

test('documents on their way', () =>
  open({ speed: '2000000' }, async (page) => {
    await page.keyboard.press('Control+k');
    await page.locator(id(testids.paletteEntry, '[data-command="documents"]')).click();
    await page.locator(id(testids.jobRow, '[data-state="done"]')).waitFor();
    await page.clock.runFor(3000);
    await page.getByText('left', { exact: false }).first().waitFor();
    await everyLook(page, 'jobs');
  }));

test('documents that failed and were cancelled', () =>
  open({ jobs: 'disk_full', speed: '200000' }, async (page) => {
    await page.keyboard.press('Control+k');
    await page.locator(id(testids.paletteEntry, '[data-command="documents"]')).click();
    await page.locator(id(testids.jobCancel)).last().click();
    await page.clock.runFor(3000);
    await page.locator(id(testids.jobRow, '[data-state="failed"]')).waitFor();
    await page.locator(id(testids.jobRow, '[data-state="cancelled"]')).waitFor();
    await everyLook(page, 'jobs-ended');
  }));

test('the palette', () =>
  open({}, async (page) => {
    await page.keyboard.press('Control+k');
    await page.locator(id(testids.paletteInput)).waitFor();
    await everyLook(page, 'palette');
    await page.locator(id(testids.paletteInput)).fill('ma');
    await page.locator(id(testids.paletteEntry, '[data-item-id]')).first().waitFor();
    await everyLook(page, 'palette-typed');
    await page.locator(id(testids.paletteInput)).fill('zzzz');
    await page.getByText('No match').waitFor();
    await everyLook(page, 'palette-empty');
  }));

test('the shortcut sheet', () =>
  open({}, async (page) => {
    await page.keyboard.press('Control+/');
    await page.locator(id(testids.shortcutSheet)).waitFor();
    await everyLook(page, 'shortcuts');
  }));

test('notices', () =>
  open({ crashed: '', notice: 'keychain_unavailable,header_restored', kit: '' }, async (page) => {
    await page.locator(id(testids.crashNotice)).waitFor();
    await page.locator(id(testids.kitBanner)).waitFor();
    await expect.poll(() => page.locator(id(testids.notice)).count()).toBe(2);
    await everyLook(page, 'notices');
  }));

test('a profile that is older than the last known one is writable once the user accepts it', () =>
  open({ readOnly: '', notice: 'rolled_back' }, async (page) => {
    const banner = page.locator(id(testids.readOnlyBanner));
    await banner.waitFor();
    await everyLook(page, 'rolled-back');
    await page.locator(id(testids.rollbackAccept)).click();
    await banner.waitFor({ state: 'detached' });
    await expect.poll(() => page.locator(id(testids.notice)).count()).toBe(0);
  }));

test('a read-only profile, and a clipboard that is about to be cleared', () =>
  open({ readOnly: '', notice: 'header_damaged' }, async (page) => {
    await page.locator(id(testids.readOnlyBanner)).waitFor();
    await expect.poll(() => page.locator(id(testids.notice)).count()).toBe(0);
    await page.keyboard.press('Control+g');
    await page.locator(id(testids.generatorCopy)).click();
    await page.keyboard.press('Escape');
    await page.locator(id(testids.clipboardCountdown)).waitFor();
    await everyLook(page, 'read-only');
  }));
