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
