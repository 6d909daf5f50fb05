import { expect, test } from 'vitest';
import { testids } from '../../src/shared/testids';
import { everyLook, id, onPage, withBrowser } from './page';

withBrowser();

for (const lang of ['en', 'de'] as const) {
  test(`the history shows what each revision changed (${lang})`, () =>
    onPage({ lang }, async (page) => {
      await page.locator(id(testids.searchField)).fill('Fastmail');
      await page.locator(id(testids.itemRow, '[data-title="Fastmail"]')).click();
      await page.locator(id(testids.detailEdit)).click();
      await page.locator(id(testids.editTitle)).fill('Fastmail private');
      await page.locator(id(testids.editField, '[data-role="password"]')).fill('harbour-lamp-49');
      await page.locator(id(testids.editNotes)).fill('first\nsecond\nthird');
      await page.locator(id(testids.editSave)).click();
      await page.locator(id(testids.editor)).waitFor({ state: 'detached' });
      await page.locator(id(testids.detailMore)).click();
      await page.locator(id(testids.detailHistory)).click();
      const entry = page.locator(id(testids.historyEntry)).first();
      await entry.locator(id(testids.historyShow)).click();
      const of = (change: string) =>
        entry.locator(id(testids.historyDifference, `[data-change="${change}"]`));
      await of('title').waitFor();
      await expect.poll(() => of('title').locator('ins').innerText()).toContain('Fastmail private');
      expect(await of('field:password').innerText()).not.toContain('harbour');
      await everyLook(page, `history-${lang}`);
      await entry.locator(id(testids.historyReveal)).click();
      await expect.poll(() => of('field:password').innerText()).toContain('harbour-lamp-49');
      await entry.locator(id(testids.historyReveal)).click();
      await expect.poll(() => of('field:password').innerText()).not.toContain('harbour');
      // The first revision is shown as a whole.
      const first = page.locator(id(testids.historyEntry)).last();
      await first.locator(id(testids.historyShow)).click();
      await first.locator('dl').waitFor();
    }));
}
