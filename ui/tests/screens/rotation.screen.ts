import { expect, test } from 'vitest';
import { testids } from '../../src/shared/testids';
import { everyLook, id, onPage, withBrowser } from './page';
import { entry, people } from './sharingPage';

withBrowser();

for (const lang of ['en', 'de'] as const) {
  test(`what former members know is listed and dismissed (${lang})`, () =>
    onPage({ lang, query: { sync: 'up_to_date', sharing: 'left' } }, async (page) => {
      await entry(page, 'Workshop').click();
      await page.locator(id(testids.noticeRotate)).waitFor();
      await everyLook(page, `shared-rotate-notice-${lang}`);
      await page.locator(id(testids.noticeRotateOpen)).click();
      const rows = page.locator(id(testids.rotateItem));
      await rows.first().waitFor();
      await everyLook(page, `shared-rotate-${lang}`);
      const before = await rows.count();
      await rows.last().locator(id(testids.rotateDismiss)).click();
      await expect.poll(() => rows.count()).toBe(before - 1);
      await page.locator(id(testids.rotateBack)).click();
      await page.locator(id(testids.peopleRotate)).waitFor();
      await page.locator(id(testids.peopleRotateOpen)).click();
      await page.locator(id(testids.rotateAll)).click();
      await page.locator(id(testids.confirmYes)).click();
      await page.locator(id(testids.rotateDone)).waitFor();
      await page.keyboard.press('Escape');
      await page.locator(id(testids.noticeRotate)).waitFor({ state: 'detached' });
      await people(page, 'Workshop');
      await page.locator(id(testids.peopleRotate)).waitFor({ state: 'detached' });
    }));
}

test('an item of the list is opened and marked once its password is another one', () =>
  onPage({ query: { sync: 'up_to_date', sharing: 'left' } }, async (page) => {
    await people(page, 'Workshop');
    await page.locator(id(testids.peopleRotateOpen)).click();
    await page
      .locator(id(testids.rotateItem, '[data-kind="password"]'))
      .first()
      .locator(id(testids.rotateOpen))
      .click();
    await page.locator(id(testids.peopleDialog)).waitFor({ state: 'detached' });
    await page.locator(id(testids.detailEdit)).click();
    await page.locator(id(testids.editField, '[data-role="password"]')).fill('something new');
    await page.locator(id(testids.editSave)).click();
    await people(page, 'Workshop');
    await page.locator(id(testids.peopleRotateOpen)).click();
    await page.locator(id(testids.rotateChanged)).waitFor();
  }));
