import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { testids } from '../../src/shared/testids';
import { everyLook, id, onPage, withBrowser } from './page';

withBrowser();

/** Opens the import of a scenario and chooses its file. */
const opened = (scenario: string, act: (page: Page) => Promise<void>) =>
  onPage({ query: { import: scenario } }, async (page) => {
    await page.locator(id(testids.mainScreen)).waitFor();
    await page.keyboard.press('Control+i');
    await page.locator(id(testids.importPick)).click();
    await act(page);
  });

test('the columns of a table are explained, and explained again', () =>
  opened('columns', async (page) => {
    await page.locator(id(testids.importColumns)).waitFor();
    await everyLook(page, 'import-10-columns');
    const who = page.locator(id(`${testids.importMeaning}-1`));
    await who.click();
    await page.getByRole('option', { name: 'User name' }).click();
    await page.locator(id(testids.importHeader)).click();
    await page.getByText('Column 2', { exact: true }).waitFor();
    await expect.poll(() => who.getAttribute('data-value')).toBe('username');
    await page.locator(id(testids.importMapped)).click();
    await page.locator(id(testids.importUnescape)).waitFor();
    await everyLook(page, 'import-11-escaped');
    await page.locator(id(testids.importChangeColumns)).click();
    await page.getByText('Column 2', { exact: true }).waitFor();
    await expect.poll(() => who.getAttribute('data-value')).toBe('username');
  }));

test('a wide table with hostile names stays in its dialog', () =>
  opened('wide', async (page) => {
    await page.locator(id(testids.importColumns)).waitFor();
    await everyLook(page, 'import-12-wide');
    await page.getByText('900 further columns').waitFor();
    expect(await page.evaluate(() => 'harmed' in window)).toBe(false);
  }));

test('items that exist become newer revisions, and the import is undone', () =>
  opened('', async (page) => {
    const same = page.locator(id(testids.importSame));
    await same.click();
    await page.getByRole('option', { name: 'Make newer revisions of 5 items' }).click();
    await everyLook(page, 'import-13-merge');
    expect(await page.locator(id(testids.importFresh)).getAttribute('data-count')).toBe('195');
    await page.locator(id(testids.importCommit)).click();
    const updated = page.locator(id(testids.importUpdated));
    await expect.poll(() => updated.getAttribute('data-count')).toBe('5');
    await everyLook(page, 'import-14-report');
    await page.locator(id(testids.importSaveReport)).click();
    await page.getByText('The report was saved.').waitFor();
    await page.locator(id(testids.importUndo)).click();
    await page.getByText('The import was undone.').waitFor();
    await page.locator(id(testids.importDialog)).waitFor({ state: 'detached' });
    await expect.poll(() => page.getByText('Imported 1', { exact: true }).count()).toBe(0);
  }));
