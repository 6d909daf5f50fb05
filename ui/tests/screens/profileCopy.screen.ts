import { expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { fakePassword, fakeSecretKey } from '../../src/backend/fake';
import { fakeArchivePassword } from '../../src/backend/fake/profileCopy';
import { testids } from '../../src/shared/testids';
import { everyLook, id, onPage, withBrowser } from './page';

withBrowser();

/** Opens the dialog from the import's first page. */
async function begin(page: Page) {
  await page.locator(id(testids.mainScreen)).waitFor();
  await page.keyboard.press('Control+i');
  await page.locator(id(testids.importProfile)).click();
  await page.locator(id(testids.profileCopyPassword, ':focus')).waitFor();
}

const typed = async (page: Page, password = fakePassword) => {
  await page.locator(id(testids.profileCopyPassword)).fill(password);
  await page.keyboard.press('Enter');
};

test('another profile is looked at, copied and undone', () =>
  onPage({ query: { sync: 'up_to_date' } }, async (page) => {
    await begin(page);
    await everyLook(page, 'profile-copy-1-password');
    await typed(page, 'wrong');
    await page.locator(id(testids.profileCopyError)).getByText('does not open').waitFor();
    await page.locator(id(testids.profileCopyPassword, ':focus')).waitFor();
    await typed(page);
    const preview = page.locator(id(testids.profileCopyPreview));
    await preview.getByText('4.2 MB', { exact: false }).first().waitFor();
    await preview.getByText('It has room for 900 MB.').waitFor();
    const commit = page.locator(id(testids.profileCopyCommit));
    await page.locator(id(testids.profileCopyCommit, ':focus')).waitFor();
    await everyLook(page, 'profile-copy-2-preview');
    await expect.poll(() => commit.textContent()).toContain('Copy 9 items');
    await page.locator(id(testids.profileCopySkipIdentical)).click();
    await expect.poll(() => commit.textContent()).toContain('Copy 12 items');
    await page.locator(id(testids.profileCopySkipIdentical)).click();
    await commit.click();
    const report = page.locator(id(testids.profileCopyReport));
    await page.locator(id(testids.profileCopyClose, ':focus')).waitFor();
    await expect.poll(() => report.getAttribute('data-count')).toBe('9');
    await everyLook(page, 'profile-copy-3-report');
    await page.getByText('Copied 1', { exact: true }).waitFor();
    await page.locator(id(testids.profileCopyUndo)).click();
    await page.locator(id(testids.profileCopyDialog)).waitFor({ state: 'detached' });
    await page.getByText('Copied 1', { exact: true }).waitFor({ state: 'detached' });
  }));

test('what cannot be copied, and what the server has no room for, is said', () =>
  onPage({ query: { sync: 'up_to_date', copy: 'full' } }, async (page) => {
    await begin(page);
    await typed(page);
    await page.locator(id(testids.profileCopyTooLarge)).waitFor();
    await everyLook(page, 'profile-copy-4-full');
  }));

test('items that were left are named', () =>
  onPage({ query: { copy: 'left' } }, async (page) => {
    await begin(page);
    await typed(page);
    await page.locator(id(testids.profileCopyCommit)).click();
    const left = page.locator(id(testids.profileCopyLeft));
    await left.getByText('Scan of the lease').waitFor();
    await left.getByText('Untitled').waitFor();
    await everyLook(page, 'profile-copy-5-left');
  }));

test('an empty profile has nothing to copy', () =>
  onPage({ query: { copy: 'empty' } }, async (page) => {
    await begin(page);
    await typed(page);
    await page.locator(id(testids.profileCopyPreview)).getByText('nothing').waitFor();
    await expect.poll(() => page.locator(id(testids.profileCopyCommit)).isDisabled()).toBe(true);
  }));

test('a copy can be cancelled while it runs', () =>
  onPage({ query: { copy: 'slow', speed: '1' } }, async (page) => {
    await begin(page);
    await typed(page);
    await page.locator(id(testids.workInHand)).waitFor();
    await everyLook(page, 'profile-copy-6-reading');
    await page.locator(id(testids.workStop)).click();
    await page.getByText('Nothing was copied').waitFor();
    await page.locator(id(testids.profileCopyPassword)).waitFor();
  }));

test('a Secret Key that is not on this computer is asked for', () =>
  onPage({ query: { keyless: '' } }, async (page) => {
    await begin(page);
    await typed(page);
    const secretKey = page.locator(id(testids.profileCopySecretKey));
    await secretKey.fill(fakeSecretKey);
    await page.locator(id(testids.profileCopyLook)).click();
    await page.locator(id(testids.profileCopyPreview)).waitFor();
  }));

test('a profile that was here is offered after an account was set up', () =>
  onPage({ query: { state: 'locked' } }, async (page) => {
    await page.getByRole('button', { name: 'New profile…' }).click();
    await page.locator(id(testids.joinOpen)).click();
    await page.locator(id(testids.syncServer)).fill('vault.example.org');
    await page.keyboard.press('Enter');
    await page.locator(id(testids.joinLogin, ':focus')).fill('mara@example.org');
    await page.locator(id(testids.joinPassword)).fill(fakePassword);
    await page.locator(id(testids.joinSecretKey)).fill(fakeSecretKey);
    await page.locator(id(testids.joinSubmit)).click();
    const dialog = page.locator(id(testids.profileCopyDialog));
    await dialog.getByText('into your account').waitFor();
    // There are two others.
    await page.locator(id(testids.profileCopyProfile)).waitFor();
    await everyLook(page, 'profile-copy-7-offer');
    await page.locator(id(testids.profileCopyLater)).click();
    await dialog.waitFor({ state: 'detached' });
    await page.locator(id(testids.mainScreen)).waitFor();
  }));

for (const lang of ['en', 'de'] as const) {
  test(`an archive is opened with its own password and copied (${lang})`, () =>
    onPage({ lang }, async (page) => {
      await page.locator(id(testids.mainScreen)).waitFor();
      await page.keyboard.press('Control+i');
      await page.locator(id(testids.importArchive)).click();
      await page.locator(id(testids.profileCopyPassword, ':focus')).waitFor();
      await everyLook(page, `archive-1-password-${lang}`);
      await typed(page, 'wrong');
      await page.locator(id(testids.profileCopyError)).waitFor();
      await typed(page, fakeArchivePassword);
      await page.locator(id(testids.profileCopyPreview)).getByText('Archive.coffer').first().waitFor();
      await everyLook(page, `archive-2-preview-${lang}`);
      await page.locator(id(testids.profileCopyCommit)).click();
      const report = page.locator(id(testids.profileCopyReport));
      await expect.poll(() => report.getAttribute('data-count')).toBe('9');
    }));
}

test('a file that is no archive is refused with a sentence', () =>
  onPage({ query: { copy: 'damaged' } }, async (page) => {
    await page.locator(id(testids.mainScreen)).waitFor();
    await page.keyboard.press('Control+i');
    await page.locator(id(testids.importArchive)).click();
    await page.locator(id(testids.toast)).waitFor();
    await page.locator(id(testids.importArchive)).waitFor();
  }));
