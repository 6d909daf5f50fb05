import { expect, test } from 'vitest';
import { testids } from '../../src/shared/testids';
import { answering, everyLook, id, onPage, withBrowser } from './page';
import { entry, people } from './sharingPage';

withBrowser();

for (const lang of ['en', 'de'] as const) {
  test(`what happened is listed, filtered and saved (${lang})`, () =>
    onPage({ lang, query: { sync: 'up_to_date', sharing: 'left' } }, async (page) => {
      await entry(page, 'Workshop').waitFor();
      await page.locator(id(testids.menuButton)).click();
      await page.locator(id(testids.openActivity)).click();
      const rows = page.locator(id(testids.activityRow));
      await rows.first().waitFor();
      await everyLook(page, `activity-${lang}`);
      await page.locator(id(testids.activityGroup)).click();
      await page.locator('[role="option"][data-value="members"]').click();
      await page
        .locator(id(testids.activityRow, '[data-what="item_created"]'))
        .waitFor({ state: 'detached' });
      await expect.poll(() => rows.count()).toBeGreaterThan(2);
      await everyLook(page, `activity-members-${lang}`);
      await answering(page, true, () => page.locator(id(testids.activityCsv)).click());
    }));

  test(`a vault is handed over (${lang})`, () =>
    onPage({ lang, query: { sync: 'up_to_date', sharing: 'family' } }, async (page) => {
      await people(page, 'Family');
      await page.locator(id(testids.peopleTransfer)).click();
      await page.locator(id(testids.transferDialog)).waitFor();
      await everyLook(page, `shared-transfer-${lang}`);
    }));
}
