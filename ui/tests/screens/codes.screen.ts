import { expect, test } from 'vitest';
import { testids } from '../../src/shared/testids';
import { everyLook, id, onPage, withBrowser } from './page';

withBrowser();

test('one-time codes out of a picture become items, once they were seen', () =>
  onPage({}, async (page) => {
    await page.locator(id(testids.mainScreen)).waitFor();
    await page.keyboard.press('Control+k');
    await page.locator(id(testids.paletteEntry, '[data-command="codes"]')).click();
    await page.locator(id(testids.codesDialog)).waitFor();
    expect(await page.locator(id(testids.codesFound)).count()).toBe(2);
    await everyLook(page, 'codes-found');
    await page.getByLabel('Mail').uncheck();
    await page.locator(id(testids.codesAdd)).click();
    await page.getByText('1 item added').waitFor();
    await page.getByText('39 items').waitFor();
  }));

test('rules of a site, and what was made before', () =>
  onPage({}, async (page) => {
    await page.locator(id(testids.mainScreen)).waitFor();
    await page.keyboard.press('Control+g');
    await page.getByText('Rules of a site').click();
    await page.locator(id(testids.generatorLeast, '[data-class="digits"]')).fill('3');
    await page.locator(id(testids.generatorOwnSymbols)).fill('#!');
    await page.locator(id(testids.generatorCopy)).click();
    await page.locator(`${id(testids.generatorHistory)} summary`).click();
    expect(await page.locator(id(testids.generatorPast)).count()).toBe(1);
    await everyLook(page, 'generator-history');
    await page.locator(id(testids.generatorForget)).click();
    await expect.poll(() => page.locator(id(testids.generatorPast)).count()).toBe(0);
  }));
