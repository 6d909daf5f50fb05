import { expect, test } from 'vitest';
import { testids } from '../../src/shared/testids';
import { everyLook, id, onPage, withBrowser } from './page';

withBrowser();

const fast = { speed: '1000000000' };

for (const lang of ['en', 'de'] as const) {
  test(`each finding of the health check leads to its item (${lang})`, () =>
    onPage({ lang, query: { ...fast, weak: '' } }, async (page) => {
      await page.locator(id(testids.sidebarHealth)).click();
      await page.locator(id(testids.healthRow)).first().waitFor();
      await everyLook(page, `health-${lang}`);
      const kinds = page.locator(id(testids.healthKind));
      expect(await kinds.count()).toBeGreaterThan(1);
      const last = kinds.last();
      await last.click();
      await expect.poll(() => last.getAttribute('aria-pressed')).toBe('true');
      const shown = Number(await last.getAttribute('data-count'));
      await expect.poll(() => page.locator(id(testids.healthRow)).count()).toBe(Math.min(50, shown));
      const title = await page.locator(id(testids.healthRow)).first().getAttribute('data-title');
      await page.locator(id(testids.healthOpen)).first().click();
      await page.locator(id(testids.healthDialog)).waitFor({ state: 'detached' });
      await expect.poll(() => page.locator(id(testids.detailTitle)).innerText()).toBe(title);
    }));
}

test('a profile without findings says so, and can be checked again', () =>
  onPage({ query: { ...fast, items: 'none' } }, async (page) => {
    await page.locator(id(testids.sidebarHealth)).click();
    await page.locator(id(testids.healthSummary, '[data-found="0"]')).waitFor();
    await everyLook(page, 'health-good');
    await page.locator(id(testids.healthCheck)).click();
    await page.locator(id(testids.healthSummary, '[data-found="0"]')).waitFor();
  }));

test('many findings come by the page, and a check can be cancelled', () =>
  onPage({ query: { items: '2000', speed: '1' } }, async (page) => {
    await page.keyboard.press('Control+k');
    await page.keyboard.type('health');
    await page.locator(id(testids.paletteEntry, '[data-command="health"]')).click();
    await page.locator(id(testids.healthDialog)).getByRole('button', { name: 'Cancel' }).click();
    await expect.poll(() => page.locator(id(testids.healthDialog)).getByText('Check now').count()).toBe(1);
    expect(await page.locator(id(testids.healthSummary)).count()).toBe(0);
  }));
